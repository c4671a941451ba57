"""The people of the demonstration who are not the one at the console.

Each acts only through the API and only where the server allows it, one case at a time. `reviewer` is
left out when a person sits at the console.
"""

import sys
import time

from console import ENDS, Person, Refused
from district import PASSWORD


class People:
    """Everyone the script needs; `step()` lets each do what lies before them."""

    def __init__(self, url: str, script: dict, with_reviewer: bool, patience_s: float):
        self.duty = Person(url, "zhiban", PASSWORD)
        self.reviewer = Person(url, "shenhe", PASSWORD) if with_reviewer else None
        self.dispatcher = Person(url, "paidan", PASSWORD)
        self.script, self.patience_s = script, patience_s
        self.seen_since: dict[tuple[str, int], float] = {}

    def step(self, matches) -> list[dict]:
        """`matches(case)` names the planted violation a case stands for, or None. Returns all cases."""
        cases = self.duty.cases()
        for case in cases:
            if case["state"] not in ENDS:
                self.look_into(case, matches(case))
        return cases

    def look_into(self, case: dict, planted: dict | None) -> None:
        try:
            self.act(self.duty.detail(case), planted)
        except Refused as refusal:
            # Someone or something was faster: the next step looks again.
            if refusal.status != 409:
                print(f"demo: {case['id']}: {refusal}", file=sys.stderr)

    def waited(self, case: dict) -> bool:
        since = self.seen_since.setdefault((case["id"], case["version"]), time.monotonic())
        return time.monotonic() - since >= self.patience_s

    def act(self, case: dict, planted: dict | None) -> None:
        if case["state"] == "reported":
            self.review(case, planted)
        elif not self.waited(case):
            return
        elif case["objection_pending"]:
            self.duty.command(case, "dismiss_objection", reason="经比对抓拍与台账，物品位于该店门前责任区")
        elif case["state"] == "awaiting_verification":
            self.verify(case, planted)
        elif case["events"][-1]["kind"] == "order_returned":
            self.dispatcher.command(case, "reroute", team=f"team-{case['subdistrict']}",
                                    reason="经核对界线，点位属本街道辖区")

    def review(self, case: dict, planted: dict | None) -> None:
        if self.reviewer is None:
            return
        if planted:
            self.reviewer.command(case, "confirm")
        else:
            self.reviewer.command(case, "reject", reason="画面中没有违法行为")

    def verify(self, case: dict, planted: dict | None) -> None:
        if planted and planted.get("rework") and case["reworks"] == 0:
            self.duty.command(case, "fail_verification", reason="处置后照片未能看清整段人行道，请重新拍摄")
        else:
            self.duty.command(case, "pass_verification")
