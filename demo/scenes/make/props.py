"""What gets put on the street: goods, stalls, piles, a van.  All start at a point on the ground."""

import math
import random

import textures as tx
from kit import ball, box, front, limb, mat, mesh, pic, quad, tube, wheel

FRUIT = [((214, 60, 40), .048), ((236, 150, 36), .046), ((232, 204, 60), .05), ((120, 168, 60), .05),
         ((150, 40, 60), .035), ((70, 120, 50), .075)]


def crate(x, y, z, rng, tilt=0.0, fruit=None, colour=None):
    """A plastic or wooden crate heaped with fruit, 0.55 x 0.4 m."""
    w, d, h = .56, .4, .2
    c = colour or rng.choice([(60, 120, 180), (170, 128, 84), (70, 150, 90), (200, 70, 60)])
    m = mat(c, .6, dirt=.15)
    for dx, dy, sx, sy in ((0, -d / 2, w, .03), (0, d / 2, w, .03), (-w / 2, 0, .03, d),
                           (w / 2, 0, .03, d)):
        box((x + dx, y + dy, z), (sx, sy, h), m)
    box((x, y, z), (w, d, h * .6), mat((60, 50, 40)))
    col, r = fruit or rng.choice(FRUIT)
    fm = mat(col, .35, spec=.5)
    nx, ny = int(w / (r * 2)) - 1, int(d / (r * 2)) - 1
    for layer in range(2):
        for i in range(nx):
            for j in range(ny):
                if layer and rng.random() < .35:
                    continue
                ball((x + (i - (nx - 1) / 2) * r * 2.05 + rng.uniform(-.008, .008),
                      y + (j - (ny - 1) / 2) * r * 2.05 + rng.uniform(-.008, .008),
                      z + h * .72 + layer * r * 1.2 + rng.uniform(-.01, .01)), r, fm, 8)


def price(x, y, z, rng):
    front(x - .12, x + .12, z, z + .16, y,
          pic(tx.poster(rng, [rng.choice(["3元", "5元", "8元", "特价"])], (250, 246, 220),
                        (210, 30, 20), (180, 120))))


def fruit_display(x, y, rng, cols=4):
    """Two steps of crates before the shop, price cards, cartons at the side."""
    step = mat((150, 112, 76), .7, dirt=.2)
    w = cols * .62
    box((x, y + .26, 0), (w, .46, .62), step)
    box((x, y - .24, 0), (w, .46, .3), step)
    for i in range(cols):
        cx = x + (i - (cols - 1) / 2) * .62
        crate(cx, y + .26, .62, rng)
        crate(cx, y - .24, .3, rng)
        if i % 2 == 0:
            price(cx + .1, y - .46, .5, rng)
    cartons(x + w / 2 + .4, y + .1, rng, 4)


def carton(x, y, z, s, rot, rng, text=None):
    m = pic(tx.carton(rng, text or rng.choice(["水果", "饮料", "易碎", "食品", "百货"])))
    box((x, y, z), s, m, rot, bevel=.006)


def cartons(x, y, rng, n=5):
    """Cartons stacked two or three high."""
    z = 0.0
    for k in range(n):
        s = (rng.uniform(.42, .55), rng.uniform(.34, .42), rng.uniform(.28, .36))
        carton(x + rng.uniform(-.05, .05), y + rng.uniform(-.05, .05), z, s,
               rng.uniform(-.25, .25), rng)
        z += s[2]
        if z > 1.0:
            z, x, y = 0.0, x + .5, y - rng.uniform(-.1, .2)


def vegetables(x, y, rng):
    """Baskets of greens and sacks on the ground, a second kind of overflow."""
    for i in range(4):
        for j in range(2):
            cx, cy = x + (i - 1.5) * .64, y + (j - .5) * .56
            m = mat((206, 180, 130), .8, dirt=.2)
            tube((cx, cy, 0), (cx, cy, .26), .2, m, .28, n=14)
            c = rng.choice([(80, 140, 50), (110, 160, 70), (206, 90, 40), (236, 230, 210),
                            (110, 50, 110), (200, 40, 36)])
            for _ in range(16):
                a, r = rng.random() * 6.28, rng.random() ** .5 * .2
                ball((cx + r * math.cos(a), cy + r * math.sin(a), .28 + rng.uniform(0, .1)),
                     (rng.uniform(.05, .08), rng.uniform(.05, .09), .05), mat(c, .6), 7)
    sack(x + 1.75, y, rng, (214, 206, 188))
    sack(x + 1.8, y - .5, rng, (196, 120, 70))
    cartons(x - 1.75, y, rng, 3)


