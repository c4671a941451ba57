"""Renders the sprite atlas: people walking, standing and carrying, riders, passing vehicles.

    python make_atlas.py --out ../atlas [--only man,taxi] [--samples 24]

One sheet is one render of a grid under an orthographic camera that looks 24 degrees down: rows are
turns (0 = walking away, 90 = to the right, 180 = towards the camera; left is the mirror image),
columns are poses.  Light is even, so that a sprite can be tinted for any street.
atlas.json gives for each sheet: cell size, pixels a metre, the foot's pixel in the cell, turns.
"""

import argparse
import json
import math
import os
import random
import sys
import tempfile

import bpy
import numpy as np
from mathutils import Matrix, Vector
from PIL import Image

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
import props  # noqa: E402
import street  # noqa: E402
import textures  # noqa: E402
from kit import ball, box, limb, mat, mesh, quad, wheel  # noqa: E402

ELEVATION = math.radians(24)
UP = Vector((0, math.sin(ELEVATION), math.cos(ELEVATION)))
STRIDES = 8  # columns 0..7 walk; 8, 9, 10 stand

SKIN, HAIR = (206, 160, 128), (30, 26, 24)


def person(look, pose, carry=None):
    """A person at the origin facing +y; pose 0..7 is a phase of the walk, 8.. are ways to stand."""
    shirt, trousers = mat(look["top"], .95), mat(look["legs"], .95)
    skin, hair = mat(SKIN, .6), mat(look.get("hair", HAIR), .8)
    shoe = mat((36, 32, 32), .7)
    h = look.get("height", 1.7) / 1.7
    walking = pose < STRIDES
    ph = 2 * math.pi * pose / STRIDES
    amp = .4 if walking else 0.0
    bob = .02 * math.cos(2 * ph) if walking else 0.0
    lean = .05 if walking else 0.0
    hip = .92 * h + bob
    shoulder = 1.40 * h + bob
    for side in (-1, 1):
        a = amp * math.sin(ph) * side
        knee_bend = (.2 + .5 * max(0.0, math.cos(ph) * side)) if walking else .04
        if not walking:
            a = (.06, -.1, .12)[pose - STRIDES] * side
        hx = side * .095
        hp = Vector((hx, 0, hip))
        knee = hp + Vector((side * (.01 if walking else .03), math.sin(a), -math.cos(a))) * .45 * h
        b = a - knee_bend * (1.0 if walking else .5)
        foot = knee + Vector((0, math.sin(b), -math.cos(b))) * .43 * h
        foot.z = max(foot.z, .06)
        r = .082 if not look.get("skirt") else .06
        limb(hp, knee, r + .01, r - .012, trousers if not look.get("skirt") else skin)
        limb(knee, foot, r - .015, .048, trousers if not look.get("skirt") else skin)
        ball(foot + Vector((0, .06, -.02)), (.05, .13, .045), shoe, 10)
        sw = -a * .9
        sp = Vector((side * .2, lean, shoulder - .04))
        if carry:
            elbow = sp + Vector((side * .03, .12, -.26 * h))
            hand = elbow + Vector((-side * .04, .26, .02))
        elif walking:
            elbow = sp + Vector((side * .05, math.sin(sw), -math.cos(sw))) * .29 * h
            hand = elbow + Vector((0, math.sin(sw + .35), -math.cos(sw + .35))) * .26 * h
        elif pose == STRIDES + 1 and side == 1:
            elbow = sp + Vector((.08, .1, -.27 * h))
            hand = elbow + Vector((-.1, .2, .14))
        elif pose == STRIDES + 2:
            elbow = sp + Vector((side * .14, -.02, -.26 * h))
            hand = elbow + Vector((-side * .16, .06, -.16))
        else:
            elbow = sp + Vector((side * .04, .02, -.29 * h))
            hand = elbow + Vector((0, .07, -.25 * h))
        limb(sp, elbow, .06, .05, shirt)
        limb(elbow, hand, .047, .036, shirt if look.get("sleeves", True) else skin)
        ball(hand, .045, skin, 8)
    # Trunk: stacked ellipsoids read as clothes at this size.
    limb((0, 0, hip), (0, lean, shoulder - .12), .15, .165, shirt, 14)
    ball((0, lean, shoulder - .06), (.235, .125, .13), shirt, 14)
    ball((0, 0, hip - .02), (.165, .135, .12), trousers if not look.get("long") else shirt, 12)
    if look.get("skirt"):
        kit.tube((0, 0, hip + .05), (0, 0, hip - .42), .16, mat(look["legs"], .95), .27, n=16)
    if look.get("long"):
        kit.tube((0, 0, hip + .1), (0, 0, hip - .3), .17, shirt, .21, n=16)
    limb((0, lean, shoulder), (0, lean + .01, shoulder + .1), .055, .05, skin)
    head = Vector((0, lean + .03, shoulder + .21))
    ball(head, (.088, .105, .118), skin, 14)
    ball(head + Vector((0, -.02, .03)), (.099, .108, .108), hair, 14)
    if look.get("bun"):
        limb(head + Vector((0, -.08, 0)), head + Vector((0, -.1, -.22)), .06, .035, hair)
    if look.get("cap"):
        ball(head + Vector((0, 0, .06)), (.105, .12, .08), mat(look["cap"], .8), 12)
        box(head + Vector((0, .13, .045)), (.15, .1, .02), mat(look["cap"], .8))
    if look.get("bag"):
        box((.24, -.03, hip - .08), (.1, .26, .3), mat(look["bag"], .7), bevel=.03)
    if look.get("pack"):
        box((0, -.2 + lean, shoulder - .5), (.3, .17, .44), mat(look["pack"], .8), bevel=.05)
    if look.get("vest"):
        box((0, lean - .13, shoulder - .42), (.3, .06, .34), mat(look["vest"], .8), bevel=.02)
        box((0, lean + .13, shoulder - .42), (.3, .06, .34), mat(look["vest"], .8), bevel=.02)
    if carry:
        rng = random.Random(5)
        props.carton(0, .42, 1.0 * h, (.46, .34, .32), 0.0, rng, "水果")
        if carry == 2:
            props.carton(0.02, .42, 1.32 * h, (.4, .32, .26), .1, rng, "百货")


