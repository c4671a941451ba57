"""What the exported models are worth on scenes they were not trained on; prints and writes JSON.

    python evaluate.py --data DIR --models data/models/street --out figures.json [--pictures 1200]

Three parts, all of the TEST split (see compose.py):
  decisions   one thing in question a picture, decided as src/watch/detect/recognition.cc decides
  boxes       average precision at an overlap of 0.5, per class
  real        frames of vtest.avi (real street footage, nothing placed): how often a piece around real people is
              taken for a violation; and how often a rendered thing set into real frames is found
"""

import argparse
import json
import pathlib
import random
import time

import cv2
import numpy as np
import openvino

import compose

MEANINGS = {"vehicle": "ignored", "person": "ignored"}
ROUNDS = {"decisions": 11, "real_empty": 12, "real_placed": 13}


class Model:
    def __init__(self, folder, description):
        self.about = json.loads((folder / description).read_text())
        core = openvino.Core()
        self.net = core.compile_model(str(folder / self.about["file"]), "CPU", {"INFERENCE_NUM_THREADS": 1})
        self.seconds, self.runs = 0.0, 0

    def boxes(self, picture, least=None):
        """Rows x0 y0 x1 y1 score class in pixels of the picture, suppressed per class, best first."""
        image = picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
        begun = time.perf_counter()
        rows = self.net(image)[0][0].T
        self.seconds += time.perf_counter() - begun
        self.runs += 1
        score, kind = rows[:, 4:].max(1), rows[:, 4:].argmax(1)
        keep = score >= (self.about["score"] if least is None else least)
        rows, score, kind = rows[keep], score[keep], kind[keep]
        corners = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], 1)
        out = []
        for k in np.argsort(-score, kind="stable"):
            if all(r[5] != kind[k] or iou(r, corners[k]) <= self.about["nms"] for r in out):
                out.append([*corners[k], score[k], kind[k]])
        return out


def common(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return w * h if w > 0 and h > 0 else 0.0


def iou(a, b):
    both = common(a, b)
    return both / (compose.area(a) + compose.area(b) - both) if both else 0.0


def decide(boxes, candidate):
    """The rule of recognition.cc: a class's name, or "nothing"."""
    whole = compose.area(candidate)
    about = [b for b in boxes if compose.CLASSES[b[5]] not in MEANINGS and
             (common(b, candidate) >= whole / 3 or
              (common(b, candidate) >= 2 / 3 * compose.area(b) and compose.area(b) >= whole / 10))]
    if about:
        return compose.CLASSES[max(about, key=lambda b: b[4])[5]]
    under = np.zeros((24, 24), bool)
    x = candidate[0] + (candidate[2] - candidate[0]) * (np.arange(24) + .5) / 24
    y = candidate[1] + (candidate[3] - candidate[1]) * (np.arange(24) + .5) / 24
    ignored = [b for b in boxes if compose.CLASSES[b[5]] in MEANINGS]
    for b in ignored:
        under |= ((y >= b[1]) & (y < b[3]))[:, None] & ((x >= b[0]) & (x < b[2]))[None]
    if under.mean() < .5:
        return "nothing"
    return compose.CLASSES[max((b for b in ignored if common(b, candidate) > 0), key=lambda b: b[4])[5]]


def candidate_of(box, rng):
    """What scene memory makes of a thing: its box, give or take."""
    w, h = box[2] - box[0], box[3] - box[1]
    grow = [rng.uniform(-.1, .15) for _ in range(4)]
    return compose.clipped((box[0] - w * grow[0], box[1] - h * grow[1], box[2] + w * grow[2], box[3] + h * grow[3]))


def decisions(model, assets, count, plates, seed):
    rng, table, kept = random.Random(seed), {}, []
    while sum(map(len, table.values())) < count:
        picture, boxes, classes, focus = compose.sample(assets, rng, plates)
        kept.append((model.boxes(picture, .05), boxes, classes))
        if focus is None:
            continue
        mine = [b for b, c in zip(boxes, classes) if compose.CLASSES[c] == focus]
        if not mine:
            continue
        middle = min(mine, key=lambda b: abs((b[0] + b[2]) / 2 - 160) + abs((b[1] + b[3]) / 2 - 96))
        found = [b for b in kept[-1][0] if b[4] >= model.about["score"]]
        table.setdefault(focus, []).append(decide(found, candidate_of(middle, rng)))
    return table, kept


def average_precision(kept, kind):
    hits, total = [], 0
    for found, boxes, classes in kept:
        mine = [b for b, c in zip(boxes, classes) if c == kind]
        total += len(mine)
        free = list(mine)
        for f in (f for f in found if f[5] == kind):
            best = max(free, key=lambda b: iou(f, b), default=None)
            good = best is not None and iou(f, best) >= .5
            if good:
                free = [b for b in free if b is not best]
            hits.append((f[4], good))
    if not total:
        return None
    hits.sort(key=lambda h: -h[0])
    right = np.cumsum([g for _, g in hits]) if hits else np.zeros(0)
    precision = right / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1] if len(hits) else precision
    recall = right / total
    return float(sum(p * (r - q) for p, r, q in zip(precision, recall, np.concatenate([[0], recall[:-1]]))))


