"""Composes labelled training pictures: a piece of street with things, people and vehicles set into it.

A picture is what the watcher shows its detector: the surroundings of one candidate, `ROI` of ports/detector.h, so
the thing in question fills 30-80 % of it. Nothing is shared between the two splits: TRAIN has the plates and things of
cam-01 to cam-04 and one set of rendered streets and things, TEST has cam-05, the real footage of cam-06, and another
set, and other people and vehicles of the atlas.
"""

import json
import pathlib
import random
from dataclasses import dataclass

import cv2
import numpy as np

REPO = pathlib.Path(__file__).resolve().parents[1]
SCENES = REPO / "demo" / "scenes"
VTEST = pathlib.Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
CLASSES = ["goods", "stall", "laundry", "signboard", "bike", "vehicle", "person"]
SIZE = (320, 192)
SPLITS = {
    "train": {"cams": ["cam-01", "cam-02", "cam-03", "cam-04"],
              "atlas": ["man", "elder", "student", "carrier", "commuter", "saloon", "suv", "minivan", "bus"]},
    "test": {"cams": ["cam-05", "cam-06"], "atlas": ["woman", "worker", "courier", "taxi"]},
}
KIND_CLASS = {"goods": "goods", "permitted_goods": "goods", "pile": "goods", "stall": "stall", "van": "vehicle",
              "person": "person", "carrier": "person", "rider": "bike", "vehicle": "vehicle", "bus": "vehicle"}
# How often each is what the picture is about; None: only street (and people passing).
FOCUS = [("goods", .27), ("stall", .16), ("laundry", .12), ("signboard", .11), ("bike", .10), ("vehicle", .07),
         ("person", .11), (None, .06)]


@dataclass
class Thing:
    kind: str
    picture: np.ndarray  # BGRA, colour multiplied by alpha
    box: tuple           # x0 y0 x1 y1 of the thing itself
    px_per_m: float


def premultiplied(bgra):
    out = bgra.astype(np.float32)
    out[..., :3] *= out[..., 3:] / 255.0
    return out.astype(np.uint8)


def thing_of(kind, bgra, px_per_m, box=None):
    if box is None:
        ys, xs = np.nonzero(bgra[..., 3] > 100)
        box = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    return Thing(kind, premultiplied(bgra), tuple(float(v) for v in box), px_per_m)


def rendered_things(folder):
    out = []
    for t in json.loads((folder / "things.json").read_text()):
        out.append(thing_of(t["class"], cv2.imread(str(folder / t["file"]), cv2.IMREAD_UNCHANGED), t["px_per_m"], t["box"]))
    return out


def scene_things(cam):
    scene = json.loads((SCENES / cam / "scene.json").read_text())
    out = []
    for o in scene["objects"]:
        metres = max(.5, o["ground"][2] - o["ground"][0])
        bgra = cv2.imread(str(SCENES / cam / o["crop"]), cv2.IMREAD_UNCHANGED)
        out.append(thing_of(KIND_CLASS[o["kind"]], bgra, (o["box"][2] - o["box"][0]) / metres))
    return out


def sprites(name):
    sheet = next(s for s in json.loads((SCENES / "atlas" / "atlas.json").read_text())["sheets"] if s["name"] == name)
    picture = cv2.imread(str(SCENES / "atlas" / sheet["file"]), cv2.IMREAD_UNCHANGED)
    w, h = sheet["cell"]
    out = []
    for y in range(0, picture.shape[0] - h + 1, h):
        for x in range(0, picture.shape[1] - w + 1, w):
            cell = picture[y:y + h, x:x + w]
            if (cell[..., 3] > 100).sum() > 400:
                out.append(thing_of(KIND_CLASS[sheet["kind"]], cell, sheet["px_per_m"]))
    return out


