"""Plays everybody around one server that keeps dying: keeps it running, repeats what got no answer,
remembers what was answered, and proves at the end that all of it is still so."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import time
from collections import Counter

from harness.client import Client
from harness.peers import CityPeer, SmsPeer, rfc3339, signed_headers
from harness.program import PASSWORD, Program, wait_until
from harness.world import configuration, registry

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF\x00\x01" + b"\x00" * 40 + b"\xff\xd9").decode()
PASSES = (1, 4, 9)  # the server is armed with these one after the other
PATIENCE_S = 120  # an effect claimed by a killed server is claimed again after its lease of 60 s
NOTES = 8
ENDS = ("self_corrected", "closed")


class Driver:
    def __init__(self, name: str, street, imported=None):
        self.name, self.failure = name, ""
        self.kills, self.repeated = 0, 0
        self.sms, self.city = SmsPeer(), CityPeer()
        self.program = Program(configuration(self.sms, self.city, look_retry_s=2, recheck_silence_s=6,
                                             receipt_silence_s=600,
                                             handling={"unit": "seconds", "amount": 5}),
                               registry([street.url]), copy_of=imported)
        self.program.web = self.program.folder / "web"  # nobody looks at it; the built one may be in the making
        self.program.web.mkdir()
        (self.program.web / "index.html").write_text("<!doctype html>")
        self.passes: list[int] = []
        self.planted: list = []
        self.people: dict[str, Client] = {}
        self.answered: dict[str, tuple] = {}  # command id → (login, path, body, answer)

    # --- the server ------------------------------------------------------------------------------

    def learn_the_street(self) -> None:
        self.program.start()

        def seeing():
            """the camera sees"""
            return self.get("duty_officer", "/api/v1/cameras/cam-1")["state"] == "ok"
        wait_until(seeing, PATIENCE_S, 0.3)

    def stop_and_arm(self) -> None:
        status = self.program.stop()
        assert status == 0, f"the server ended with {status}"
        self.passes = list(PASSES)
        self.plant_old_files()
        self.start()

    def plant_old_files(self) -> None:
        """Pictures no case names, three days old, one under each of the first prefixes: retention has to delete."""
        wanted = {f"{prefix:02x}" for prefix in range(12)}
        number = 0
        while wanted:
            number += 1
            content = f"an old picture {number}".encode()
            name = hashlib.sha256(content).hexdigest()
            if name[:2] not in wanted:
                continue
            wanted.remove(name[:2])
            path = self.program.data / "blobs" / name[:2] / name[2:4] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (time.time() - 3 * 86400,) * 2)
            self.planted.append(path)

    def start(self) -> None:
        """Starts the server, armed for the next pass while there is one; it may die before it listens."""
        while True:
            env = {"XUNJIE_CRASH_AT": f"{self.name}:{self.passes.pop(0)}"} if self.passes else {}
            self.program.start(env, wait=False)
            listening = self.program.data / "listening.json"
            wait_until(lambda: listening.exists() or not self.program.running(), PATIENCE_S)
            if listening.exists() and self.program.running():
                self.program.url = json.loads(listening.read_text())["url"]
                self.program.port = int(self.program.url.rsplit(":", 1)[1])
                return
            self.note_death()

    def keep_running(self) -> None:
        if not self.program.running():
            self.note_death()
            self.start()

    def note_death(self) -> None:
        status = self.program.process.wait()
        assert status == -9, f"the server ended with {status}, not by a crash point"
        self.kills += 1

    # --- requests that do not give up ------------------------------------------------------------

    def send(self, client: Client, method: str, path: str, body: bytes | None, headers) -> object:
        """Repeats the request until it is answered; the server is started again when it died."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.keep_running()
            client.port = self.program.port  # another one after each start
            try:
                answer = client.send(method, path, body, headers() if callable(headers) else headers, timeout=20)
                if answer.status < 500:
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            self.repeated += 1
            assert time.monotonic() < deadline, f"{method} {path}: no answer"
            time.sleep(0.1)

    def person(self, login: str) -> Client:
        if login not in self.people:
            client = Client("127.0.0.1", self.program.port)
            body = json.dumps({"login": login, "password": PASSWORD}).encode()
            answer = self.send(client, "POST", "/api/v1/session", body, {"Content-Type": "application/json"})
            assert answer.status == 200, answer
            client.cookie = answer.headers["set-cookie"].split(";")[0]
            client.csrf = answer.json["csrf"]
            self.people[login] = client
        return self.people[login]

    def get(self, login: str, path: str):
        answer = self.send(self.person(login), "GET", path, None, None)
        assert answer.status == 200, answer
        return answer.json

    def command(self, login: str, case_id: str, name: str, until, **facts) -> dict:
        """Gives the command until `until(case)` holds; a lost race is decided again on the new state."""
        while True:
            case = self.case(case_id)
            if until(case):
                return case
            command_id = secrets.token_hex(12)
            value = {"command_id": command_id, "version": case["version"], "command": name}
            if facts:
                value["facts"] = facts
            path, body = f"/api/v1/cases/{case_id}/commands", json.dumps(value).encode()
            answer = self.send(self.person(login), "POST", path, body, {"Content-Type": "application/json"})
            if answer.status == 200:
                self.answered[command_id] = (login, path, body, answer.body)
            else:
                assert answer.status == 409 and answer.json["code"] == "version_conflict", answer

    def callback(self, peer, path: str, value: dict) -> dict:
        body = json.dumps(value).encode()
        # A new signature each time: a repeated request is not a replayed one.
        answer = self.send(Client("127.0.0.1", self.program.port), "POST", path, body,
                           lambda: signed_headers(peer.key, peer.secret, "POST", path, body))
        assert answer.status in (200, 409), answer
        return answer.json

    # --- the story -------------------------------------------------------------------------------

    def cases(self) -> list[dict]:
        return self.get("duty_officer", "/api/v1/cases?limit=200")["items"]

    def case(self, case_id: str) -> dict:
        return self.get("duty_officer", f"/api/v1/cases/{case_id}")

    def wait(self, what):
        return wait_until(what, PATIENCE_S, 0.2)

    def report_and_confirm(self) -> None:
        for violation in ("store_overflow", "goods_on_pavement"):
            def reported():
                """both findings are cases"""
                return next((row for row in self.cases() if row["violation"] == violation), None)
            case = self.wait(reported)
            self.command("reviewer", case["id"], "confirm", lambda c: c["state"] != "reported")
            setattr(self, violation, case["id"])

    def tell_and_dispatch(self) -> None:
        """The message is delivered, the order acknowledged and accepted."""
        self.wait(lambda: self.told(self.store_overflow))
        self.wait(lambda: self.ordered(self.goods_on_pavement))
        for number in range(NOTES):
            text = f"备注{number}"
            self.command("reviewer", self.store_overflow, "note", lambda c: text in self.notes(c), text=text)

        def escalated():
            """the handling limit rang"""
            return "escalated" in [event["kind"] for event in self.case(self.goods_on_pavement)["events"]]
        self.wait(escalated)

    @staticmethod
    def notes(case: dict) -> list[str]:
        return [event["facts"]["text"] for event in case["events"] if event["kind"] == "noted"]

    def told(self, case_id: str) -> bool:
        """the merchant was told"""
        if self.case(case_id)["state"] != "reminding":
            return True
        for message in list(self.sms.messages.values()):
            self.callback(self.sms, "/api/v1/gateways/sms/receipts",
                          {"reference": message["reference"], "message_id": message["id"], "status": "delivered",
                           "at": rfc3339()})
        return False

    def ordered(self, case_id: str) -> bool:
        """the pile's order was accepted"""
        case = self.case(case_id)
        if case["state"] == "reminding":  # the pile was matched to the shop: it denies by not being reached
            for message in list(self.sms.messages.values()):
                self.callback(self.sms, "/api/v1/gateways/sms/receipts",
                              {"reference": message["reference"], "message_id": message["id"], "status": "failed",
                               "at": rfc3339()})
            return False
        for order in list(self.city.orders.values()):
            if order["case_id"] == case_id:
                self.update(order, "accept")
        return self.case(case_id)["state"] not in ("awaiting_dispatch", "dispatched")

    def update(self, order: dict, action: str, **more) -> None:
        # One id per action of an order: however often it is said, it counts once.
        self.callback(self.city, "/api/v1/gateways/city/updates",
                      {"id": f"{order['id']}-{action}", "order_id": order["id"], "reference": order["reference"],
                       "action": action, "at": rfc3339(), **more})

    def put_right_and_handle(self) -> None:
        order = next(o for o in self.city.orders.values() if o["case_id"] == self.goods_on_pavement)
        pictures = [{"role": role, "jpeg_base64": JPEG} for role in ("handled_before", "handled_after")]
        self.update(order, "start_on_site")
        self.update(order, "submit_result", text="已清理", officers=["officer1", "officer2"], pictures=pictures)
        self.command("reviewer", self.goods_on_pavement, "pass_verification", lambda c: c["state"] == "closed")

        def corrected():
            """the shop's case closed itself"""
            return self.case(self.store_overflow)["state"] == "self_corrected"
        self.wait(corrected)

    # --- the proof -------------------------------------------------------------------------------

    def prove(self) -> None:
        self.exhaust_passes()
        assert self.kills > 0, "the crash point was never passed"
        for login, path, body, answer in self.answered.values():
            again = self.send(self.person(login), "POST", path, body, {"Content-Type": "application/json"})
            assert again.status == 200 and again.body == answer, f"another answer to a repeated command: {again}"
        cases = [self.case(row["id"]) for row in self.cases()]
        self.prove_cases(cases)
        self.prove_outside()
        status = self.program.stop()
        assert status == 0, f"the server ended with {status}"
        report = self.program.check()
        assert report["sound"], report["faults"]
        first = next(path for path in self.planted if path.name.startswith("00"))
        assert not first.exists() and report["blobs"]["deletions"] > 0, "what nobody needs was not deleted"
        assert report["store"]["cases"] == len(cases) and report["blobs"]["named_by_events"] > 0, report

    def exhaust_passes(self) -> None:
        """From here on without crash points; what is still armed for a pass that never came is put away."""
        if self.passes or self.program.running():
            self.passes = []
            if self.program.running():
                self.program.kill()
                self.kills_by_hand = True
            self.start()

    def prove_cases(self, cases: list[dict]) -> None:
        places = Counter((case["camera"]["id"], case["zone"], case["violation"]) for case in cases)
        assert all(count == 1 for count in places.values()) and len(places) == 2, f"doubled or lost: {places}"
        for case in cases:
            assert case["state"] in ENDS, (case["id"], case["state"])
            sequence = [event["sequence"] for event in case["events"]]
            assert sequence == list(range(1, len(sequence) + 1)), sequence
            kinds = Counter(event["kind"] for event in case["events"])
            for kind in ("reported", "confirmed"):
                assert kinds[kind] == 1, (case["id"], kinds)
        pile = next(case for case in cases if case["id"] == self.goods_on_pavement)
        kinds = Counter(event["kind"] for event in pile["events"])
        for kind in ("order_accepted", "on_site_started", "result_submitted", "verified"):
            assert kinds[kind] == 1, (kind, kinds)

    def prove_outside(self) -> None:
        told = self.case(self.store_overflow)
        assert sorted(self.notes(told)) == [f"备注{n}" for n in range(NOTES)], self.notes(told)
        reminders = [one["id"] for one in told["reminders"]]
        sent = {m["id"] for m in self.sms.messages.values()}
        story = [(event["kind"], event["facts"].get("reason"), event["facts"].get("text")) for event in told["events"]]
        assert set(reminders) == sent and len(reminders) == 1, (reminders, sent, story)
        orders = [o["id"] for o in self.city.orders.values() if o["case_id"] == self.goods_on_pavement]
        assert len(orders) == 1, f"orders doubled: {orders}"
        assert not any(o["case_id"] == self.store_overflow for o in self.city.orders.values())

    def close(self, keep: bool) -> None:
        self.program.close(keep)
        self.sms.close()
        self.city.close()
