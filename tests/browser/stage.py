"""What surrounds the browser: live streets, the other sides of the gateways, and the program itself.

Takes one JSON object a line on standard input ({"do": …}) and answers each with one on standard output.
Ends, and ends everything it started, when its input closes.
"""

import json
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/service"))

from harness.client import Client  # noqa: E402
from harness.peers import CityPeer, SmsPeer, rfc3339, signed_headers  # noqa: E402
from harness.program import PASSWORD, Program, binary, wait_until  # noqa: E402
from harness.street import Street  # noqa: E402

HOME = "310110009"
DWELL_S = 6
KINDS = ("store_overflow", "goods_on_pavement", "street_vending")


def limit(seconds: int) -> dict:
    return {"unit": "seconds", "amount": seconds}


def overrides() -> dict:
    """Limits long enough for a browser on a busy machine, looks soon enough for a test."""
    rule = {"reminder_retry_s": 2, "receipt_silence_s": 300, "look_retry_s": 3, "recheck_silence_s": 60,
            "reminded_findings_30d_max": 1000, "review": limit(600), "dispatch": limit(600),
            "acceptance": limit(600), "handling": limit(600), "verification": limit(600)}
    violations = {kind: dict(rule) for kind in KINDS}
    for kind in ("store_overflow", "goods_on_pavement"):
        violations[kind]["correction"] = limit(600)
    policy = {"quiet_hours": {"from": "00:00", "until": "00:00"},
              "messages_per_shop": {"per_day": 1000, "per_week": 1000},
              "outbox": {"attempts_max": 2, "retry_first_s": 1, "retry_max_s": 1}}
    return {"violations": violations, "policy": policy}


def person(login: str, name: str, role: str, **more) -> dict:
    return {"id": login, "login": login, "name": name, "role": role, "password": PASSWORD, "subdistrict": None, **more}


def camera(name: str, title: str, url: str, zones: list) -> dict:
    return {"id": name, "name": title, "kind": "dome", "source": url, "subdistrict": HOME,
            "position": {"lon": 121.5055, "lat": 31.2825}, "zones": zones}


def zone(name: str, kind: str, box: tuple, violation: str, shop: str | None = None) -> dict:
    x, y, w, h = box
    row = {"id": name, "kind": kind, "polygon": [[x, y], [x + w, y], [x + w, y + h], [x, y + h]],
           "watch": [{"violation": violation, "dwell_s": DWELL_S}]}
    return {**row, "shop": shop} if shop else row


def registry(one: Street, two: Street) -> dict:
    shop = {"business": "果蔬", "contact": "王老板", "subdistrict": HOME, "frontage_m": 6,
            "position": {"lon": 121.5055, "lat": 31.2825}}
    return {
        "shops": [{**shop, "id": "shop-fruit", "name": "老王水果", "address": "四平路100号", "phone": "19900000001",
                   "grade": "yellow", "commitment_letter": "CNS-1"},
                  {**shop, "id": "shop-tea", "name": "江南茶行", "address": "四平路200号", "phone": "19900000002",
                   "grade": "green", "commitment_letter": "CNS-2"}],
        "teams": [{"id": f"team-{HOME}", "name": "四平路街道综合行政执法队", "subdistrict": HOME}],
        "users": [person("shenhe", "林晓", "reviewer"), person("zhiban", "陈志远", "duty_officer"),
                  person("ziliao", "周明", "data_steward"), person("jishu", "吴工", "technical_reviewer"),
                  person("fazhi", "郑敏", "legal_reviewer"), person("shenji", "何静", "auditor"),
                  person("duizhang", "赵队", "team_leader", subdistrict=HOME, certificate="09000"),
                  person("duiyuan-1", "钱队员", "officer", subdistrict=HOME, certificate="09001"),
                  person("duiyuan-2", "孙队员", "officer", subdistrict=HOME, certificate="09002")],
        "cameras": [
            camera("cam-one", "四平路一号", one.url, [
                zone("front-one", "shop_front", (0.05, 0.45, 0.4, 0.5), "store_overflow", "shop-fruit"),
                zone("plaza-one", "no_stall", (0.55, 0.45, 0.4, 0.5), "street_vending")]),
            camera("cam-two", "四平路二号", two.url, [
                zone("front-two", "shop_front", (0.05, 0.45, 0.4, 0.5), "goods_on_pavement", "shop-tea"),
                zone("side-two", "pavement", (0.55, 0.45, 0.4, 0.5), "goods_on_pavement")])]}


class Stage:
    def __init__(self):
        self.streets = {"one": Street(1), "two": Street(2)}
        self.sms, self.city = SmsPeer(), CityPeer()
        # One port for the whole run: a console that lost its server looks for it where it was.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.listen = f"127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"http://{self.listen}"
        config = {"public_url": self.url, "overrides": overrides(),
                  "sms": {"url": self.sms.url, "key": self.sms.key, "secret": self.sms.secret},
                  "city": {"url": self.city.url, "key": self.city.key, "secret": self.city.secret}}
        self.program = Program(config, registry(self.streets["one"], self.streets["two"]))
        self.start()

    def start(self) -> dict:
        program = self.program
        listening = program.data / "listening.json"
        listening.unlink(missing_ok=True)
        with open(program.log_file, "ab") as log:
            program.process = subprocess.Popen(
                [str(binary()), "serve", "--data", str(program.data), "--listen", self.listen,
                 "--config", str(program.config_file), "--web", str(ROOT / "web/dist")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def ready():
            """the server listens"""
            if not program.running():
                raise AssertionError(f"the server ended: {program.log_tail()}")
            return listening.exists()
        wait_until(ready, 60)
        return {"url": self.url, "password": PASSWORD}

    def stop(self) -> dict:
        return {"status": self.program.stop()}

    def place(self, street: str, name: str, box: list) -> dict:
        self.streets[street].place(name, tuple(box))
        return {}

    def remove(self, street: str, name: str) -> dict:
        self.streets[street].remove(name)
        return {}

    def message(self, phone: str) -> dict:
        """The message to this number, once it has been sent."""
        def found():
            """a message to that phone"""
            return next((m for m in self.sms.messages.values() if m["phone"] == phone), None)
        return self.sms.wait_for(found)

    def delivered(self, message: dict) -> dict:
        path = "/api/v1/gateways/sms/receipts"
        body = json.dumps({"reference": message["reference"], "message_id": message["id"], "status": "delivered",
                           "at": rfc3339(), "detail": ""}).encode()
        host, port = self.listen.split(":")
        answer = Client(host, int(port)).send(
            "POST", path, body, signed_headers(self.sms.key, self.sms.secret, "POST", path, body))
        return {"status": answer.status}

    def sms_away(self, away: bool) -> dict:
        self.sms.away = away
        return {}

    def log(self) -> dict:
        return {"tail": self.program.log_tail(60)}

    def close(self) -> None:
        for street in self.streets.values():
            street.close()
        self.program.close()
        self.sms.close()
        self.city.close()


def main() -> int:
    stage = Stage()
    try:
        streets = {name: street.url for name, street in stage.streets.items()}
        print(json.dumps({"url": stage.url, "password": PASSWORD, "streets": streets}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = getattr(stage, request.pop("do"))(**request)
            except Exception as error:  # the other side decides what a failure means
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        stage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