def sack(x, y, rng, colour, h=.75):
    """A woven sack standing, tied at the top."""
    m = mat(colour, .95, dirt=.3)
    ball((x, y, h * .42), (.27, .24, h * .46), m, 12)
    tube((x, y, h * .8), (x + .04, y, h * 1.05), .1, m, .15, n=10)


def sack_lying(x, y, z, rng, colour, rot):
    m = mat(colour, .95, dirt=.3)
    ca, sa = math.cos(rot), math.sin(rot)
    limb((x - ca * .22, y - sa * .22, z + .19), (x + ca * .22, y + sa * .22, z + .19), .2, .18, m, 12)


def clothes_rack(x, y, rng, w=1.7, rot=0.0):
    """A wheeled rail of clothes."""
    steel = mat((170, 172, 176), .3, .8)
    ca, sa = math.cos(rot), math.sin(rot)

    def at(d, e, z):
        return (x + ca * d - sa * e, y + sa * d + ca * e, z)
    for d in (-w / 2, w / 2):
        tube(at(d, 0, .08), at(d, 0, 1.5), .018, steel, n=8)
        tube(at(d, -.25, .08), at(d, .25, .08), .018, steel, n=8)
    tube(at(-w / 2, 0, 1.5), at(w / 2, 0, 1.5), .018, steel, n=8)
    d = -w / 2 + .08
    while d < w / 2 - .06:
        c = rng.choice([(200, 50, 60), (40, 60, 110), (230, 224, 214), (30, 30, 34), (220, 170, 60),
                        (90, 130, 90), (180, 120, 150), (120, 150, 180)])
        h, wd = rng.uniform(.65, 1.0), rng.uniform(.36, .46)
        box(at(d, 0, 1.42 - h), (.07, wd, h), mat(c, .95), rot + rng.uniform(-.2, .2),
                 bevel=.02)
        d += rng.uniform(.1, .14)


def umbrella(x, y, z, r, a, b):
    """A big stall umbrella of two colours in gores."""
    n = 8
    tube((x, y, 0), (x, y, z + .5), .022, mat((200, 200, 200), .3, .7), n=8)
    for k in range(n):
        t0, t1 = 2 * math.pi * k / n, 2 * math.pi * (k + 1) / n
        c = a if k % 2 else b
        p0 = (x + r * math.cos(t0), y + r * math.sin(t0), z)
        p1 = (x + r * math.cos(t1), y + r * math.sin(t1), z)
        mesh([(x, y, z + .55), p0, p1], [(0, 1, 2)], mat(c, .9))
        q0, q1 = (p0[0], p0[1], z - .16), (p1[0], p1[1], z - .16)
        mesh([p0, q0, q1, p1], [(0, 1, 2, 3)], mat(c, .9))


