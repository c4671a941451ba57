"""What may stand on a street, by class, built from a random generator.

`build(kind, rng)` puts one thing of that class at the origin, facing the camera at -y. The demonstration's own
props (demo/scenes/make) are reused with other numbers; the rest is built here. Runs under bpy.
"""

import math

import kit
import props
import street
import textures as tx
from kit import ball, box, front, limb, mat, pic, quad, tube, wheel

COLOURS = [(206, 44, 40), (240, 236, 226), (40, 90, 170), (44, 130, 80), (232, 190, 60), (60, 60, 66),
           (150, 60, 130), (220, 120, 60), (120, 150, 180)]
CLOTH = [(200, 50, 60), (40, 60, 110), (230, 224, 214), (30, 30, 34), (220, 170, 60), (90, 130, 90),
         (180, 120, 150), (120, 150, 180), (240, 240, 238), (110, 90, 70)]
FOODS = ["烤冷面", "煎饼果子", "糖炒栗子", "臭豆腐", "烤红薯", "水果", "豆浆", "炸串", "凉皮", "手机贴膜"]
BOARDS = [["特价", "9.9元"], ["招聘"], ["新店", "开业"], ["今日", "推荐"], ["买一送一"], ["火锅", "烧烤"], ["房屋", "出租"]]


def _goods_crates(rng):
    cols = rng.randint(2, 5)
    props.fruit_display(0, 0, rng, cols)
    if rng.random() < .5:
        props.cartons(-cols * .31 - .45, 0, rng, rng.randint(2, 5))


def _goods_rack(rng):
    for k in range(rng.randint(1, 3)):
        props.clothes_rack(k * 1.5 - .7, rng.uniform(-.3, .3), rng, rng.uniform(1.2, 1.8), rng.uniform(-.5, .7))


def _goods_shelf(rng):
    """A rack of boards with boxes and bottles before a shop."""
    w, levels = rng.uniform(1.0, 2.2), rng.randint(2, 4)
    steel = mat(rng.choice([(170, 172, 176), (60, 90, 150), (200, 196, 188)]), .4, .5)
    for level in range(levels):
        z = .12 + level * .38
        box((0, 0, z), (w, .42, .03), steel)
        x = -w / 2 + .12
        while x < w / 2 - .1:
            h, c = rng.uniform(.14, .3), rng.choice(COLOURS)
            if rng.random() < .5:
                box((x, rng.uniform(-.08, .08), z + .03), (.16, .24, h), mat(c, .6), rng.uniform(-.15, .15))
            else:
                tube((x, 0, z + .03), (x, 0, z + .03 + h), .06, mat(c, .35), n=10)
            x += rng.uniform(.17, .24)
    for x in (-w / 2, w / 2):
        for y in (-.2, .2):
            tube((x, y, 0), (x, y, .12 + levels * .38), .015, steel, n=6)


def _goods_ground(rng):
    """Crates, drums, cartons and sacks standing about."""
    for _ in range(rng.randint(3, 8)):
        x, y, what = rng.uniform(-1.1, 1.1), rng.uniform(-.5, .5), rng.random()
        if what < .35:
            props.crate(x, y, 0, rng)
        elif what < .6:
            props.carton(x, y, 0, (rng.uniform(.35, .6), rng.uniform(.3, .5), rng.uniform(.25, .5)),
                         rng.uniform(0, 3), rng)
        elif what < .8:
            props.sack(x, y, rng, rng.choice(COLOURS), rng.uniform(.55, .85))
        else:
            tube((x, y, 0), (x, y, rng.uniform(.3, .8)), .2, mat(rng.choice(COLOURS), .5), n=18)


def goods(rng):
    rng.choice([_goods_crates, lambda r: props.vegetables(0, 0, r), _goods_rack, _goods_shelf, _goods_ground,
                _goods_ground, lambda r: props.pile(0, 0, r, r.random() < .5, r.randint(5, 10)),
                lambda r: props.pile_small(0, 0, r), lambda r: props.cartons(0, 0, r, r.randint(4, 9))])(rng)


def _table_stall(rng):
    """A folding table with wares, perhaps under an umbrella, a stool behind it."""
    w, d, h = rng.uniform(1.2, 2.0), rng.uniform(.6, .8), rng.uniform(.6, .78)
    cloth = mat(rng.choice(COLOURS), .9)
    box((0, 0, h), (w, d, .04), cloth)
    if rng.random() < .6:
        front(-w / 2, w / 2, rng.uniform(.1, .4), h, -d / 2 - .01, cloth)
    for x in (-w / 2 + .05, w / 2 - .05):
        for y in (-d / 2 + .05, d / 2 - .05):
            tube((x, y, 0), (x, y, h), .018, mat((150, 150, 152), .3, .7), n=6)
    for _ in range(rng.randint(10, 30)):
        x, y = rng.uniform(-w / 2 + .1, w / 2 - .1), rng.uniform(-d / 2 + .1, d / 2 - .1)
        c, s = mat(rng.choice(COLOURS + CLOTH), .5), rng.uniform(.05, .12)
        if rng.random() < .5:
            ball((x, y, h + .04 + s), s, c, 8)
        else:
            box((x, y, h + .04), (s * 2, s * 1.4, s * 1.6), c, rng.uniform(0, 3))
    if rng.random() < .7:
        props.umbrella(rng.uniform(-.2, .2), .3, rng.uniform(1.9, 2.2), rng.uniform(1.0, 1.4),
                       rng.choice(COLOURS), rng.choice(COLOURS))
    tube((.2, .8, 0), (.2, .8, .45), .15, mat(rng.choice(COLOURS), .5), n=12)
    if rng.random() < .5:
        _board(rng, -w / 2 - .3, -.2, rng.uniform(.7, 1.0))