def violation(name):
    return name not in MEANINGS and name != "nothing"


def real_empty(model, frames, seed, pieces=600):
    """Pieces of real frames with people in them and nothing else: what is taken for a violation is false."""
    rng, false = random.Random(seed), 0
    for _ in range(pieces):
        picture = compose.weather(compose.piece_of_street(frames, rng), rng)
        w, h = rng.uniform(80, 150), rng.uniform(70, 110)
        candidate = (160 - w / 2, 96 - h / 2, 160 + w / 2, 96 + h / 2)
        false += violation(decide(model.boxes(picture), candidate))
    return false / pieces


def summary(table):
    out = {}
    for name, words in sorted(table.items()):
        out[name] = {"pictures": len(words), "right": round(words.count(name) / len(words), 4),
                     "said": {w: words.count(w) for w in sorted(set(words))}}
    wanted = [w for n, ws in table.items() if violation(n) for w in ws]
    unwanted = [w for n, ws in table.items() if n in MEANINGS for w in ws]
    out["violations_recognised"] = round(sum(map(violation, wanted)) / len(wanted), 4)
    out["violations_taken_for_people_or_vehicles"] = round(sum(w in MEANINGS for w in wanted) / len(wanted), 4)
    if unwanted:
        out["people_and_vehicles_taken_for_violations"] = round(sum(map(violation, unwanted)) / len(unwanted), 4)
    return out


def evaluate(folder, description, assets, count):
    model = Model(folder, description)
    table, kept = decisions(model, assets, count, assets.rendered_plates, ROUNDS["decisions"])
    result = {"model": model.about["name"], "bytes": (folder / model.about["file"]).stat().st_size,
              "decisions": summary(table)}
    result["ap50"] = {n: round(average_precision(kept, i) or 0, 4) for i, n in enumerate(compose.CLASSES)}
    if assets.real:
        placed, _ = decisions(model, assets, count // 3, assets.real, ROUNDS["real_placed"])
        result["real_placed"] = summary(placed)
        result["real_empty_taken_for_violations"] = round(real_empty(model, assets.real, ROUNDS["real_empty"]), 4)
    result["ms_a_picture_one_thread"] = round(1000 * model.seconds / model.runs, 2)
    return result


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", required=True)
    ap.add_argument("--models", required=True, type=pathlib.Path)
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--pictures", type=int, default=1200)
    args = ap.parse_args()
    cv2.setNumThreads(1)
    assets = compose.Assets("test", args.data)
    figures = [evaluate(args.models, d.name, assets, args.pictures) for d in sorted(args.models.glob("model*.json"))]
    args.out.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
