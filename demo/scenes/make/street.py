"""The street itself: ground, houses with shops below and flats above, and what stands about.

One builder for every scene; a scene is the parameters it is called with (scenes.py).
"""

import math
import random

from mathutils import Vector

import kit
import textures as tx
from kit import ball, box, front, glass, ground, limb, mat, mesh, pic, quad, tube, wheel

SHOP_H = 3.5     # top of the shop front, below the sign's upper edge
FLOOR_H = 3.2


def build_ground(p, rng):
    """Pavement with tactile strip and kerb, road with markings, far kerb."""
    x0, x1 = -40.0, 50.0
    w = p["pave"]
    pav = pic(tx.paving(rng, p.get("pave_tint", (168, 160, 150)), p.get("tile", (0.4, 0.2))),
              rough=p.get("wet", 0.85), bump=0.25)
    ground(x0, x1, -w + 0.15, p.get("pave_back", 6.0), 0.0, pav, 4.0)
    ty = -w + p.get("tactile", 1.3)
    tac = pic(tx.tactile(rng), rough=0.8, bump=0.4)
    mesh([(x0, ty, .004), (x1, ty, .004), (x1, ty + .42, .004), (x0, ty + .42, .004)],
         [(0, 1, 2, 3)], tac, [(0, 0), (0, (x1 - x0) / .84), (1, (x1 - x0) / .84), (1, 0)])
    kerb = mat((150, 148, 142), 0.85, dirt=0.35)
    x = x0
    while x < x1:
        box((x + 0.495, -w + 0.07, -0.16), (0.985, 0.16, 0.165 + rng.uniform(-.006, .006)),
            kerb, bevel=0.012)
        x += 1.0
    road = pic(tx.asphalt(rng), rough=p.get("wet", 0.8), bump=0.3)
    ground(x0, x1, -w - 16, -w, -0.14, road, 8.0)
    gutter = mat((120, 118, 112), 0.9, dirt=0.5)
    ground(x0, x1, -w - 0.35, -w, -0.136, gutter, 1.0)
    yellow = mat((206, 168, 40), 0.7, dirt=0.4)
    white = mat((216, 214, 206), 0.7, dirt=0.4)
    if p.get("yellow", True):
        ground(x0, x1, -w - 0.62, -w - 0.5, -0.134, yellow, 1.0)
    mid = -w - p.get("lane", 3.6)
    x = x0
    while x < x1:
        ground(x, x + 2.0, mid - .06, mid + .06, -0.134, white, 1.0)
        x += 5.0
    for mx, my in p.get("manholes", [(2.2, -w - 1.8)]):
        tube((mx, my, -.16), (mx, my, -.132), 0.36, mat((70, 68, 66), 0.5, 0.6, dirt=0.4), n=24)
    for gx in (-6.0, 4.0, 14.0):
        box((gx, -w - .18, -.15), (0.7, 0.3, 0.02), mat((40, 40, 42), 0.6, 0.5))


def open_shop(x0, x1, s, rng):
    """A front without doors: lit inside, shelves at the back and along the sides."""
    depth = 3.2
    back = pic(tx.shelves(rng, s.get("stock", "mixed")), emit=s.get("in_emit", 0.0))
    front(x0, x1, 0.0, 2.9, depth, back, 1.0 if x1 - x0 < 5 else 1.4, 1.0)
    side = pic(tx.shelves(rng, s.get("stock", "mixed")))
    quad([(x0 + .1, depth, 0), (x0 + .1, 0.3, 0), (x0 + .1, .3, 2.9), (x0 + .1, depth, 2.9)][::-1],
         side)
    quad([(x1 - .1, 0.3, 0), (x1 - .1, depth, 0), (x1 - .1, depth, 2.9), (x1 - .1, .3, 2.9)][::-1],
         side)
    ground(x0, x1, 0, depth, 0.012, mat((176, 170, 158), 0.35, dirt=0.2), 1.0)
    quad([(x0, 0, 2.9), (x1, 0, 2.9), (x1, depth, 2.9), (x0, depth, 2.9)], mat((210, 208, 200)))
    light = mat((255, 244, 222), emit=s.get("lamp", 6.0))
    for k in (0.3, 0.7):
        cx = x0 + (x1 - x0) * k
        box((cx, depth * 0.45, 2.84), (1.1, 0.14, 0.05), light)
    w = x1 - x0
    box((x0 + w * .3, 1.7, 0), (w * .34, 0.7, 0.9), mat((150, 110, 76), 0.6, dirt=.2), bevel=.02)
    for _ in range(10):
        c = rng.choice([(196, 44, 40), (232, 176, 40), (40, 112, 180), (236, 230, 220)])
        box((x0 + rng.uniform(.4, w - .4), rng.uniform(2.3, 2.8), 0),
            (rng.uniform(.3, .5), .4, rng.uniform(.3, 1.2)), mat(c))