def rider(look, colour, box_colour):
    """Somebody on a scooter, heading +y."""
    street.scooter(0, 0, math.pi / 2, colour)
    shirt, trousers = mat(look["top"], .95), mat(look["legs"], .95)
    skin = mat(SKIN, .6)
    for s in (-1, 1):
        limb((s * .12, -.3, .84), (s * .17, .12, .72), .085, .07, trousers)
        limb((s * .17, .12, .72), (s * .12, .14, .34), .065, .05, trousers)
        limb((s * .2, -.14, 1.32), (s * .26, .08, 1.1), .058, .05, shirt)
        limb((s * .26, .08, 1.1), (s * .28, .38, 1.0), .048, .036, shirt)
    limb((0, -.3, .9), (0, -.2, 1.28), .16, .17, shirt, 14)
    ball((0, -.17, 1.34), (.23, .13, .12), shirt, 12)
    ball((0, -.12, 1.6), (.09, .105, .12), skin, 12)
    ball((0, -.13, 1.64), (.125, .14, .125), mat(look["helmet"], .25, spec=.7), 14)
    if box_colour:
        box((0, -.78, .78), (.46, .46, .46), mat(box_colour, .6), bevel=.03)


def car(colour, suv=False, taxi=False):
    """A saloon heading +y, 4.5 m: body and cabin lofted along its length."""
    paint = mat(colour, .18, spec=.7)
    glass = mat((22, 28, 32), .08, spec=.9)
    top = 1.62 if suv else 1.44
    body = [(-2.2, .42, .86), (-2.15, .3, .98), (-1.2, .24, 1.0), (1.2, .24, .98), (2.05, .3, .82),
            (2.25, .4, .7)]
    verts, faces = [], []
    for y, lo, hi in body:
        for sx in (-1, 1):
            verts += [(sx * .86, y, lo), (sx * .9, y, (lo + hi) / 2), (sx * .82, y, hi)]
    for i in range(len(body) - 1):
        a, b = i * 6, (i + 1) * 6
        ring = [0, 1, 2, 5, 4, 3]
        for k in range(6):
            faces.append((a + ring[k], a + ring[(k + 1) % 6], b + ring[(k + 1) % 6], b + ring[k]))
    faces += [(0, 1, 2, 5, 4, 3), tuple(len(verts) - 6 + k for k in (3, 4, 5, 2, 1, 0))]
    ob = mesh(verts, faces, paint)
    mod = ob.modifiers.new("b", "BEVEL")
    mod.width, mod.segments = .07, 3
    rear, front_ = (-2.0, -1.5) if suv else (-1.75, -1.05)
    cab = [(rear, .8, .96), (front_, .66, top), (.35, .66, top), (1.15, .8, .96)]
    verts = [(sx * hw, y, z) for y, hw, z in cab for sx in (-1, 1)]
    ob = mesh(verts, [(0, 2, 3, 1), (2, 4, 5, 3), (4, 6, 7, 5), (0, 6, 4, 2), (1, 3, 5, 7)], glass)
    roof = [(sx * .67, y, top + .012) for y in (front_ - .04, .4) for sx in (-1, 1)]
    mesh(roof, [(0, 1, 3, 2)], paint)
    for y0, y1 in ((rear, front_), (1.15, .35)):
        for sx in (-1, 1):
            limb((sx * .8, y0, .97), (sx * .665, y1, top), .035, .035, paint, 6)
    for sx in (-1, 1):
        limb((sx * .77, -.3, .97), (sx * .675, -.3, top), .03, .03, paint, 6)
        limb((sx * .668, front_, top), (sx * .668, .35, top), .03, .03, paint, 6)
        for y in (-1.35, 1.4):
            wheel((sx * .8, y, .33), .33, .22, math.pi / 2)
        box((sx * .66, 2.2, .6), (.34, .08, .14), mat((240, 240, 235), .1), bevel=.02)
        box((sx * .7, -2.17, .7), (.3, .06, .14), mat((190, 16, 16), .2), bevel=.02)
        box((sx * .93, .75, .95), (.16, .1, .1), paint, bevel=.02)
    box((0, 2.25, .42), (.9, .05, .16), mat((30, 30, 32), .5))
    box((0, -2.24, .55), (.44, .03, .14), mat((36, 90, 190)))
    if taxi:
        box((0, -.3, top + .02), (.55, .2, .14), mat((250, 240, 200), .4, emit=.4), bevel=.03)
        for sx in (-1, 1):
            box((sx * .9, 0, .52), (.012, 3.4, .16), mat((236, 236, 230), .4))


