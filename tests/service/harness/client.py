"""A client of the interface. Every exchange is handed to `observe`, so that the contract can be held
against all of them."""

import http.client
import json
import secrets


class Answer:
    def __init__(self, status: int, headers: dict, body: bytes):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:400].decode(errors='replace')}"


class Client:
    def __init__(self, host: str, port: int, observe=lambda *_: None):
        self.host, self.port, self.observe = host, port, observe
        self.cookie, self.csrf, self.user = None, None, None

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None,
             timeout: float = 30) -> Answer:
        sent = {}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if self.csrf and method not in ("GET", "HEAD"):
            sent["X-CSRF-Token"] = self.csrf
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        wire = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            wire.request(method, path, body, sent)
            reply = wire.getresponse()
            answer = Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            wire.close()
        self.observe(method, path, answer)
        return answer

    def get(self, path: str, **headers) -> Answer:
        return self.send("GET", path, headers=headers or None)

    def call(self, method: str, path: str, value=None, headers: dict | None = None) -> Answer:
        """JSON in, JSON out; `value` may also be raw bytes."""
        body = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
        sent = {} if body is None else {"Content-Type": "application/json"}
        return self.send(method, path, body, {**sent, **(headers or {})})

    def sign_in(self, login: str, password: str) -> Answer:
        answer = self.call("POST", "/api/v1/session", {"login": login, "password": password})
        if answer.status == 200:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
            self.csrf, self.user = answer.json["csrf"], answer.json["user"]
        return answer

    def command(self, case: dict, command: str, command_id: str | None = None, version: int | None = None,
                **facts) -> Answer:
        body = {"command_id": command_id or secrets.token_hex(8),
                "version": case["version"] if version is None else version, "command": command}
        if facts:
            body["facts"] = facts
        return self.call("POST", f"/api/v1/cases/{case['id']}/commands", body)


class EventStream:
    """Reads /api/v1/stream; `until(what)` returns the first event that fits."""

    def __init__(self, client: Client, last_event_id: str | None = None, timeout: float = 30):
        self.wire = http.client.HTTPConnection(client.host, client.port, timeout=timeout)
        headers = {"Cookie": client.cookie or ""}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        self.wire.request("GET", "/api/v1/stream", headers=headers)
        self.reply = self.wire.getresponse()
        self.status = self.reply.status
        self.last_id = last_event_id

    def __iter__(self):
        event = {}
        for raw in self.reply:
            line = raw.decode().rstrip("\n")
            if line == "":
                if "id" in event:
                    self.last_id = event["id"]
                if event:
                    yield event
                event = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")

    def until(self, what):
        for event in self:
            if what(event):
                return event
        raise AssertionError("the stream ended before that event came")

    def close(self):
        self.reply.close()
        self.wire.close()
