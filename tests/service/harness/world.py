"""The world of the service suite: one street with a shop and a pavement, people of every role, both
peers, and the server. Limits are shortened by configuration; clocks are the machine's own."""

import os
import shutil
import time
from pathlib import Path

from .contract import Contract
from .peers import CityPeer, SmsPeer, signed_headers
from .program import PASSWORD, ROOT, Program, wait_until
from .street import Street

HERE, ELSEWHERE = "310110009", "310110001"  # a subdistrict with the camera, and another
PLACE = {"lon": 121.51, "lat": 31.276}
SHOPS = {"lon": 121.52, "lat": 31.276}  # far from the camera: only a zone of its own makes a shop the party
SHOP_BOX = (0.10, 0.55, 0.18, 0.25)      # goods before the shop
PAVEMENT_BOX = (0.78, 0.66, 0.16, 0.24)  # a pile nobody owns
HEAP_BOX = (0.57, 0.44, 0.14, 0.20)      # another, elsewhere: what was dismissed belongs to the street

LIMITS = {"correction": {"unit": "seconds", "amount": 600}, "reminder_retry_s": 1, "receipt_silence_s": 60,
          "look_retry_s": 1, "recheck_silence_s": 20, "reminded_findings_30d_max": 1000,
          **{step: {"unit": "seconds", "amount": 600}
             for step in ("review", "dispatch", "acceptance", "handling", "verification")}}

ROLES = ("admin", "duty_officer", "reviewer", "caller", "dispatcher", "data_steward", "auditor", "approver",
         "technical_reviewer", "legal_reviewer", "evaluator")


def camera(source: str, version: int | None = None, **changes) -> dict:
    value = {
        "id": "cam-1", "name": "测试路口探头", "kind": "fixed", "subdistrict": HERE, "position": PLACE,
        "source": source,
        "zones": [
            {"id": "front", "kind": "shop_front", "shop": "shop-1",
             "polygon": [[0.02, 0.4], [0.45, 0.4], [0.45, 0.98], [0.02, 0.98]],
             "watch": [{"violation": "store_overflow", "dwell_s": 3}]},
            {"id": "pavement", "kind": "pavement",
             "polygon": [[0.55, 0.4], [0.98, 0.4], [0.98, 0.98], [0.55, 0.98]],
             "watch": [{"violation": "goods_on_pavement", "dwell_s": 3}]}]}
    if version is not None:
        value["version"] = version
    return {**value, **changes}


def shop(number: int, subdistrict: str = HERE, **changes) -> dict:
    return {"id": f"shop-{number}", "name": f"测试商店{number}", "business": "果蔬", "address": f"测试路{number}号",
            "phone": f"1990000000{number}", "contact": "店主", "grade": "yellow", "subdistrict": subdistrict,
            "position": SHOPS, "frontage_m": 6, "commitment_letter": f"CNS-{number}", **changes}


def users() -> list[dict]:
    rows = [{"id": role.replace("_", "-"), "login": role, "name": f"{role} 甲", "role": role, "password": PASSWORD}
            for role in ROLES]
    for login, role, where in (("leader", "team_leader", HERE), ("officer1", "officer", HERE),
                               ("officer2", "officer", HERE), ("stranger", "team_leader", ELSEWHERE)):
        rows.append({"id": login, "login": login, "name": login, "role": role, "subdistrict": where,
                     "password": PASSWORD, "certificate": f"沪{login}"})
    return rows


def registry(sources: list[str]) -> dict:
    cameras = [camera(source, id=f"cam-{n + 1}") for n, source in enumerate(sources)]
    for n, one in enumerate(cameras):
        one["zones"][0]["shop"] = f"shop-{n + 1}"
    teams = [{"id": f"team-{where}", "name": f"{where} 执法队", "subdistrict": where} for where in (HERE, ELSEWHERE)]
    shops = [shop(n + 1) for n in range(max(2, len(sources)))] + [shop(9, ELSEWHERE)]
    return {"shops": shops, "teams": teams, "users": users(), "cameras": cameras}


