"""The clips: a scene, a plot and what lies over it. Times are seconds of the clip."""

from dataclasses import dataclass, field

SECONDS = 210
DWELL_S = 40
PLACE_AT, REMOVE_AT = 18, 150
# One plot a scene: (camera, thing, violation).
PLOTS = (("cam-01", "goods-1", "store_overflow"), ("cam-02", "pile-1", "goods_on_pavement"),
         ("cam-03", "stall-1", "street_vending"), ("cam-04", "goods-1", "store_overflow"),
         ("cam-05", "stall-1", "street_vending"), ("cam-06", "pile-1", "goods_on_pavement"))
RENDERED = PLOTS[:-1]
# What the real camera saw: the condition's name is its kind in the report, with (from, until) of each part.
ALWAYS = (0, None)
CONDITIONS = {
    "night": {"night": ALWAYS},
    "rain": {"rain": ALWAYS},
    "rain at night": {"night": ALWAYS, "rain": ALWAYS},
    "dusk while it stands": {"dusk": (20, None)},
    "hard shadow": {"shadow": (12, None)},
    "headlights": {"night": ALWAYS, "headlights": (14, None)},
    "exposure step": {"bright": (60, 110)},
    "light step with the arrival": {"dim": (26, None)},
    "infrared switch": {"infrared": (55, None)},
    "nudged": {"nudge": (60, None)},
    "turned and back": {"turned": (80, 115)},
    "lost packets": {"lost": (20, 190)},
    "fog": {"fog": ALWAYS},
    "long occlusion": {"truck": (48, 80)},
}


@dataclass(frozen=True)
class Clip:
    name: str
    kind: str
    camera: str
    orders: tuple = ()  # (at, words after the camera's name left out)
    expected: dict = field(default_factory=dict)  # thing -> violation
    tolerated: str = ""  # a violation that may or may not be found
    seed: int = 1
    seconds: int = SECONDS
    dwell_s: int = DWELL_S

    def script(self) -> str:
        lines = []
        for at, order in sorted(self.orders):
            verb, rest = order.split(" ", 1)
            lines.append(f"{at} {verb} {self.camera} {rest}")
        return ";".join(lines)


def lens(parts: dict) -> list:
    orders = []
    for name, (start, end) in parts.items():
        orders.append((start, f"event lens-{name} start"))
        if end is not None:
            orders.append((end, f"event lens-{name} stop"))
    return orders


def planted(plot, kind: str, parts: dict, seed: int = 1) -> Clip:
    camera, thing, violation = plot
    orders = [(PLACE_AT, f"place {thing}"), (REMOVE_AT, f"remove {thing}"), *lens(parts)]
    return Clip(f"{kind}/{camera}/{seed}", kind, camera, tuple(orders), {thing: violation}, seed=seed)


def empty(camera: str, kind: str, parts: dict) -> Clip:
    return Clip(f"nothing: {kind}/{camera}", f"nothing: {kind}", camera, tuple(lens(parts)), seed=7)


def traps() -> list[Clip]:
    return [
        Clip("crowd standing/cam-03", "crowd standing", "cam-03",
             ((20, "event crowd-1 start"), (150, "event crowd-1 stop"))),
        Clip("thing behind a crowd/cam-03", "thing behind a crowd", "cam-03",
             ((20, "event crowd-1 start"), (35, "place stall-1"), (90, "event crowd-1 stop"), (165, "remove stall-1")),
             {"stall-1": "street_vending"}),
        Clip("van shorter than the dwell/cam-02", "van", "cam-02",
             ((30, "event van-1 start"), (62, "event van-1 stop"))),
        Clip("permitted and outside/cam-05", "permitted and outside", "cam-05",
             ((18, "place permitted-1"), (22, "place outside-1"))),
        Clip("lamp on and off/cam-04", "lamp", "cam-04",
             ((40, "event light-step start"), (110, "event light-step stop"))),
        Clip("second placement/cam-01", "second placement", "cam-01",
             ((18, "place goods-1"), (100, "remove goods-1"), (125, "place goods-2")),
             {"goods-1": "store_overflow", "goods-2": "store_overflow"}, seconds=240),
        Clip("there from the start/cam-01", "there from the start", "cam-01",
             # Put up within the first looks, so a part of it may be taken for new.
             ((0, "place goods-1"), (150, "remove goods-1")), {}, "store_overflow"),
    ]


def lamps() -> list[Clip]:
    """A lamp beside a thing, which is carried off in its light or after it. The dwell is as short as the
    demonstration's: at a longer one the light is followed before it can be taken for anything."""
    clips = []
    for seed, removed_at in ((11, 98), (12, 110), (13, 128)):
        orders = ((40, "place goods-1"), (75, "event light-step start"), (115, "event light-step stop"),
                  (removed_at, "remove goods-1"))
        clips.append(Clip(f"lamp beside a thing/cam-04/{seed}", "lamp beside a thing", "cam-04", orders,
                          {"goods-1": "store_overflow"}, seed=seed, dwell_s=10))
    return clips


def all_clips() -> list[Clip]:
    clips = [planted(plot, "day", {}, seed) for seed in (1, 2) for plot in PLOTS]
    for kind, parts in CONDITIONS.items():
        # Real footage has its own sun: a drawn shadow or a lorry would lie over people.
        over = RENDERED if kind in ("hard shadow", "long occlusion") else PLOTS
        clips += [planted(plot, kind, parts) for plot in over]
    for kind in ("rain", "hard shadow", "headlights", "exposure step", "infrared switch", "nudged", "turned and back",
                 "lost packets", "dusk while it stands"):
        clips += [empty(camera, kind, CONDITIONS[kind]) for camera in ("cam-01", "cam-06")]
    return clips + traps() + lamps()
