"""Renders what the training pictures are composed of: things cut out with their shadow, and empty streets.

    python render.py --out DIR [--things 36] [--streets 8] [--seed 1] [--samples 12]

Runs under the bpy package (Blender 4.5 from PyPI, numpy < 2, Pillow; `./dev train` sets that up). Writes
things/CLASS-NNN.webp (BGRA cut-out with soft shadow in its alpha) with things.json (box of the thing itself in the
cut-out, pixels a metre, elevation), and streets/NNN.jpg, empty streets unlike those of demo/scenes. One seed always
gives one set. What is there already is not rendered again, so an interrupted run goes on.
"""

import argparse
import json
import math
import os
import pathlib
import random
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "demo" / "scenes" / "make")]

import bpy  # noqa: E402
import numpy as np  # noqa: E402
from mathutils import Vector  # noqa: E402
from PIL import Image  # noqa: E402

import kit  # noqa: E402
import layout  # noqa: E402
import make  # noqa: E402
import things  # noqa: E402

SIZE = (304, 228)
NAMES = ["好运来小吃", "东方水果", "宏达五金", "小雨理发", "万家超市", "老街面馆", "吉祥馄饨", "茶语时光", "明珠药房",
         "四季鲜花", "永久车行", "丰收粮油", "蓝天干洗", "新华文具", "金手指美甲", "顺风快递"]
INKS = [((24, 112, 60), (255, 226, 90)), ((190, 26, 24), (255, 226, 90)), ((24, 84, 168), (250, 248, 240)),
        ((226, 96, 20), (250, 248, 240)), ((120, 30, 90), (250, 248, 240)), ((236, 190, 30), (30, 30, 120)),
        ((36, 36, 40), (255, 240, 220))]


def light_of(rng):
    """Sun or cloud, and how bright: what both kinds of picture are lit by."""
    if rng.random() < .55:
        return {"sun": (rng.uniform(25, 60), rng.uniform(-70, 70), rng.uniform(3.2, 4.6), rng.uniform(.5, 1.5)),
                "sky": ((200, 216, 240), rng.uniform(.6, .95))}
    return {"sun": None, "sky": ((206, 214, 224), rng.uniform(1.1, 1.7))}


def thing_camera(rng):
    """A camera on a pole, looking at the origin from 11-17 m at 14-36 degrees."""
    elevation, turn = math.radians(rng.uniform(14, 36)), math.radians(rng.uniform(-50, 50))
    away = rng.uniform(11, 17)
    at = (away * math.cos(elevation) * math.sin(turn), -away * math.cos(elevation) * math.cos(turn),
          away * math.sin(elevation))
    return at, elevation


def box_of(objs, matrix):
    points = np.array([layout.project(matrix, ob.matrix_world @ v.co) for ob in objs for v in ob.data.vertices])
    return points.min(0), points.max(0)


def render_thing(kind, number, rng, out, samples, tmp):
    kit.reset()
    at, elevation = thing_camera(rng)
    spec = dict(light_of(rng), cam=at, look=(0, 0, .6), hfov=22, size=SIZE, seed=rng.randrange(1 << 20),
                exposure=rng.uniform(-.4, .2))
    kit.collector = objs = []
    things.CLASSES[kind](rng)
    kit.collector = None
    matrix, _ = make.setup(spec, samples, 1.0)
    scene = bpy.context.scene
    scene.render.film_transparent = True
    floor = kit.ground(-30, 30, -30, 30, 0.0, kit.mat((120, 118, 114), .9), 1.0)
    floor.is_shadow_catcher = True
    bpy.context.view_layer.update()
    lo, hi = box_of(objs, matrix)
    grow = .92 * min(SIZE[0] / (hi[0] - lo[0]), SIZE[1] / (hi[1] - lo[1]))  # fill the frame, whatever the size
    scene.camera.data.lens *= grow
    centre = (lo + hi) / 2
    scene.camera.data.shift_x = (centre[0] - SIZE[0] / 2) * grow / SIZE[0]
    scene.camera.data.shift_y = -(centre[1] - SIZE[1] / 2) * grow / SIZE[0]
    picture = make.render(os.path.join(tmp, "thing.png"))
    focal = SIZE[0] / 2 / math.tan(math.radians(spec["hfov"] / 2)) * grow
    half = (hi - lo) / 2 * grow
    box = [SIZE[0] / 2 - half[0], SIZE[1] / 2 - half[1], SIZE[0] / 2 + half[0], SIZE[1] / 2 + half[1]]
    name = f"{kind}-{number:03d}.webp"
    Image.fromarray(picture).save(out / name, quality=88, alpha_quality=90, exact=False)
    return {"file": name, "class": kind, "box": [round(float(v), 1) for v in box],
            "px_per_m": round(focal / math.dist(at, (0, 0, .6)), 1), "elevation_deg": round(math.degrees(elevation), 1)}