def real_frames(count=40):
    video, frames = cv2.VideoCapture(str(VTEST)), []
    total = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    for k in range(count):
        video.set(cv2.CAP_PROP_POS_FRAMES, k * total // count)
        ok, frame = video.read()
        if ok:
            frames.append(frame)
    return frames


class Assets:
    """Everything one split may use. `data` holds what scenes/render.py wrote."""

    def __init__(self, split, data):
        chosen, folder = SPLITS[split], pathlib.Path(data) / split
        self.things = {c: [] for c in CLASSES}
        loaded = rendered_things(folder / "things")
        for cam in chosen["cams"]:
            loaded += scene_things(cam) * 2
        for name in chosen["atlas"]:
            loaded += sprites(name)
        for t in loaded:
            self.things[t.kind].append(t)
        self.plates = [cv2.imread(str(p)) for p in sorted((folder / "streets").glob("*.jpg"))]
        for cam in chosen["cams"]:
            self.plates += [cv2.imread(str(p)) for p in sorted((SCENES / cam).glob("plate*.jpg"))]
        self.rendered_plates = list(self.plates)
        self.real = real_frames() if "cam-06" in chosen["cams"] else []

    def pick(self, kind, rng):
        """People and vehicles by the hundred must not drown the rendered few: a class is picked evenly."""
        return rng.choice(self.things[kind])


def piece_of_street(plates, rng):
    plate = rng.choice(plates)
    h, w = plate.shape[:2]
    pw = int(w * rng.uniform(.22, .8))
    ph = min(h, pw * SIZE[1] // SIZE[0])
    x, y = rng.randint(0, w - pw), rng.randint(min(h // 6, h - ph), h - ph)
    return cv2.resize(plate[y:y + ph, x:x + pw], SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)


def paste(canvas, thing, scale, foot, gain, flip):
    """Sets the thing with the middle of its lower edge at `foot`; returns its box in the canvas, unclipped."""
    picture = thing.picture[:, ::-1] if flip else thing.picture
    h, w = picture.shape[:2]
    x0, y0, x1, y1 = thing.box
    if flip:
        x0, x1 = w - x1, w - x0
    nw, nh = max(2, round(w * scale)), max(2, round(h * scale))
    small = cv2.resize(picture, (nw, nh), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = round(foot[0] - (x0 + x1) / 2 * scale), round(foot[1] - y1 * scale)
    cx0, cy0 = max(0, left), max(0, top)
    cx1, cy1 = min(SIZE[0], left + nw), min(SIZE[1], top + nh)
    if cx1 > cx0 and cy1 > cy0:
        part = small[cy0 - top:cy1 - top, cx0 - left:cx1 - left].astype(np.float32)
        under = canvas[cy0:cy1, cx0:cx1]
        under *= 1 - part[..., 3:] / 255.0
        under += part[..., :3] * gain
    return (left + x0 * scale, top + y0 * scale, left + x1 * scale, top + y1 * scale)


def clipped(box):
    return (max(0.0, box[0]), max(0.0, box[1]), min(float(SIZE[0]), box[2]), min(float(SIZE[1]), box[3]))


def area(box):
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def scale_to_fill(thing, share):
    w, h = thing.box[2] - thing.box[0], thing.box[3] - thing.box[1]
    return share * min(SIZE[0] / w, SIZE[1] / h)


def passers(canvas, assets, rng, px_per_m, count, gain, labels):
    for _ in range(count):
        person = assets.pick("person", rng)
        scale = px_per_m / person.px_per_m * rng.uniform(.85, 1.1)
        foot = (rng.uniform(-10, SIZE[0] + 10), rng.uniform(.55, 1.15) * SIZE[1])
        labels.append(("person", paste(canvas, person, scale, foot, gain, rng.random() < .5)))


def weather(picture, rng):
    """Light, weather, lens, sensor and codec."""
    out = picture
    if rng.random() < .2:  # dusk and night
        out = out * rng.uniform(.25, .6) * np.array([rng.uniform(.8, 1.1), 1.0, rng.uniform(.95, 1.25)])
    if rng.random() < .08:  # infrared
        out = np.repeat(out.mean(-1, keepdims=True), 3, -1)
    out = 255.0 * np.clip(out / 255.0, 0, 1) ** rng.uniform(.7, 1.4)
    out = (out - 110) * rng.uniform(.7, 1.25) + 110 + rng.uniform(-22, 22)
    out = out * np.array([rng.uniform(.9, 1.1) for _ in range(3)])
    if rng.random() < .1:  # rain
        streaks = np.zeros(out.shape[:2], np.float32)
        for _ in range(rng.randint(30, 120)):
            x, y, n = rng.randrange(SIZE[0]), rng.randrange(SIZE[1]), rng.randint(6, 16)
            cv2.line(streaks, (x, y), (x + n // 4, y + n), rng.uniform(20, 60), 1)
        out = out + cv2.GaussianBlur(streaks, (3, 3), 0)[..., None]
    if rng.random() < .5:  # less detail than the plate has
        f = rng.uniform(.35, .9)
        small = cv2.resize(out, None, fx=f, fy=f, interpolation=cv2.INTER_AREA)
        out = cv2.resize(small, SIZE, interpolation=cv2.INTER_LINEAR)
    if rng.random() < .2:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(.5, 1.6))
    sigma = rng.uniform(0, 9)
    out = out + np.random.default_rng(rng.getrandbits(32)).normal(0, sigma, out.shape)
    out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < .7:
        _, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 90)])
        out = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return out


def sample(assets, rng, plates=None, focus="any"):
    """One picture: (BGR uint8 192 × 320, boxes N × 4 in pixels, classes N, class in focus or None)."""
    if focus == "any":
        focus = rng.choices([f for f, _ in FOCUS], [w for _, w in FOCUS])[0]
    canvas = piece_of_street(plates or assets.plates, rng)
    gain = rng.uniform(.75, 1.1) * min(1.0, .45 + canvas.mean() / 200)
    labels, px_per_m = [], rng.uniform(25, 80)
    main = None
    if focus is not None:
        thing = assets.pick(focus, rng)
        scale = scale_to_fill(thing, rng.uniform(.32, .82))
        px_per_m = thing.px_per_m * scale
        height = (thing.box[3] - thing.box[1]) * scale
        foot = (SIZE[0] * rng.uniform(.38, .62), SIZE[1] * rng.uniform(.43, .57) + height / 2)
        main = (thing, scale, foot)
    if rng.random() < .3:
        passers(canvas, assets, rng, px_per_m, rng.randint(1, 2), gain, labels)  # behind
    if rng.random() < .25:
        kind = rng.choice(CLASSES[:6])
        other = assets.pick(kind, rng)
        foot = (rng.choice([rng.uniform(-30, 60), rng.uniform(260, 350)]), rng.uniform(.5, 1.1) * SIZE[1])
        labels.append((kind, paste(canvas, other, px_per_m / other.px_per_m, foot, gain, rng.random() < .5)))
    if main:
        labels.append((focus, paste(canvas, main[0], main[1], main[2], gain, rng.random() < .5)))
    if rng.random() < .3:
        passers(canvas, assets, rng, px_per_m, rng.randint(1, 2), gain, labels)  # in front
    boxes, classes = [], []
    for kind, box in labels:
        inside = clipped(box)
        if area(inside) > max(60.0, .35 * area(box)):
            boxes.append(inside)
            classes.append(CLASSES.index(kind))
    picture = weather(canvas, rng)
    return picture, np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.int64), focus


def main():
    """A contact sheet, to look at before training: python compose.py DATA OUT.png"""
    import sys
    assets, rng, rows = Assets(sys.argv[3] if len(sys.argv) > 3 else "train", sys.argv[1]), random.Random(5), []
    for _ in range(5):
        row = []
        for _ in range(5):
            picture, boxes, classes, _ = sample(assets, rng)
            for b, c in zip(boxes.astype(int), classes):
                cv2.rectangle(picture, tuple(map(int, b[:2])), tuple(map(int, b[2:])), (0, 255, 0), 1)
                cv2.putText(picture, CLASSES[c], (int(b[0]), int(b[1]) + 10), 0, .35, (0, 255, 255), 1)
            row.append(picture)
        rows.append(np.hstack(row))
    cv2.imwrite(sys.argv[2], np.vstack(rows))


if __name__ == "__main__":
    main()
