"""A person at the console, as far as HTTP goes: signs in, lists, gives commands."""

import http.client
import json
import uuid
from urllib.parse import urlencode, urlsplit

from signed_http import request

ENDS = {"self_corrected", "closed", "rejected", "merged", "transferred"}


class Refused(RuntimeError):
    """The server said no; holds its problem document."""

    def __init__(self, status: int, body: bytes):
        self.status = status
        try:
            self.problem = json.loads(body)
        except ValueError:
            self.problem = {"detail": body.decode(errors="replace")}
        super().__init__(f"{status} {self.problem.get('code', '')}: {self.problem.get('detail', '')}")


class Person:
    """One signed-in account."""

    def __init__(self, url: str, login: str, password: str):
        self.url, self.login = url, login
        self.headers: dict[str, str] = {}
        self._sign_in(password)

    def _sign_in(self, password: str) -> None:
        where = urlsplit(self.url)
        wire = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
        wire.request("POST", "/api/v1/session", json.dumps({"login": self.login, "password": password}),
                     {"Content-Type": "application/json"})
        reply = wire.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise Refused(reply.status, body)
        cookie = reply.getheader("Set-Cookie").split(";")[0]
        self.headers = {"Cookie": cookie, "X-CSRF-Token": json.loads(body)["csrf"]}

    def call(self, method: str, path: str, value=None) -> dict:
        status, body = request(method, f"{self.url}/api/v1{path}", value, self.headers)
        if status not in (200, 201, 204):
            raise Refused(status, body)
        return json.loads(body) if body else {}

    def cases(self, **filters) -> list[dict]:
        items, cursor = [], None
        while True:
            query = {"limit": 200, **filters, **({"cursor": cursor} if cursor else {})}
            page = self.call("GET", f"/cases?{urlencode(query)}")
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return items

    def detail(self, case: dict) -> dict:
        return self.call("GET", f"/cases/{case['id']}")

    def command(self, case: dict, name: str, **facts) -> dict:
        return self.call("POST", f"/cases/{case['id']}/commands",
                         {"command_id": uuid.uuid4().hex, "version": case["version"],
                          "command": name, "facts": facts})