def street_of(rng):
    """The parameters of a street nobody has seen: see demo/scenes/make/scenes.py for their meaning."""
    shops, x = [], -16.0
    while x < 15:
        width, (bg, fg) = rng.uniform(3.8, 5.6), rng.choice(INKS)
        shop = {"kind": rng.choice(["open", "glass", "glass", "shutter"]), "name": rng.choice(NAMES), "bg": bg, "fg": fg}
        if shop["kind"] == "open":
            shop.update(stock=rng.choice(["mixed", "noodle"]), lamp=9,
                        awning=(rng.choice(things.COLOURS), rng.choice(things.COLOURS)))
        shops.append((x, x + width, shop))
        x += width
    shade = rng.randint(140, 190)
    spec = dict(light_of(rng), seed=rng.randrange(1 << 20), size=(640, 360), shops=shops, pave=rng.uniform(4.2, 7.0),
                cam=(rng.uniform(-5, 5), rng.uniform(-14.5, -11.5), rng.uniform(4.6, 7.0)),
                look=(rng.uniform(-2, 2), rng.uniform(-2.2, -.4), rng.uniform(.2, 1.4)), hfov=rng.uniform(54, 68),
                exposure=rng.uniform(-.3, .1), wet=rng.choice([.85, .85, .45]),
                pave_tint=(shade, shade - rng.randint(0, 14), shade - rng.randint(0, 26)),
                tile=rng.choice([(.4, .2), (.5, .5), (.6, .6)]),
                wall={"wall": tuple(rng.randint(150, 226) for _ in range(3)), "tiles": rng.random() < .5})
    spec["trees"] = [(rng.uniform(-9, 9), -spec["pave"] + .7, 4.5, 2.2) for _ in range(rng.randint(0, 2))]
    spec["scooters"] = [(rng.uniform(-8, 8), -spec["pave"] + .8, rng.uniform(1.2, 1.8), rng.choice(things.COLOURS))
                        for _ in range(rng.randint(0, 3))]
    spec["bins"] = [(rng.uniform(-8, 8), -spec["pave"] + .7)] if rng.random() < .5 else []
    spec["lamps"] = [(rng.uniform(-9, 9), -spec["pave"] + .3, False)] if rng.random() < .6 else []
    return spec


def render_street(number, rng, out, samples, tmp):
    kit.reset()
    spec = street_of(rng)
    make.setup(spec, samples, 1.0)
    make.build_street(spec)
    picture = make.render(os.path.join(tmp, "street.png"))
    Image.fromarray(picture[..., :3]).save(out / f"{number:03d}.jpg", quality=92)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--things", type=int, default=36, help="of each class")
    ap.add_argument("--streets", type=int, default=8)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--samples", type=int, default=12)
    args = ap.parse_args()
    cut, streets = args.out / "things", args.out / "streets"
    cut.mkdir(parents=True, exist_ok=True)
    streets.mkdir(exist_ok=True)
    index = cut / "things.json"
    done = {t["file"]: t for t in json.loads(index.read_text())} if index.exists() else {}
    with tempfile.TemporaryDirectory() as tmp:
        for number in range(max(args.things, args.streets)):
            for kind in things.CLASSES:
                if number >= args.things or f"{kind}-{number:03d}.webp" in done:
                    continue
                rng = random.Random(f"{args.seed} {kind} {number}")
                entry = render_thing(kind, number, rng, cut, args.samples, tmp)
                done[entry["file"]] = entry
                index.write_text(json.dumps(list(done.values()), indent=0))
            if number < args.streets and not (streets / f"{number:03d}.jpg").exists():
                render_street(number, random.Random(f"{args.seed} street {number}"), streets, args.samples, tmp)


if __name__ == "__main__":
    main()