def stall(x, y, rng, text="烤冷面", colours=((206, 44, 40), (240, 236, 226)), side=1):
    """A vendor's tricycle: flat bed with a lit case and pans, umbrella, bucket, stool."""
    steel = mat((176, 178, 180), .3, .7)
    paint = mat((44, 84, 140), .5, dirt=.2)
    bed = .62
    box((x, y, bed), (1.7, .95, .06), paint, bevel=.01)
    for dy in (-.47, .47):
        box((x, y + dy, bed - .12), (1.7, .03, .3), paint)
    for dy in (-.5, .5):
        wheel((x + .35, y + dy, .3), .3, .06)
    wheel((x - side * 1.45, y, .3), .3, .06)
    limb((x - side * 1.45, y, .3), (x - side * 1.3, y, 1.0), .025, .025, paint, 6)
    limb((x - side * .85, y, .5), (x - side * 1.4, y, .62), .03, .03, paint, 6)
    limb((x - side * 1.3, y - .28, 1.02), (x - side * 1.3, y + .28, 1.02), .018, .018, steel, 6)
    box((x - side * 1.0, y, .78), (.26, .2, .08), mat((30, 30, 32)), bevel=.03)
    limb((x - side * 1.0, y, .5), (x - side * 1.0, y, .8), .02, .02, steel, 6)
    box((x - .3, y, bed + .06), (.95, .8, .36), steel, bevel=.01)
    board = pic(tx.sign(rng, text, (204, 30, 26), (255, 236, 120), size=(768, 220)), emit=.25)
    front(x - .84, x + .84, bed - .22, bed + .24, y - .49, board)
    for k, c in enumerate([(110, 60, 30), (190, 120, 50), (60, 60, 62)]):
        tube((x - .6 + k * .34, y + .05, bed + .42), (x - .6 + k * .34, y + .05, bed + .5), .15,
             mat((50, 50, 52), .4, .6), n=16)
        ball((x - .6 + k * .34, y + .05, bed + .49), (.13, .13, .04), mat(c, .6), 10)
    crate(x + .48, y + .12, bed + .06, rng, fruit=((226, 190, 120), .05))
    for k in range(5):
        c = rng.choice([(200, 60, 40), (230, 190, 60), (240, 236, 228)])
        tube((x + .3 + k * .1, y - .3, bed + .06), (x + .3 + k * .1, y - .3, bed + .26), .035,
             mat(c, .4), n=8)
    umbrella(x + .3, y + .2, 2.05, 1.25, *colours)
    tube((x + 1.25, y - .2, 0), (x + 1.25, y - .2, .34), .16, mat((220, 80, 60), .5), .2, n=14)
    box((x + 1.3, y + .35, 0), (.3, .3, .28), mat((60, 110, 180), .6), bevel=.02)
    tube((x - .2, y + .8, 0), (x - .2, y + .8, .55), .15, mat((120, 124, 128), .5, .4), n=14)


def pile(x, y, rng, boards=True, n=9):
    """A heap: cartons, woven sacks, planks leaning, an old tyre, a bucket."""
    for k in range(n):
        s = (rng.uniform(.4, .62), rng.uniform(.34, .5), rng.uniform(.28, .42))
        a, r = rng.random() * 6.28, rng.random() * .62
        cx, cy = x + r * 1.3 * math.cos(a), y + r * .7 * math.sin(a)
        z = 0.0 if k < n * .6 else rng.uniform(.34, .44)
        if z > 0:
            cx, cy = x + (cx - x) * .5, y + (cy - y) * .5
        carton(cx, cy, z, s, rng.uniform(0, 3.1), rng, rng.choice(["易碎", "家电", "百货", "食品"]))
    for k, c in enumerate([(206, 208, 204), (64, 110, 170), (196, 188, 168)]):
        sack_lying(x - 1.2 + k * .5 - (.1 if k == 2 else 0), y - .55 + .08 * k,
                   0.0, rng, c, rng.uniform(-.5, .5))
    sack(x + 1.05, y - .3, rng, (210, 206, 196), .8)
    if boards:
        for k in range(5):
            bx = x + .5 + k * .13
            mesh_board(bx, y, rng, 1.5 + rng.uniform(-.3, .3))
    tube((x + 1.35, y + .35, .0), (x + 1.35, y + .35, .2), .3, mat((30, 30, 32), .95), n=20)


def pile_small(x, y, rng):
    """Half a dozen cartons and two sacks, 1.6 m wide."""
    for k, (dx, dy, z) in enumerate([(-.45, .1, 0), (.1, .2, 0), (.0, -.2, 0), (.05, .1, .36),
                                     (-.4, .12, .34)]):
        s = (rng.uniform(.44, .56), rng.uniform(.36, .44), .33 + .012 * k)
        carton(x + dx, y + dy, z, s, rng.uniform(-.4, .4), rng,
               rng.choice(["易碎", "家电", "百货", "食品"]))
    sack(x + .62, y - .05, rng, (64, 110, 170), .78)
    sack_lying(x - .4, y - .5, 0, rng, (208, 206, 198), .25)


