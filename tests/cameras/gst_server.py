#!/usr/bin/python3
"""Serves NAME=FILE… by gst-rtsp-server on a free loopback port; prints the port.

  --digest USER:PASSWORD   asks for sign-in      --tls CERTIFICATE KEY   speaks TLS only"""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def factory_of(path, payloader, parser):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={path} ! qtdemux ! {parser} ! {payloader} name=pay0 pt=96 )")
    return factory


def allow(factory, role):
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role(role)
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role(role, permission, True)
    factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--digest")
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    auth = GstRtspServer.RTSPAuth()
    if options.digest:
        user, password = options.digest.split(":", 1)
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    if options.tls:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*options.tls))
    if options.digest or options.tls:
        server.set_auth(auth)
    for entry in options.files:
        name, path = entry.split("=", 1)
        h265 = name.startswith("h265")
        factory = factory_of(path, "rtph265pay" if h265 else "rtph264pay", "h265parse" if h265 else "h264parse")
        if options.digest:
            allow(factory, "viewer")
        elif options.tls:
            token = GstRtspServer.RTSPToken()
            token.set_string("media.factory.role", "anybody")
            auth.set_default_token(token)
            allow(factory, "anybody")
        server.get_mount_points().add_factory("/" + name, factory)
    if server.attach(None) == 0:
        sys.exit("cannot listen")
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