def glass_shop(x0, x1, s, rng):
    """Glazed front with a door and papers on the panes; a dim inside behind."""
    open_shop(x0, x1, dict(s, lamp=s.get("lamp", 4.0)), rng)
    frame = mat(s.get("frame", (120, 122, 124)), 0.35, 0.5)
    n = 4
    step = (x1 - x0) / n
    for i in range(n + 1):
        box((x0 + i * step, 0.06, 0), (0.07, 0.08, 2.9), frame)
    for z in (0.0, 2.15, 2.86):
        box(((x0 + x1) / 2, 0.06, z), (x1 - x0, 0.08, 0.07), frame)
    pane = glass((120, 136, 140), alpha=0.30)
    front(x0, x1, 0.05, 2.88, 0.07, pane)
    box((x0 + .75 * (x1 - x0) - .12, -0.02, 0.9), (0.04, 0.05, 0.5), mat((200, 200, 200), .2, .9))
    papers = s.get("papers", [["诚聘", "店员"], ["营业中"]])
    for i, lines in enumerate(papers):
        px = x0 + step * (0.22 + i * 0.95)
        front(px, px + .5, 1.25, 1.9, 0.04, pic(tx.poster(rng, lines)))
    if s.get("strip"):
        front(x0 + .05, x1 - .05, 0.95, 1.12, 0.045, mat(s["strip"], 0.5))


def shutter_shop(x0, x1, s, rng):
    """A closed roller shutter."""
    metal = mat((150, 152, 150), 0.45, 0.5, dirt=0.35)
    z = 0.03
    while z < 2.86:
        box(((x0 + x1) / 2, 0.1, z), (x1 - x0 - .16, 0.05 if round(z * 12) % 2 else .03, 0.075),
            metal)
        z += 0.085
    front(x0 + 1.0, x0 + 1.5, 1.2, 1.8, 0.05,
          pic(tx.poster(rng, ["旺铺", "招租"], (240, 240, 232), (200, 30, 30))))


def awning(x0, x1, s):
    """Striped cloth on a frame."""
    a, b = s["awning"]
    cloth = pic(tx.stripes(a, b, n=int((x1 - x0) * 3) | 1), rough=0.9)
    z, d = 2.95, s.get("awning_d", 1.15)
    quad([(x0, -d, z - .5), (x1, -d, z - .5), (x1, 0, z), (x0, 0, z)], cloth)
    front(x0, x1, z - .72, z - .5, -d, cloth)
    for x in (x0 + .05, x1 - .05):
        tube((x, -d, z - .5), (x, 0, z - .62), 0.018, mat((140, 140, 140), .4, .8), n=6)


def shop(x0, x1, s, rng, p):
    {"open": open_shop, "glass": glass_shop, "shutter": shutter_shop}[s["kind"]](x0, x1, s, rng)
    pillar = mat(s.get("pillar", (176, 168, 156)), 0.6, dirt=0.25)
    box((x0, 0.12, 0), (0.34, 0.36, SHOP_H), pillar)
    emit = p.get("sign_emit", 0.0) * s.get("sign_lit", 1.0)
    board = pic(tx.sign(rng, s["name"], s["bg"], s["fg"], s.get("small", ""),
                        serif=s.get("serif", False)), rough=0.4, emit=emit)
    box(((x0 + x1) / 2, 0.02, 2.92), (x1 - x0 - .1, 0.24, 1.0), mat((70, 70, 72), .6), bevel=.01)
    front(x0 + .09, x1 - .09, 2.97, 3.87, -0.105, board)
    if s.get("awning"):
        awning(x0 + .2, x1 - .2, s)
    if s.get("blade"):
        bl = pic(tx.blade(rng, s["blade"], s["bg"], s["fg"]), rough=.5, emit=emit)
        bx = x1 - .12
        box((bx, -.42, 3.95), (.09, .72, 1.75), mat((60, 60, 62)))
        quad([(bx - .055, -.1, 4.0), (bx - .055, -.75, 4.0), (bx - .055, -.75, 5.65),
              (bx - .055, -.1, 5.65)], bl)
        quad([(bx + .055, -.75, 4.0), (bx + .055, -.1, 4.0), (bx + .055, -.1, 5.65),
              (bx + .055, -.75, 5.65)], bl)


