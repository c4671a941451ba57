"""Stand-in for the SMS provider and for the merchants who read what it delivers.

It behaves as providers do: receipts come late, sometimes twice, sometimes as a failure. The merchants
behave as merchants do: `comply` clears the pavement and says so on the phone page, `comply_by_text`
answers by SMS, `object` objects on the phone page, `silent` does nothing, `unreachable` has a dead
number. Each merchant follows its plan, one entry a message, the last one for ever.
"""

import itertools
import json
import re
import time
import uuid

from peer import Peer, serve
from signed_http import request

LINK = re.compile(r"(https?://\S+?)/m/([A-Za-z0-9_.\-]+)")


def now_text() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"


class SmsProvider(Peer):
    """SMS provider with merchants behind the numbers."""

    def __init__(self, options):
        super().__init__(options)
        self.merchants = self.settings["merchants"]
        self.messages: dict[str, dict] = {}
        self.counter = itertools.count(1)

    def answer(self, method: str, path: str, value) -> tuple[int, dict]:
        if method == "POST" and path == "/messages":
            return self.accept(value)
        found = self.messages.get(path.removeprefix("/messages/"))
        if method == "GET" and found:
            return 200, {name: found[name] for name in ("reference", "status", "at", "detail")}
        return 404, {"error": f"no {method} {path} here"}

    def accept(self, value: dict) -> tuple[int, dict]:
        with self.lock:
            known = self.messages.get(value["id"])
            if known is None:
                known = {**value, "reference": f"SMS{next(self.counter):06d}", "status": "accepted",
                         "at": now_text(), "detail": ""}
                self.messages[value["id"]] = known
                self.log.append({"what": "message", "at": time.time(), **value})
                self.later(1.0, self.deliver, known)
        return 200, {"reference": known["reference"], "status": known["status"]}

    def behaviour_of(self, merchant: dict) -> str:
        plan = merchant["plan"]
        step = plan.pop(0) if len(plan) > 1 else plan[0]
        return step

    def deliver(self, message: dict) -> None:
        merchant = self.merchants.get(message["phone"])
        behaviour = self.behaviour_of(merchant) if merchant else "silent"
        reached = behaviour != "unreachable"
        message.update(status="delivered" if reached else "failed", at=now_text(),
                       detail="" if reached else "空号")
        receipt = {name: message[name] for name in ("reference", "status", "at", "detail")}
        receipt["message_id"] = message["id"]
        self.call_back("/api/v1/gateways/sms/receipts", receipt)
        self.call_back("/api/v1/gateways/sms/receipts", receipt)  # providers repeat themselves
        if merchant and reached:
            self.later(merchant.get("delay_s", 3), self.behave, merchant, behaviour, message)

    def behave(self, merchant: dict, behaviour: str, message: dict) -> None:
        self.note("merchant", name=merchant["name"], behaviour=behaviour)
        if behaviour.startswith("comply"):
            self.street.clear(merchant["camera"], merchant["objects"])
        if behaviour == "comply_by_text":
            self.call_back("/api/v1/gateways/sms/inbound",
                           {"reference": f"IN{uuid.uuid4().hex[:12]}", "phone": message["phone"],
                            "text": "已整改", "at": now_text()})
        elif behaviour == "comply":
            self.open_page(message, "claim", {})
        elif behaviour == "object":
            self.open_page(message, "object", {"reason": "堆放的是隔壁店铺的货物，不是本店的"})

    def open_page(self, message: dict, action: str, facts: dict) -> None:
        link = LINK.search(message["text"])
        if link is None:
            raise ValueError(f"no link in: {message['text']}")
        page = f"{link[1]}/api/v1/merchant/{link[2]}"
        status, body = request("GET", page)
        self.note("page", status=status, body=json.loads(body) if status == 200 else body.decode())
        status, body = request("POST", f"{page}/{action}", {"command_id": uuid.uuid4().hex, **facts})
        self.note(action, status=status)
        if status != 200:
            raise RuntimeError(f"{action} answered {status}: {body[:300]!r}")


if __name__ == "__main__":
    serve(SmsProvider)