def bus(colour):
    """A short town bus heading +y, 7 m."""
    paint, glass = mat(colour, .3, spec=.5), mat((24, 32, 38), .08, spec=.9)
    box((0, 0, .3), (2.1, 7.0, 2.35), paint, bevel=.12)
    box((0, 0, 1.35), (2.13, 6.5, .85), glass)
    box((0, 3.47, 1.15), (1.9, .1, 1.15), glass, bevel=.04)
    box((0, -3.47, 1.4), (1.7, .1, .8), glass)
    box((0, 3.49, 2.36), (1.2, .06, .22), mat((255, 150, 30), emit=1.0))
    box((0, 0, .62), (2.125, 6.7, .22), mat((240, 240, 236), .4))
    for sx in (-1, 1):
        for y in (-2.0, 2.3):
            wheel((sx * .96, y, .45), .45, .26, math.pi / 2)
        for y in (-2.4, -.9, .6, 2.1):
            box((sx * 1.06, y, 1.35), (.02, .08, .86), paint)
        box((sx * .8, 3.5, .62), (.36, .06, .2), mat((245, 245, 240), .1))


PEOPLE = {
    "man": dict(top=(56, 66, 84), legs=(38, 40, 48), pack=None),
    "woman": dict(top=(196, 88, 92), legs=(52, 56, 80), hair=(40, 26, 20), bun=True, height=1.62,
                  bag=(150, 110, 70)),
    "elder": dict(top=(146, 132, 110), legs=(70, 70, 74), hair=(150, 150, 150), height=1.6, long=True),
    "student": dict(top=(226, 228, 230), legs=(40, 62, 120), pack=(70, 110, 80), height=1.68),
    "worker": dict(top=(60, 92, 130), legs=(60, 58, 54), cap=(200, 60, 40), vest=(222, 120, 30)),
}
GRID = {  # name: (kind, cell metres w h, px a metre, turns, poses, builder(pose))
}
for _name, _look in PEOPLE.items():
    GRID[_name] = ("person", 1.25, 2.15, 90, list(range(0, 181, 30)), 11,
                   lambda pose, look=_look: person(look, pose))
GRID["carrier"] = ("carrier", 1.25, 2.15, 90, list(range(0, 181, 30)), 9,
                   lambda pose: person(PEOPLE["worker"], pose, 2))
_T = [40, 55, 70, 80, 90, 100, 110, 125, 140]
GRID["courier"] = ("rider", 2.3, 2.3, 90, _T, 1, lambda _: rider(
    dict(top=(246, 196, 30), legs=(40, 40, 46), helmet=(246, 200, 40)), (40, 44, 50), (250, 200, 30)))
GRID["commuter"] = ("rider", 2.3, 2.3, 90, _T, 1, lambda _: rider(
    dict(top=(120, 50, 60), legs=(50, 56, 80), helmet=(220, 220, 220)), (60, 120, 150), None))
GRID["saloon"] = ("vehicle", 5.2, 3.5, 80, _T, 1, lambda _: car((188, 192, 196)))
GRID["suv"] = ("vehicle", 5.2, 3.5, 80, _T, 1, lambda _: car((44, 52, 66), suv=True))
GRID["taxi"] = ("vehicle", 5.2, 3.5, 80, _T, 1, lambda _: car((36, 120, 176), taxi=True))
GRID["minivan"] = ("vehicle", 5.2, 3.7, 80, _T, 1, lambda _: turned_van())
GRID["bus"] = ("vehicle", 7.6, 5.2, 64, _T, 1, lambda _: bus((30, 130, 90)))


