#!/usr/bin/env python3
"""The demonstration district: a live street, its people and Xunjie, on this machine alone.

Without --once it runs until interrupted and a person works the console. With --once everyone is played
and it ends by itself, with one JSON object on the last line and status 0 only if what Xunjie found and
did equals the script.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in ("director", "district", "peers"):
    sys.path.insert(0, str(HERE.parent / folder))

from people import People  # noqa: E402
from peer import Street  # noqa: E402
from stage import PASSWORD, Stage, StageError  # noqa: E402
from console import ENDS  # noqa: E402
from tally import Tally, epoch  # noqa: E402

ONCE_S_MAX = 295
REFUSED_S_MAX = 30


class Director:
    """Places and removes things by the script and knows when it is over."""

    def __init__(self, stage: Stage, script: dict, street: Street):
        self.stage, self.script, self.street = stage, script, street
        self.tally = Tally(script)
        self.began = time.monotonic()
        self.waiting = [dict(cue) for cue in (*script["planted"], *script["traps"])]

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def is_time(self, cue: dict, cases: list[dict]) -> bool:
        if "after" not in cue:
            return self.elapsed() >= cue["at"]
        ended = self.tally.ended_at(cue["after"], cases)
        return ended is not None and time.time() - ended >= cue.get("pause_s", 0)

    def step(self, cases: list[dict]) -> None:
        for cue in [cue for cue in self.waiting if self.is_time(cue, cases)]:
            reply = self.street.say(cue["say"])
            if not reply.get("ok"):  # the place may still be taken by who cleared it: asked again
                self.give_up_late(cue, reply)
                continue
            self.waiting.remove(cue)
            if "violation" in cue:
                self.tally.placed(cue["id"], time.time())
            self.waiting += [{"at": self.elapsed() + later["in_s"], "say": later["say"]}
                             for later in cue.get("then", [])]

    def give_up_late(self, cue: dict, reply: dict) -> None:
        first = cue.setdefault("refused_at", self.elapsed())
        if self.elapsed() - first > REFUSED_S_MAX:
            raise RuntimeError(f"the street refused \"{cue['say']}\" for {REFUSED_S_MAX} s: {reply}")

    def is_over(self, cases: list[dict]) -> bool:
        return not self.waiting and self.tally.all_ended(cases)


def wait_for_cameras(duty, script: dict, settle_s: float) -> None:
    """Until every camera has been looked at long enough to know its empty street."""
    deadline = time.monotonic() + 60
    while True:
        states = {row["id"]: row["state"] for row in duty.call("GET", "/cameras")["items"]}
        if all(states.get(camera["id"]) == "ok" for camera in script["cameras"]):
            time.sleep(settle_s)  # the street itself takes this long to be known; nothing signals it
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"cameras are not all seeing: {states}")
        time.sleep(0.5)


def play(stage: Stage, script: dict, once: bool, began: float) -> dict:
    people = People(stage.url, script, with_reviewer=once, patience_s=0.5 if once else 25)
    wait_for_cameras(people.duty, script, script["settle_s"])
    director = Director(stage, script, Street(stage.street_control))
    told = ""
    while True:
        stage.check_alive()
        cases = people.step(director.tally.planted_of)
        director.step(cases)
        told = progress(director, cases, told)
        if director.is_over(cases):
            if once:
                account(director, cases)
                return director.tally.result(cases, people.duty.detail, time.monotonic() - began)
            director = Director(stage, script, director.street)  # another day on the same street
        if once and time.monotonic() - began > ONCE_S_MAX:
            print("demo: not over in time; what is open:", file=sys.stderr)
            for case in cases:
                if case["state"] not in ENDS:
                    print(f"  {case['id']} {case['camera']['id']} {case['violation']} {case['state']}", file=sys.stderr)
            account(director, cases)
            return director.tally.result(cases, people.duty.detail, time.monotonic() - began)
        time.sleep(0.5)


def account(director: Director, cases: list[dict]) -> None:
    """Tells of each case beyond the script and how long after the director began it was there."""
    start = time.time() - director.elapsed()
    for case in director.tally.surplus(cases):
        print(f"demo: beyond the script: {case['id']} {case['camera']['id']} {case['violation']} {case['state']}, "
              f"in {case['zone']} since {epoch(case['since']) - start:.1f} s, box {case['box']}", file=sys.stderr)


def progress(director: Director, cases: list[dict], told: str) -> str:
    now = director.tally.line(cases)
    if now != told:
        print(f"{director.elapsed():6.0f} s  {now}", file=sys.stderr, flush=True)
    return now


def main() -> int:
    parser = argparse.ArgumentParser(prog="xunjie demo", description=__doc__)
    parser.add_argument("--xunjie", required=True, type=Path, help="the xunjie program")
    parser.add_argument("--once", action="store_true", help="play everyone, end by itself")
    parser.add_argument("--json", action="store_true", help="nothing but the result on stdout")
    parser.add_argument("--listen", default=None, help="HOST:PORT of the console (127.0.0.1:8080; --once: any)")
    parser.add_argument("--keep", type=Path, help="keep the data here instead of a temporary folder")
    parser.add_argument("--model", type=Path, help="model.json of a detector, as `xunjie serve --model` takes it")
    options = parser.parse_args()
    began = time.monotonic()

    script = json.loads((HERE / "script.json").read_text())
    data = options.keep or Path(tempfile.mkdtemp(prefix="xunjie-demo-"))
    listen = options.listen or ("127.0.0.1:0" if options.once else "127.0.0.1:8080")
    stage = Stage(options.xunjie.resolve(), data, listen, script, quiet=options.json, model=options.model)
    try:
        stage.open()
        if not options.json:
            print(f"控制台 {stage.url}\n账号 zhiban（值班长）或 shenhe（审核员），口令 {PASSWORD}\n"
                  f"数据 {data}  按 Ctrl+C 结束", flush=True)
        result = play(stage, script, options.once, began)
    except KeyboardInterrupt:
        return 0
    except StageError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    finally:
        stage.close()
    succeeded = result == {**script["expected"], "seconds": result["seconds"]}
    print(json.dumps(result), flush=True)
    if not succeeded:
        print(f"demo: expected {json.dumps(script['expected'])}; the logs stay in {data}", file=sys.stderr)
    elif not options.keep:
        shutil.rmtree(data, ignore_errors=True)
    return 0 if succeeded else 1


if __name__ == "__main__":
    import signal
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    sys.exit(main())
