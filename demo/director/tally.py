"""Counts what Xunjie did against what the script planted."""

from collections.abc import Callable
from datetime import datetime

from console import ENDS


def epoch(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def was_dispatched(case: dict) -> bool:
    return any(event["kind"] == "order_acknowledged" for event in case["events"])


class Tally:
    """A case stands for the latest planted violation of its camera and kind that was placed before
    the case was seen."""

    TOLERANCE_S = 6.0  # carrying in takes a while, and streams lag

    def __init__(self, script: dict):
        self.planted = {row["id"]: row for row in script["planted"]}
        self.placed_at: dict[str, float] = {}

    def placed(self, planted_id: str, at: float) -> None:
        self.placed_at[planted_id] = at

    def planted_of(self, case: dict) -> dict | None:
        fits = [(at, name) for name, at in self.placed_at.items()
                if self.planted[name]["camera"] == case["camera"]["id"]
                and self.planted[name]["violation"] == case["violation"]
                and at - self.TOLERANCE_S <= epoch(case["since"])]
        return self.planted[max(fits)[1]] if fits else None

    def by_planted(self, cases: list[dict]) -> dict[str, list[dict]]:
        rows: dict[str, list[dict]] = {name: [] for name in self.planted}
        for case in cases:
            planted = self.planted_of(case)
            if planted and epoch(case["since"]) >= min(self.placed_at.values()) - self.TOLERANCE_S:
                rows[planted["id"]].append(case)
        return rows

    def ended_at(self, planted_id: str, cases: list[dict]) -> float | None:
        ends = [epoch(case["updated_at"]) for case in self.by_planted(cases)[planted_id]
                if case["state"] in ENDS]
        return max(ends) if ends else None

    def all_ended(self, cases: list[dict]) -> bool:
        return all(rows and all(case["state"] in ENDS for case in rows)
                   for rows in self.by_planted(cases).values())

    def result(self, cases: list[dict], detail: Callable[[dict], dict], seconds: float) -> dict:
        """What is printed at the end; `detail` reads one case with its events."""
        rows = self.by_planted(cases)
        mine = [case for found in rows.values() for case in found]
        kept = {case["id"] for case in mine}
        return {
            "planted": len(self.planted),
            "found": sum(1 for found in rows.values() if found),
            "false_alarms": sum(1 for case in cases if case["id"] not in kept),
            "self_corrected": sum(1 for case in mine if case["state"] == "self_corrected"),
            "dispatched": sum(1 for case in mine if was_dispatched(detail(case))),
            "closed": sum(1 for case in mine if case["state"] == "closed"),
            "duplicates": sum(len(found) - 1 for found in rows.values() if found),
            "seconds": round(seconds, 1)}

    def surplus(self, cases: list[dict]) -> list[dict]:
        """What is beyond the script: false alarms, and all but the first case of each planted violation."""
        rows = self.by_planted(cases)
        first = {min(found, key=lambda case: epoch(case["since"]))["id"] for found in rows.values() if found}
        return [case for case in cases if case["id"] not in first]

    def line(self, cases: list[dict]) -> str:
        states: dict[str, int] = {}
        for case in cases:
            states[case["state_zh"]] = states.get(case["state_zh"], 0) + 1
        return f"放置 {len(self.placed_at)}/{len(self.planted)}，案件 " + (
            "、".join(f"{name} {count}" for name, count in sorted(states.items())) or "0")
