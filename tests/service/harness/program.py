"""The program under test as a process: data folder, configuration, start, stop, kill."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .client import Client

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "a long test password"


def binary() -> Path:
    return Path(os.environ.get("XUNJIE_BIN") or ROOT / "build/release/bin/xunjie").resolve()


def run(*arguments, stdin: str = "", env: dict | None = None, timeout: float = 60) -> subprocess.CompletedProcess:
    return subprocess.run([str(binary()), *map(str, arguments)], input=stdin, text=True, capture_output=True,
                          timeout=timeout, env={**os.environ, **(env or {})})


def wait_until(what, seconds: float, pause: float = 0.05):
    """The first true value of what(); fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what.__doc__ or what}: not within {seconds} s")
        time.sleep(pause)


class Program:
    """One data folder and the server on it."""

    def __init__(self, config: dict, registry: dict, web: Path | None = None, copy_of: Path | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="xunjie-test-"))
        self.data = self.folder / "data"
        self.config_file = self.folder / "config.json"
        self.config_file.write_text(json.dumps(config))
        self.registry_file = self.folder / "registry.json"
        self.registry_file.write_text(json.dumps(registry))
        self.web = web
        self.process = None
        self.log_file = self.folder / "server.log"
        if copy_of:  # a data folder this registry was imported into before
            shutil.copytree(copy_of, self.data)
            return
        done = run("import", "--data", self.data, "--file", self.registry_file)
        if done.returncode != 0:
            raise AssertionError(f"import failed: {done.stderr}")

    def start(self, env: dict | None = None, wait: bool = True) -> None:
        listening = self.data / "listening.json"
        listening.unlink(missing_ok=True)
        words = [str(binary()), "serve", "--data", str(self.data), "--listen", "127.0.0.1:0",
                 "--config", str(self.config_file)]
        if self.web:
            words += ["--web", str(self.web)]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, "XUNJIE_LOG": "debug", **(env or {})})
        if wait:
            def ready():
                """the server listens"""
                if self.process.poll() is not None:
                    raise AssertionError(f"the server ended with {self.process.returncode}: {self.log_tail()}")
                return listening.exists()
            wait_until(ready, 30)
            self.url = json.loads(listening.read_text())["url"]
            self.port = int(self.url.rsplit(":", 1)[1])

    def client(self, observe=lambda *_: None) -> Client:
        return Client("127.0.0.1", self.port, observe)

    def stop(self) -> int:
        """SIGTERM and a clean end; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def check(self) -> dict:
        done = run("check", "--data", self.data)
        if not done.stdout:
            raise AssertionError(f"check said nothing: {done.stderr}")
        return json.loads(done.stdout)

    def log_tail(self, lines: int = 40) -> str:
        text = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def close(self, keep: bool = False) -> None:
        if self.running():
            self.kill()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