def stall(rng):
    if rng.random() < .6:
        props.stall(0, 0, rng, rng.choice(FOODS), (rng.choice(COLOURS), rng.choice(COLOURS)), rng.choice([-1, 1]))
    else:
        _table_stall(rng)


def _garment(rng, x, y, top):
    c, h, w = mat(rng.choice(CLOTH), .95), rng.uniform(.5, 1.05), rng.uniform(.36, .6)
    box((x, y, top - h), (w, .05, h), c, rng.uniform(-.15, .15), bevel=.015)
    if rng.random() < .5:  # sleeves
        for s in (-1, 1):
            limb((x + s * w / 2, y, top - .06), (x + s * (w / 2 + .16), y, top - .4), .07, .06, c, 6)
    return w


def laundry(rng):
    """Washing on a line between poles, or on a drying rack on the ground."""
    steel = mat((176, 178, 180), .3, .6)
    w, h = rng.uniform(1.4, 3.2), rng.uniform(1.3, 1.9)
    for y in ([0.0] if rng.random() < .6 else [-.25, .25]):
        for x in (-w / 2, w / 2):
            tube((x, y, 0), (x, y, h + .05), .02, steel, n=6)
        tube((-w / 2, y, h), (w / 2, y, h), .012, steel, n=6)
        x = -w / 2 + .3
        while x < w / 2 - .2:
            if rng.random() < .15:  # a sheet or a quilt over the line
                box((x + .35, y, h - 1.0), (1.0, .06, 1.0), mat(rng.choice(CLOTH), .95), 0, bevel=.02)
                x += 1.15
            else:
                x += _garment(rng, x, y, h - .03) + rng.uniform(.02, .3)


def _board(rng, x, y, h):
    """A folding board with lettering, 0.45-0.7 m wide."""
    w, lean = h * rng.uniform(.55, .75), h * .22
    ink = rng.choice([((226, 34, 30), (255, 232, 80)), ((24, 84, 168), (255, 255, 255)),
                      ((30, 34, 36), (240, 236, 220)), ((250, 248, 240), (200, 30, 30)),
                      ((24, 112, 60), (255, 240, 180))])
    face = pic(tx.poster(rng, rng.choice(BOARDS), *ink), emit=rng.choice([0, 0, .3]))
    quad([(x - w / 2, y - lean, .03), (x + w / 2, y - lean, .03), (x + w / 2, y, h), (x - w / 2, y, h)], face)
    quad([(x + w / 2, y + lean, .03), (x - w / 2, y + lean, .03), (x - w / 2, y, h), (x + w / 2, y, h)],
         mat((90, 84, 76), .7))


def _lightbox(rng):
    """An upright lit box or roll-up banner on a foot."""
    w, h = rng.uniform(.5, .85), rng.uniform(1.2, 1.9)
    bg, fg = rng.choice([((226, 34, 30), (255, 240, 200)), ((240, 240, 236), (200, 30, 40)), ((30, 90, 170), (255, 255, 255))])
    box((0, .08, .08), (w, .14, h), mat((200, 200, 200), .4))
    front(-w / 2, w / 2, .1, h + .06, 0.0, pic(tx.poster(rng, rng.choice(BOARDS), bg, fg), emit=rng.choice([0, .4, 1.0])))
    box((0, .08, 0), (w + .1, .4, .08), mat((60, 60, 62), .6))


def signboard(rng):
    if rng.random() < .6:
        for k in range(rng.choice([1, 1, 1, 2])):
            _board(rng, k * .9, rng.uniform(-.1, .1), rng.uniform(.8, 1.35))
    else:
        _lightbox(rng)


def _bicycle(rng, x, rot):
    ca, sa = math.cos(rot), math.sin(rot)
    paint = mat(rng.choice(COLOURS), .35)
    dark = mat((30, 30, 32), .6)

    def at(d, z):
        return (x + ca * d, sa * d, z)
    for d in (-.52, .52):
        wheel(at(d, .33), .33, .045, rot)
    for a, b in (((-.52, .33), (-.08, .32)), ((-.52, .33), (-.16, .75)), ((-.08, .32), (-.18, .86)),
                 ((-.16, .72), (.4, .76)), ((-.08, .32), (.4, .7)), ((.52, .33), (.38, .98))):
        limb(at(*a), at(*b), .022, .022, paint, 6)
    box(at(-.19, .86), (.26, .14, .06), dark, rot, bevel=.02)
    limb((x + ca * .38 - sa * .28, sa * .38 + ca * .28, 1.0), (x + ca * .38 + sa * .28, sa * .38 - ca * .28, 1.0),
         .015, .015, dark, 6)
    if rng.random() < .6:
        box(at(.56, .72), (.3, .34, .22), mat((70, 72, 76), .6), rot)


def bike(rng):
    rot = rng.uniform(0, 6.28)
    for k in range(rng.choice([1, 1, 2, 3, 4])):
        lean = rot + rng.uniform(-.15, .15)
        if rng.random() < .6:
            street.scooter(k * .75, 0, lean, rng.choice(COLOURS))
        else:
            _bicycle(rng, k * .7, lean)


def vehicle(rng):
    props.van(0, 0, rng, rng.choice([-1, 1]), 0.0, rng.choice([(226, 228, 226), (200, 60, 50), (40, 70, 120),
                                                               (210, 180, 60), (90, 94, 98)]),
              rng.choice(["城市配送", "冷链物流", "搬家", "快递"]))


CLASSES = {"goods": goods, "stall": stall, "laundry": laundry, "signboard": signboard, "bike": bike,
           "vehicle": vehicle}
