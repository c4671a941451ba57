"""What both stand-ins share: a small HTTP server, delayed actions, calls back, and the street's wire."""

import argparse
import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from signed_http import is_signed, signed_request

BODY_BYTES_MAX = 1 << 20
CLEAR_S_MAX = 30
RETRY_S = (0.5, 1, 2, 4, 8, 8, 8, 8)


class Street:
    """The line protocol of the street: one command a line, one JSON line back."""

    def __init__(self, port: int):
        self.port = port

    def say(self, command: str) -> dict:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(command.encode() + b"\n")
            return json.loads(wire.makefile("rb").readline() or b"{}")

    def clear(self, camera: str, objects: list[str]) -> None:
        """Has these taken away and returns when they are gone, as a person would see it."""
        deadline = time.monotonic() + CLEAR_S_MAX
        while standing := self.standing(camera, objects):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{standing} at {camera} were not taken away within {CLEAR_S_MAX} s")
            for name in standing:  # refused while its porter is still about: then asked again
                self.say(f"remove {camera} {name}")
            time.sleep(0.3)

    def standing(self, camera: str, objects: list[str]) -> list[str]:
        return [row["id"] for row in self.say("state")["cameras"].get(camera, [])
                if row["id"] in objects and row["phase"] != "cleared"]


class Peer:
    """A party on the other side of a gateway: keeps what it was told, calls back signed."""

    def __init__(self, options: argparse.Namespace):
        settings = json.loads(Path(options.settings).read_text())
        self.settings = settings
        self.key, self.secret = settings["key"], settings["secret"]
        self.callback = settings["callback"]
        self.street = Street(settings["street_control"])
        self.lock = threading.Lock()
        self.log: list[dict] = []

    def note(self, what: str, **facts) -> None:
        with self.lock:
            self.log.append({"what": what, "at": time.time(), **facts})

    def later(self, delay_s: float, action, *arguments) -> None:
        timer = threading.Timer(delay_s, self._guarded, (action, arguments))
        timer.daemon = True
        timer.start()

    def _guarded(self, action, arguments) -> None:
        try:
            action(*arguments)
        except Exception as error:  # a stand-in that stumbles must say so, not vanish
            print(f"{type(self).__name__}: {action.__name__} failed: {error!r}", file=sys.stderr)

    def call_back(self, path: str, value: dict) -> int:
        """Delivers until it is answered; 409 means too early, anything else final is kept."""
        status = 0
        for pause_s in RETRY_S:
            status, body = signed_request("POST", self.callback + path, value, self.key, self.secret)
            if status not in (0, 409, 429, 500, 502, 503):
                break
            time.sleep(pause_s)
        self.note("called back", path=path, status=status)
        if status not in (200, 202, 204):
            print(f"{type(self).__name__}: {path} answered {status}: {body[:300]!r}", file=sys.stderr)
        return status


def serve(peer_type) -> None:
    """Runs a stand-in until its standard input closes, so that it never outlives who started it."""
    parser = argparse.ArgumentParser(description=peer_type.__doc__)
    parser.add_argument("--settings", required=True, help="JSON file: key, secret, callback, street_control …")
    parser.add_argument("--port-file", required=True, help="where to write the chosen port")
    options = parser.parse_args()
    peer = peer_type(options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def _answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            if length > BODY_BYTES_MAX:
                return self._reply(413, {"error": f"body of {length} bytes, at most {BODY_BYTES_MAX}"})
            body = self.rfile.read(length)
            path = self.path.split("?")[0]
            if path == "/inspect":
                with peer.lock:
                    return self._reply(200, peer.log)
            if not is_signed(self.headers, peer.key, peer.secret, self.command, path, body):
                return self._reply(401, {"error": "signature does not match"})
            status, value = peer.answer(self.command, path, json.loads(body) if body else None)
            self._reply(status, value)

        def _reply(self, status, value):
            body = json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    partial = Path(options.port_file + ".part")
    partial.write_text(str(server.server_address[1]))
    partial.rename(options.port_file)
    sys.stdin.read()