def ac_unit(x, z, y=-0.32):
    """Outdoor unit of an air-conditioner on brackets, with its pipe."""
    body = mat((208, 206, 198), 0.5, dirt=0.25)
    box((x, y, z), (0.82, 0.34, 0.58), body, bevel=0.02)
    tube((x - .12, y - .165, z + .29), (x - .12, y - .185, z + .29), .235, mat((72, 74, 76)), n=20)
    for r in (.2, .14, .07):
        tube((x - .12, y - .186, z + .29), (x - .12, y - .19, z + .29), r,
             mat((128 - int(r * 200),) * 3), n=18)
    for dx in (-.33, .33):
        box((x + dx, y + .05, z - .05), (.04, .5, .05), mat((90, 84, 78), .6, dirt=.4))
    tube((x + .43, y + .1, z + .2), (x + .55, 0, z + .55), .03, mat((220, 216, 204)), n=6)


def washing(x0, x1, z, rng):
    """Poles out of a window with washing on them."""
    for x in (x0 + .15, x1 - .15):
        tube((x, 0, z), (x, -1.15, z + .12), .018, mat((190, 190, 190), .3, .8), n=6)
    for k in range(2):
        y = -.45 - .5 * k
        tube((x0, y, z + .08), (x1, y, z + .08), .014, mat((200, 200, 200), .3, .8), n=6)
        x = x0 + .15
        while x < x1 - .3:
            w, h = rng.uniform(.25, .5), rng.uniform(.4, .9)
            c = rng.choice([(230, 226, 220), (70, 90, 140), (190, 60, 70), (60, 60, 66),
                            (220, 190, 120), (120, 160, 170)])
            front(x, x + w, z + .06 - h, z + .06, y, mat(c, .95))
            x += w + rng.uniform(.04, .15)


def upper(x0, x1, p, rng, style):
    """The storey of flats above the shops."""
    z0, z1 = SHOP_H + .35, SHOP_H + .35 + FLOOR_H * p.get("floors", 1) + .5
    wallm = pic(tx.wall(rng, style["wall"], style.get("tiles", True)), rough=.65)
    front(x0, x1, z0, z1, 0.0, wallm, (x1 - x0) / 6.0, (z1 - z0) / 6.0)
    box(((x0 + x1) / 2, -.1, z1), (x1 - x0, .5, .25), mat((150, 144, 134), .8, dirt=.4))
    box(((x0 + x1) / 2, -.14, z0 + .02), (x1 - x0, .36, .12), mat((160, 152, 142), .8, dirt=.4))
    frame = mat((96, 100, 104), .4, .4)
    for f in range(p.get("floors", 1)):
        x, zb = x0 + .8, z0 + .95 + f * FLOOR_H
        i = rng.randrange(3)
        while x + 1.7 < x1:
            lit = rng.random() < p.get("windows_lit", 0.0)
            pane = mat((255, 206, 132), emit=1.6) if lit else glass(rng.choice(
                [(34, 44, 50), (52, 62, 66), (26, 32, 38)]))
            front(x, x + 1.6, zb, zb + 1.5, -.01, pane)
            if not lit and rng.random() < .6:
                front(x + .05, x + rng.uniform(.5, .9), zb, zb + 1.5, -.014,
                      mat(rng.choice([(190, 180, 160), (150, 120, 110), (170, 184, 190)])))
            for fx in (x, x + .8, x + 1.6):
                box((fx, -.02, zb), (.06, .08, 1.5), frame)
            for fz in (zb - .03, zb + 1.47):
                box((x + .8, -.02, fz), (1.66, .1, .06), frame)
            if i % 3 == 0:
                for gx in range(9):
                    tube((x + gx * .2, -.32, zb - .05), (x + gx * .2, -.32, zb + 1.2), .012,
                         mat((120, 122, 120), .5, .6), n=5)
                for gz in (0, .6, 1.2):
                    tube((x, -.32, zb + gz - .05), (x + 1.6, -.32, zb + gz - .05), .014,
                         mat((120, 122, 120), .5, .6), n=5)
            elif i % 3 == 1:
                washing(x - .1, x + 1.7, zb + .1, rng)
            ac_unit(x + 2.12, zb - .55 + rng.uniform(-.05, .3))
            x += 2.9
            i += 1
    for x in (x0 + .25, x1 - .2):
        tube((x, -.08, 0), (x, -.08, z1), .05, mat((188, 184, 172), .6, dirt=.3), n=8)


def cables(x0, x1, rng):
    """Slack cables along the front."""
    black = mat((24, 24, 26), .7)
    for k in range(4):
        z, y = 3.98 + .07 * k, -.16 - .02 * k
        x, pts = x0, []
        while x <= x1 + .1:
            pts.append((x, y, z + rng.uniform(-.03, .03)))
            x += 2.2
        for a, b in zip(pts, pts[1:]):
            mid = ((a[0] + b[0]) / 2, y, (a[2] + b[2]) / 2 - rng.uniform(.05, .14))
            tube(a, mid, .012, black, n=5, cap=False)
            tube(mid, b, .012, black, n=5, cap=False)