def configuration(sms: SmsPeer, city: CityPeer, **limits) -> dict:
    changed = {**LIMITS, **limits}
    return {
        "sms": {"url": sms.url, "key": sms.key, "secret": sms.secret},
        "city": {"url": city.url, "key": city.key, "secret": city.secret},
        "merchant_secret": "0123456789abcdef0123456789abcdef",
        "overrides": {
            "violations": {"store_overflow": changed, "goods_on_pavement": changed},
            "policy": {"quiet_hours": {"from": "00:00", "until": "00:00"},
                       "messages_per_shop": {"per_day": 100000, "per_week": 100000},
                       "outbox": {"retry_first_s": 1, "retry_max_s": 2},
                       "receipts": {"ask_after_s": 60, "give_up_after_s": 600}}}}


class World:
    def __init__(self):
        self.contract = Contract()
        self.sms, self.city = SmsPeer(), CityPeer()
        self.street = Street()
        self.program = Program(configuration(self.sms, self.city), registry([self.street.url]))
        built = ROOT / "web/dist"
        if (built / "index.html").exists():  # a copy: somebody may be building it anew
            self.program.web = Path(shutil.copytree(built, self.program.folder / "web"))
        self.program.start()
        self.people = {}

    def restart(self) -> None:
        self.program.start()
        for client in self.people.values():
            client.port = self.program.port

    def close(self, keep: bool) -> None:
        self.program.close(keep)
        self.street.close()
        self.sms.close()
        self.city.close()

    def anonymous(self):
        return self.program.client(self.contract.observe)

    def person(self, login: str):
        if login not in self.people:
            client = self.anonymous()
            answer = client.sign_in(login, PASSWORD)
            assert answer.status == 200, answer
            self.people[login] = client
        return self.people[login]

    def cases(self, **query) -> list[dict]:
        text = "&".join(f"{name}={value}" for name, value in {"limit": 200, **query}.items())
        return self.person("duty_officer").get(f"/api/v1/cases?{text}").json["items"]

    def case(self, case_id: str) -> dict:
        return self.person("duty_officer").get(f"/api/v1/cases/{case_id}").json

    def give(self, login: str, case_id: str, command: str, **facts):
        """A command on the case as it is now; the watcher may move it in between, then again."""
        while True:
            answer = self.person(login).command(self.case(case_id), command, **facts)
            if answer.status != 409 or answer.json["code"] != "version_conflict":
                return answer

    def wait_for_state(self, case_id: str, *states: str, seconds: float = 40) -> dict:
        def there():
            now = self.case(case_id)
            return now if now["state"] in states else None
        there.__doc__ = f"case {case_id} in {' or '.join(states)}"
        return wait_until(there, seconds, 0.1)

    def camera_ready(self) -> None:
        def ok():
            """the camera sees"""
            return self.person("duty_officer").get("/api/v1/cameras/cam-1").json["state"] == "ok"
        wait_until(ok, 40, 0.2)
        # The street must be known empty before something is put there; the watcher's first looks come
        # with keyframes, one a second here, and nothing outside shows them.
        time.sleep(float(os.environ.get("XUNJIE_TEST_SETTLE_S", "8")))

    def find(self, name: str, box: tuple, violation: str) -> dict:
        """Puts something down and waits for its case."""
        before = {row["id"] for row in self.cases(violation=violation)}
        self.street.place(name, box)

        def reported():
            return next((row for row in self.cases(violation=violation) if row["id"] not in before), None)
        reported.__doc__ = f"a new case of {violation}"
        return wait_until(reported, 60, 0.2)

    def callback(self, peer, path: str, value: dict, client=None, **how):
        """What the other side would call, signed as it would be."""
        import json
        body = json.dumps(value).encode()
        headers = signed_headers(peer.key, how.pop("secret", peer.secret), "POST", path, body, **how)
        return (client or self.anonymous()).call("POST", path, body, headers)