def turned_van():
    """The delivery van of the street, heading +y."""
    own = kit.collector
    kit.collector = parts = []
    props.van(0, 0, random.Random(3), 1, 0.0, (222, 216, 200), "便民搬家")
    r = Matrix.Rotation(math.pi / 2, 4, "Z")
    for ob in parts:
        ob.matrix_world = r @ ob.matrix_world
    kit.collector = own
    own.extend(parts)


def sheet(name, out, samples):
    kind, cw, ch, ppm, turns, poses, build = GRID[name]
    kit.reset()
    sc = bpy.context.scene
    sc.render.engine = "CYCLES"
    sc.cycles.samples, sc.cycles.max_bounces = samples, 3
    sc.render.threads_mode, sc.render.threads = "FIXED", int(os.environ.get("SCENE_THREADS", "2"))
    sc.cycles.use_denoising = False
    sc.render.film_transparent = True
    sc.view_settings.view_transform = "Filmic"
    for look in ("Medium High Contrast", "Filmic - Medium High Contrast"):
        try:
            sc.view_settings.look = look
            break
        except TypeError:
            continue
    world = bpy.data.worlds.new("w")
    sc.world = world
    world.use_nodes = True
    bg = world.node_tree.nodes["Background"]
    bg.inputs["Color"].default_value, bg.inputs["Strength"].default_value = (.86, .92, 1, 1), .9
    light = bpy.data.lights.new("s", "SUN")
    light.energy, light.angle = 2.2, .35
    lo = bpy.data.objects.new("s", light)
    lo.rotation_euler = Vector((.35, .62, -.8)).to_track_quat("-Z", "Y").to_euler()
    sc.collection.objects.link(lo)
    foot_z = .13 * ch
    rows, cols = len(turns), poses
    for row, turn in enumerate(turns):
        for col in range(cols):
            kit.collector = parts = []
            build(col)
            kit.collector = None
            bpy.context.view_layer.update()
            base = Vector(((col + .5) * cw, 0, 0)) - UP * ((row + 1) * ch - foot_z)
            if kind in ("vehicle", "rider"):
                base += UP * (ch * .16)
            m = Matrix.Translation(base) @ Matrix.Rotation(-math.radians(turn), 4, "Z")
            for ob in parts:
                ob.matrix_world = m @ ob.matrix_world
    w, h = int(cw * ppm) * cols, int(ch * ppm) * rows
    cam = bpy.data.cameras.new("c")
    cam.type = "ORTHO"
    cam.ortho_scale = max(cols * cw, rows * ch)
    co = bpy.data.objects.new("c", cam)
    centre = Vector((cols * cw / 2, 0, 0)) - UP * (rows * ch / 2)
    co.location = centre - Vector((0, math.cos(ELEVATION), -math.sin(ELEVATION))) * 60
    co.rotation_euler = (math.pi / 2 - ELEVATION, 0, 0)
    sc.collection.objects.link(co)
    sc.camera = co
    cam.clip_end = 400
    sc.render.resolution_x, sc.render.resolution_y = w, h
    sc.render.image_settings.file_format = "PNG"
    sc.render.image_settings.color_mode = "RGBA"
    path = os.path.join(out, name + ".png")
    sc.render.filepath = os.path.join(tempfile.mkdtemp(), "a.png")
    bpy.ops.render.render(write_still=True)
    a = np.asarray(Image.open(sc.render.filepath).convert("RGBA"))
    Image.fromarray(a).save(path, optimize=True)
    lift = foot_z + (ch * .16 if kind in ("vehicle", "rider") else 0)
    return {"name": name, "kind": kind, "file": name + ".png", "cell": [w // cols, h // rows],
            "px_per_m": w / (cols * cw), "turns": turns, "poses": poses, "strides": STRIDES,
            "foot": [w / cols / 2, (ch - lift) / ch * h / rows]}


def main():
    argv = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else sys.argv[1:]
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--only", default="")
    ap.add_argument("--samples", type=int, default=24)
    args = ap.parse_args(argv)
    os.makedirs(args.out, exist_ok=True)
    path = os.path.join(args.out, "atlas.json")
    textures.osd_digits().save(os.path.join(args.out, "clock.png"))
    doc = {"elevation_deg": 24, "sheets": []}
    if args.only and os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            doc = json.load(f)
    for name in (args.only.split(",") if args.only else GRID):
        entry = sheet(name, args.out, args.samples)
        doc["sheets"] = [s for s in doc["sheets"] if s["name"] != name] + [entry]
        with open(path, "w", encoding="utf-8") as f:
            json.dump(doc, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