def tree(x, y, rng, h=4.2, crown=2.2, leaves=6000, dense=1.0):
    """A plane tree in its pit: mottled trunk, boughs, several thousand leaves."""
    bark = mat((126, 112, 92), .9, dirt=.45)
    box((x, y, .003), (1.25, 1.25, .01), mat((70, 56, 44), .95, dirt=.4))
    for dx, dy, sx, sy in ((0, .62, 1.3, .09), (0, -.62, 1.3, .09), (.62, 0, .09, 1.3),
                           (-.62, 0, .09, 1.3)):
        box((x + dx, y + dy, 0), (sx, sy, .07), mat((156, 150, 140), .8, dirt=.3))
    top = Vector((x + rng.uniform(-.2, .2), y, h))
    limb((x, y, 0), (x + .05, y, h * .5), .17, .14, bark)
    limb((x + .05, y, h * .5), top, .14, .1, bark)
    ends = []
    for k in range(7):
        a = k * .9 + rng.uniform(-.3, .3)
        e = top + Vector((math.cos(a) * crown * .7, math.sin(a) * crown * .7, rng.uniform(.3, 1.6)))
        limb(top - Vector((0, 0, rng.uniform(.1, .9))), e, .07, .03, bark, 6)
        ends.append(e)
    ends.append(top + Vector((0, 0, 1.4)))
    for shade_i, colour in enumerate([(58, 92, 38), (76, 112, 44), (98, 128, 52)]):
        verts, faces = [], []
        for _ in range(int(leaves * dense / 3)):
            e = rng.choice(ends)
            d = Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, .7)))
            c = e + d.normalized() * crown * .55 * rng.random() ** .5
            n = Vector((rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1) + .8)).normalized()
            u = n.orthogonal().normalized() * rng.uniform(.06, .115)
            v = n.cross(u)
            b = len(verts)
            verts += [c - u, c - v * .8, c + u, c + v * .8]
            faces.append((b, b + 1, b + 2, b + 3))
        mesh(verts, faces, mat(colour, .6))


def lamp_pole(x, y, lit, power=420):
    steel = mat((120, 126, 128), .5, .5, dirt=.2)
    limb((x, y, 0), (x, y, 6.4), .085, .06, steel)
    limb((x, y, 6.4), (x, y - 1.2, 6.7), .05, .04, steel)
    box((x, y - 1.4, 6.62), (.24, .6, .1), steel, bevel=.03)
    if lit:
        import bpy
        light = bpy.data.lights.new("lamp", "AREA")
        light.energy, light.size, light.color = power, .5, (1.0, .72, .42)
        ob = bpy.data.objects.new("lamp", light)
        ob.location = (x, y - 1.4, 6.58)
        bpy.context.scene.collection.objects.link(ob)
        return ob
    return None


def bin_(x, y):
    for k, c in enumerate([(60, 120, 70), (60, 90, 150)]):
        box((x + k * .52, y, .08), (.48, .42, .78), mat(c, .5, dirt=.2), bevel=.03)
        box((x + k * .52, y, .86), (.5, .44, .1), mat((54, 56, 58), .5), bevel=.03)


def bollards(x0, x1, y, step=1.6):
    x = x0
    while x <= x1:
        tube((x, y, 0), (x, y, .75), .06, mat((70, 74, 78), .5, .5), n=12)
        tube((x, y, .52), (x, y, .62), .064, mat((220, 190, 60), .5), n=12)
        x += step


def scooter(x, y, rot, colour):
    """An electric scooter on its stand."""
    ca, sa = math.cos(rot), math.sin(rot)

    def at(dx, dz, dy=0.0):
        return (x + ca * dx - sa * dy, y + sa * dx + ca * dy, dz)
    paint = mat(colour, .3, spec=.6)
    dark = mat((32, 32, 34), .7)
    for dx in (-.58, .6):
        wheel(at(dx, .22), .22, .1, rot)
    box(at(-.02, .25), (.62, .28, .09), dark, rot, bevel=.02)
    box(at(-.42, .34), (.62, .3, .34), paint, rot, bevel=.08)
    box(at(-.36, .68), (.66, .27, .11), dark, rot, bevel=.045)
    limb(at(.58, .25), at(.42, .98), .06, .04, paint, 8)
    box(at(.42, .32), (.1, .36, .52), paint, rot, bevel=.045, )
    limb(at(.42, .98, -.3), at(.42, .98, .3), .022, .022, dark, 6)
    ball(at(.47, .9), (.1, .1, .1), paint, 10)
    ball(at(.54, .9), (.05, .07, .06), mat((230, 230, 220), .2), 8)
    box(at(-.72, .72), (.34, .36, .3), mat((60, 62, 66), .6), rot, bevel=.03)
    box(at(.5, .06), (.3, .1, .2), paint, rot, bevel=.03)
