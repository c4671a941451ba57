"""The two other sides, small enough to read: they check signatures, remember what they got by its id,
and do nothing by themselves. A test tells them what to call back."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sign(secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    text = "\n".join([method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed_headers(key: str, secret: str, method: str, path: str, body: bytes, *, at: float | None = None,
                   nonce: str | None = None) -> dict:
    timestamp = str(int(time.time() if at is None else at))
    nonce = nonce or secrets.token_hex(16)
    return {"Content-Type": "application/json", "X-Xunjie-Key": key, "X-Xunjie-Timestamp": timestamp,
            "X-Xunjie-Nonce": nonce, "X-Xunjie-Signature": sign(secret, method, path, timestamp, nonce, body)}


class Peer:
    """A signed HTTP service in this process. Subclasses answer `handle(method, path, value)`."""

    def __init__(self, key: str, secret: str):
        self.key, self.secret = key, secret
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.unsigned = 0
        self.away = False  # answers 503 while set
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def respond(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, value = peer.receive(self.command, self.path, self.headers, body)
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = respond

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a caller that was killed in the middle of a request

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def receive(self, method: str, path: str, headers, body: bytes) -> tuple[int, dict]:
        bare = path.split("?")[0]
        timestamp, nonce = headers.get("X-Xunjie-Timestamp", ""), headers.get("X-Xunjie-Nonce", "")
        wanted = [sign(self.secret, method, candidate, timestamp, nonce, body) for candidate in (bare, path)]
        if headers.get("X-Xunjie-Key") != self.key or headers.get("X-Xunjie-Signature") not in wanted:
            self.unsigned += 1
            return 401, {"error": "bad signature"}
        if self.away:
            return 503, {"error": "away"}
        with self.lock:
            answer = self.handle(method, bare, json.loads(body) if body else None)
            self.changed.notify_all()
        return answer

    def wait_for(self, what, seconds: float = 30):
        """The first true value of what(); called with the lock held. Fails after `seconds`."""
        with self.lock:
            found = None

            def look():
                nonlocal found
                found = what()
                return found

            if not self.changed.wait_for(look, seconds):
                raise AssertionError(f"{type(self).__name__}: nothing like {what.__doc__ or what} within {seconds} s")
            return found

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class SmsPeer(Peer):
    """POST /messages, GET /messages/{id}. `messages` by id; `sends` counts how often each was sent."""

    def __init__(self, key="sms-key", secret="sms-secret"):
        self.messages, self.sends, self.statuses = {}, {}, {}
        super().__init__(key, secret)

    def handle(self, method, path, value):
        if method == "POST" and path == "/messages":
            self.sends[value["id"]] = self.sends.get(value["id"], 0) + 1
            kept = self.messages.setdefault(value["id"], {**value, "reference": f"R{len(self.messages) + 1}"})
            return 200, {"reference": kept["reference"], "status": "accepted"}
        if method == "GET" and path.startswith("/messages/"):
            kept = self.messages.get(path.removeprefix("/messages/"))
            if kept is None:
                return 404, {"error": "unknown"}
            return 200, {"reference": kept["reference"], "status": self.statuses.get(kept["id"], "accepted"),
                         "at": rfc3339(), "detail": ""}
        return 404, {"error": "no such path"}


class CityPeer(Peer):
    """POST /orders, PUT and DELETE /orders/{id}. `orders` by id; `creates` counts repetitions."""

    def __init__(self, key="city-key", secret="city-secret"):
        self.orders, self.creates, self.updates, self.cancelled = {}, {}, [], []
        super().__init__(key, secret)

    def handle(self, method, path, value):
        if method == "POST" and path == "/orders":
            self.creates[value["id"]] = self.creates.get(value["id"], 0) + 1
            kept = self.orders.setdefault(value["id"], {**value, "reference": f"CY{len(self.orders) + 1}"})
            return 200, {"reference": kept["reference"]}
        order = path.removeprefix("/orders/")
        if order not in self.orders:
            return 404, {"error": "unknown"}
        if method == "PUT":
            self.updates.append(value)
            return 200, {}
        if method == "DELETE":
            self.cancelled.append(order)
            return 200, {}
        return 404, {"error": "no such path"}


def rfc3339(at: float | None = None) -> str:
    at = time.time() if at is None else at
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"
