"""Findings against truth."""

from dataclasses import dataclass

LATE_S = 30  # after the dwell has passed; later counts as missed


@dataclass
class Presence:
    """One thing that stood there, by the recorder's account."""
    thing: str
    violation: str
    visible: float
    leaving: float | None = None  # somebody began to carry it off
    gone: float | None = None


def presences(truth: list[dict], expected: dict) -> list[Presence]:
    found, open_ones = [], {}
    for row in truth:
        thing = row["id"]
        if thing not in expected:
            continue
        if row["phase"] == "visible":
            open_ones[thing] = Presence(thing, expected[thing], row["at"])
            found.append(open_ones[thing])
        elif row["phase"] == "leaving" and thing in open_ones:
            open_ones[thing].leaving = row["at"]
        elif row["phase"] in ("cleared", "gone") and thing in open_ones:
            open_ones.pop(thing).gone = row["at"]
    return found


def compare(clip, truth: list[dict], lines: list[dict], dwell_s: float) -> dict:
    """Counts of one clip, with the lists that figures are made of."""
    report = {"kind": clip.kind, "expected": 0, "found": 0, "duplicates": 0, "false_alarms": 0, "false_clears": 0,
              "uncleared": 0, "late_s": [], "dwell_error_s": [], "removal_s": [], "notes": []}
    raised = [line for line in lines if line["type"] == "raised"]
    cleared = {line["finding"]: line["at"] for line in lines if line["type"] == "cleared"}
    taken = set()
    for presence in presences(truth, clip.expected):
        until = presence.gone if presence.gone is not None else clip.seconds
        due = presence.visible + dwell_s
        if until < due + LATE_S:
            continue  # it did not stand long enough to be owed a finding
        report["expected"] += 1
        mine = [line for line in raised if line["violation"] == presence.violation
                and presence.visible <= line["at"] <= until]
        taken.update(line["finding"] for line in mine)
        in_time = [line for line in mine if line["at"] <= due + LATE_S]
        if not in_time:
            report["notes"].append(f"{presence.thing} missed (raised at {[line['at'] for line in mine]})")
            continue
        report["found"] += 1
        report["duplicates"] += len(mine) - 1
        report["late_s"].append(in_time[0]["at"] - due)
        report["dwell_error_s"].append(in_time[0]["since"] - presence.visible)
        for line in mine:
            at = cleared.get(line["finding"])
            # A thing half carried off may be taken for gone; one that nobody has touched may not.
            if at is not None and at < (presence.leaving or until):
                report["false_clears"] += 1
                report["notes"].append(f"{presence.thing} cleared at {at}, left from {presence.leaving}")
        last = cleared.get(mine[-1]["finding"])
        if presence.gone is not None and last is not None and last >= presence.leaving:
            report["removal_s"].append(max(0, last - presence.gone))
        elif presence.gone is not None:
            report["uncleared"] += 1
            report["notes"].append(f"{presence.thing} not cleared after {presence.gone}")
    for line in raised:
        if line["finding"] not in taken and line["violation"] != clip.tolerated:
            report["false_alarms"] += 1
            report["notes"].append(f"false alarm {line['violation']} at {line['at']} since {line['since']} box {line['box']}")
    return report


def figures(reports: list[dict], hours: float) -> dict:
    total = {name: sum(r[name] for r in reports) for name in
             ("expected", "found", "duplicates", "false_alarms", "false_clears", "uncleared")}
    spread = {name: sorted(x for r in reports for x in r[name]) for name in ("late_s", "dwell_error_s", "removal_s")}
    out = {"clips": len(reports), **total,
           "recall": round(total["found"] / total["expected"], 4) if total["expected"] else None,
           "false_alarms_per_camera_day": round(total["false_alarms"] / (hours / 24), 2)}
    for name, values in spread.items():
        if values:
            out[name] = {"median": round(values[len(values) // 2], 1), "most": round(values[-1], 1)}
    return out