def mesh_board(x, y, rng, length):
    """A plank lying across the heap."""
    c = rng.choice([(170, 130, 84), (150, 110, 70), (190, 152, 104)])
    a = (x - .9, y - .5 + rng.uniform(-.1, .1), .5 + rng.uniform(0, .1))
    b = (x - .9 + length, y + .1 + rng.uniform(-.3, .3), .06)
    mesh([a, b, (b[0], b[1] + .13, b[2]), (a[0], a[1] + .13, a[2]),
          (a[0], a[1], a[2] + .03), (b[0], b[1], b[2] + .03), (b[0], b[1] + .13, b[2] + .03),
          (a[0], a[1] + .13, a[2] + .03)],
         [(4, 5, 6, 7), (0, 1, 5, 4), (2, 3, 7, 6), (1, 2, 6, 5), (3, 0, 4, 7)], mat(c, .8, dirt=.2))


def van(x, y, rng, heading=1, z=-0.14, colour=(226, 228, 226), text="城市配送"):
    """A small delivery van, 4.2 m; `heading` 1 faces +x."""
    body = mat(colour, .25, spec=.6, dirt=.08)
    dark = mat((26, 30, 34), .12, spec=.8)
    h = heading

    def sec(points, width, material):
        n = len(points)
        verts = [(x + h * px, y - width / 2, z + pz) for px, pz in points]
        verts += [(x + h * px, y + width / 2, z + pz) for px, pz in points]
        faces = [tuple(range(n)), tuple(range(2 * n - 1, n - 1, -1))]
        faces += [(i, i + n, (i + 1) % n + n, (i + 1) % n) for i in range(n)]
        ob = mesh(verts, faces, material)
        mod = ob.modifiers.new("b", "BEVEL")
        mod.width, mod.segments = .05, 3
        return ob
    sec([(-2.1, .3), (2.05, .3), (2.15, .5), (2.12, .95), (1.85, 1.12), (1.25, 1.85), (1.0, 1.95),
         (-1.95, 1.98), (-2.1, 1.8)], 1.66, body)
    for side in (-1, 1):
        yy = y + side * .842
        q = [(x + h * .55, yy, z + 1.15), (x + h * 1.62, yy, z + 1.15),
             (x + h * 1.2, yy, z + 1.76), (x + h * .55, yy, z + 1.76)]
        quad(q, dark)
        q = [(x + h * -.6, yy, z + 1.15), (x + h * .42, yy, z + 1.15),
             (x + h * .42, yy, z + 1.76), (x + h * -.6, yy, z + 1.76)]
        quad(q, dark)
        for lx in (.48, -.68):
            box((x + h * lx, yy, z + .4), (.015, .01, 1.4), mat((120, 120, 120)))
        box((x, yy, z + .78), (3.9, .012, .07), mat((40, 96, 170)))
    band = pic(tx.sign(rng, text, colour, (30, 86, 160), size=(512, 160)))
    front(x - 2.0 + (0 if h > 0 else 2.7), x - .75 + (0 if h > 0 else 2.7), z + 1.15, z + 1.7,
          y - .85, band)
    ws = [(x + h * 1.84, y - .72, z + 1.14), (x + h * 1.84, y + .72, z + 1.14),
          (x + h * 1.32, y + .66, z + 1.8), (x + h * 1.32, y - .66, z + 1.8)]
    ws = [(a + h * .035, b, c + .035) for a, b, c in ws]
    quad(ws, dark)
    front_x = x + h * 2.15
    for dy in (-.6, .6):
        box((front_x, y + dy, z + .72), (.06, .3, .16), mat((240, 240, 230), .1), bevel=.02)
        box((x - h * 2.1, y + dy * 1.15, z + .9), (.05, .12, .4), mat((180, 20, 20), .2))
    box((front_x, y, z + .36), (.08, 1.5, .18), mat((50, 52, 54), .6))
    box((x - h * 2.11, y, z + 1.15), (.02, 1.3, .55), dark)
    box((x - h * 2.13, y, z + .62), (.02, .44, .14), mat((40, 90, 190)))
    for wx in (-1.35, 1.35):
        for side in (-.76, .76):
            wheel((x + wx * h, y + side, z + .3), .3, .2)
