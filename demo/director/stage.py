"""Sets the demonstration up: street, stand-ins and `xunjie serve`, each its own process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from district import PASSWORD, officers_of, registry, subdistricts, short_name

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"sms": ("demo-sms", "demo-sms-secret"), "city": ("demo-city", "demo-city-secret")}


class StageError(RuntimeError):
    """A process of the demonstration did not start or did not stay; the message is for its user."""


def last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"it wrote nothing to {log}"


def wait_for_file(path: Path, process: subprocess.Popen, log: Path, seconds: float = 60) -> str:
    """Waits until `process` has written `path`; a process that ends first is an error."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None:
            raise StageError(f"{log.stem} ended with {process.returncode} before it was ready: {last_words(log)}")
        if time.monotonic() > deadline:
            raise StageError(f"{log.stem} was not ready within {seconds:.0f} s; its log is {log}")
        time.sleep(0.05)
    return path.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def permitted_now() -> list[dict]:
    """Hours that hold now, in the district's time (UTC+8), from one hour back to three ahead."""
    now = datetime.now(timezone(timedelta(hours=8)))
    return [{"from": f"{now - timedelta(hours=1):%H:%M}", "until": f"{now + timedelta(hours=3):%H:%M}"}]


class Stage:
    """Everything that runs besides the director. `close()` ends what was started here, newest first."""

    def __init__(self, xunjie: Path, data: Path, listen: str, script: dict, quiet: bool,
                 model: Path | None = None):
        self.xunjie, self.data, self.script, self.model = xunjie, data, script, model
        host, _, port = listen.rpartition(":")
        self.listen = f"{host or '127.0.0.1'}:{int(port) or free_port()}"
        self.url = f"http://{self.listen}"
        self.quiet = quiet
        self.started: list[subprocess.Popen] = []
        data.mkdir(parents=True, exist_ok=True)

    def open(self) -> None:
        street_ports = self.start_street()
        self.start_peer("sms", "sms_provider.py", {"merchants": self.merchants()})
        self.start_peer("city", "city_operations.py", {"spots": self.spots(street_ports)})
        self.fill_registry(street_ports)
        self.start_server()

    def log_of(self, name: str) -> Path:
        return self.data / f"{name}.log"

    def run(self, name: str, command: list, **options) -> subprocess.Popen:
        log = open(self.log_of(name), "wb")
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                                   stdout=log, stderr=log, **options)
        self.started.append(process)
        return process

    def start_street(self) -> dict[str, int]:
        port_file = self.data / "street.json"
        port_file.unlink(missing_ok=True)
        street = self.run("street", [self.xunjie.parent / "xunjie-demo-street",
                                     "--scenes", ROOT / "demo/scenes", "--listen-base", 0, "--control", 0,
                                     "--port-file", port_file, "--until-stdin-closes"])
        ports = json.loads(wait_for_file(port_file, street, self.log_of("street")))
        self.street_control = ports["control"]
        return ports["cameras"]

    def start_peer(self, name: str, program: str, settings: dict) -> None:
        key, secret = SECRETS[name]
        settings_file, port_file = self.data / f"{name}-peer.json", self.data / f"{name}-peer.port"
        port_file.unlink(missing_ok=True)
        settings_file.write_text(json.dumps({"key": key, "secret": secret, "callback": self.url,
                                             "street_control": self.street_control, **settings}))
        peer = self.run(name, [sys.executable, ROOT / "demo/peers" / program, "--settings", settings_file,
                               "--port-file", port_file])
        port = wait_for_file(port_file, peer, self.log_of(name))
        setattr(self, f"{name}_url", f"http://127.0.0.1:{port}")

    def merchants(self) -> dict:
        rows = {}
        for camera in self.script["cameras"]:
            for shop in camera.get("shops", []):
                rows[shop["phone"]] = {"name": shop["name"], "camera": camera["id"],
                                       "objects": camera["objects"], **self.script["merchants"][shop["id"]]}
        return rows

    def spots(self, street_ports: dict[str, int]) -> list[dict]:
        ids = {short_name(sub): sub["id"] for sub in subdistricts()}
        return [{"camera": camera["id"], **camera["position"], "objects": camera["objects"],
                 "officers": officers_of(ids[camera["subdistrict"]]),
                 "stream": f"tcp://127.0.0.1:{street_ports[camera['id']]}",
                 "return_first": camera.get("return_first", False)} for camera in self.script["cameras"]]

    def fill_registry(self, street_ports: dict[str, int]) -> None:
        file = self.data / "registry.json"
        file.write_text(json.dumps(registry(self.script, street_ports, permitted_now()), ensure_ascii=False))
        subprocess.run([self.xunjie, "import", "--data", self.data / "store", "--file", file], check=True,
                       stdout=subprocess.DEVNULL if self.quiet else sys.stderr)

    def start_server(self) -> None:
        config = {"public_url": self.url, "overrides": self.script["overrides"]}
        for name, (key, secret) in SECRETS.items():
            config[name] = {"url": getattr(self, f"{name}_url"), "key": key, "secret": secret}
        config_file = self.data / "config.json"
        config_file.write_text(json.dumps(config, ensure_ascii=False))
        listening = self.data / "store" / "listening.json"
        listening.unlink(missing_ok=True)
        self.server = self.run("server", [self.xunjie, "serve", "--data", self.data / "store",
                                          "--listen", self.listen, "--config", config_file,
                                          "--web", ROOT / "web/dist", "--reference", ROOT / "data",
                                          *(["--model", self.model] if self.model else [])])
        wait_for_file(listening, self.server, self.log_of("server"))

    def check_alive(self) -> None:
        for process in self.started:
            if process.poll() is not None:
                raise StageError(f"{process.args[0]} ended by itself with {process.returncode}; "
                                 f"see the logs in {self.data}")

    def close(self) -> None:
        for process in reversed(self.started):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.started):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
            process.stdin.close()
