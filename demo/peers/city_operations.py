"""Stand-in for the city operations centre and the sub-district teams behind it.

An order is acknowledged at once and repeated orders are recognised. Its team then accepts, goes to
the spot, has the place cleared and reports with pictures. A spot may be told to return its first
order, as happens when the boundary runs down the middle of the road.
"""

import base64
import itertools
import math
import subprocess
import time
import uuid

from peer import Peer, serve

STEP_S = 2.0


def now_text() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"


def photograph(spot: dict) -> bytes:
    """What an officer's camera would take there now: one frame of the street, as JPEG."""
    return subprocess.run(["ffmpeg", "-v", "error", "-i", spot["stream"], "-frames:v", "1", "-q:v", "4",
                           "-f", "image2", "-c:v", "mjpeg", "-"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20, check=True).stdout


class CityOperations(Peer):
    """City operations with its teams."""

    def __init__(self, options):
        super().__init__(options)
        self.orders: dict[str, dict] = {}
        self.returned: set[str] = set()
        self.counter = itertools.count(1)

    def answer(self, method: str, path: str, value) -> tuple[int, dict]:
        if method == "POST" and path == "/orders":
            return self.accept_order(value)
        order = self.orders.get(path.removeprefix("/orders/"))
        if order is None:
            return 404, {"error": f"no {method} {path} here"}
        if method == "PUT":
            return self.change(order, value)
        if method == "DELETE":
            order["cancelled"] = True
            return 200, {"reference": order["reference"]}
        return 405, {"error": f"no {method} on an order"}

    def accept_order(self, value: dict) -> tuple[int, dict]:
        with self.lock:
            order = self.orders.get(value["id"])
            if order is None:
                order = {**value, "reference": f"CY{next(self.counter):06d}", "cancelled": False}
                self.orders[value["id"]] = order
                self.log.append({"what": "order", "at": time.time(), **value})
                self.later(STEP_S, self.work, order)
        return 200, {"reference": order["reference"]}

    def change(self, order: dict, value: dict) -> tuple[int, dict]:
        """A new revision is a re-routed order or rework: the team goes again."""
        with self.lock:
            newer = value.get("revision", 0) > order.get("revision", 0)
            order.update(value)
        if newer:
            self.note("order changed", id=order["id"], revision=order["revision"])
            self.later(STEP_S, self.work, order)
        return 200, {"reference": order["reference"]}

    def spot_of(self, order: dict) -> dict:
        return min(self.settings["spots"],
                   key=lambda spot: math.hypot(spot["lon"] - order["lon"], spot["lat"] - order["lat"]))

    def work(self, order: dict) -> None:
        spot = self.spot_of(order)
        if spot.get("return_first") and spot["camera"] not in self.returned:
            self.returned.add(spot["camera"])
            self.update(order, "return_order", reason="该点位属道路对侧，不在本队辖区，请核实改派")
            return
        officers = spot["officers"]
        if not order.get("accepted"):
            if self.update(order, "accept", officers=officers) != 200:
                return
            order["accepted"] = True
            time.sleep(STEP_S)
        before = photograph(spot)
        if self.update(order, "start_on_site", officers=officers) != 200:
            return
        time.sleep(STEP_S)
        self.street.clear(spot["camera"], spot["objects"])
        time.sleep(STEP_S)
        after = photograph(spot)
        self.update(order, "submit_result", officers=officers,
                    text="现场教育并督促当事人自行清理，通道已恢复畅通",
                    pictures=[{"role": role, "jpeg_base64": base64.b64encode(data).decode()}
                              for role, data in (("handled_before", before), ("handled_after", after))])

    def update(self, order: dict, action: str, reason="", text="", officers=(), pictures=()) -> int:
        return self.call_back("/api/v1/gateways/city/updates", {
            "id": uuid.uuid4().hex, "order_id": order["id"], "reference": order["reference"],
            "action": action, "reason": reason, "text": text, "officers": list(officers),
            "pictures": list(pictures), "at": now_text()})


if __name__ == "__main__":
    serve(CityOperations)
