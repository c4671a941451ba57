"""From metres to pictures: projection, zones, lanes and the scene document; plaza extras."""

import numpy as np

import kit
import street
import textures as tx

CAM06_PILE_PIXEL = (584, 388)


def project(p, c):
    """World point to pixel (u, v)."""
    q = p @ np.array([c[0], c[1], c[2], 1.0])
    return q[:2] / q[2]


def ground_at(p, u, v):
    """The point of the ground (z = 0) that a pixel shows."""
    a = np.array([[p[0][0] - u * p[2][0], p[0][1] - u * p[2][1]],
                  [p[1][0] - v * p[2][0], p[1][1] - v * p[2][1]]])
    b = np.array([u * p[2][3] - p[0][3], v * p[2][3] - p[1][3]])
    return tuple(float(c) for c in np.linalg.solve(a, b))


def corner(spec, rng):
    """The end wall of the row of shops and the buildings across the plaza."""
    x = spec["corner"]
    wall = kit.pic(tx.wall(rng, spec["wall"]["wall"], True), rough=.65)
    z1 = street.SHOP_H + .35 + street.FLOOR_H + .5
    kit.quad([(x, 0, 0), (x, 16, 0), (x, 16, z1), (x, 0, z1)], wall, 16 / 6, z1 / 6)
    board = kit.pic(tx.sign(rng, "五角场社区便民中心", (24, 84, 168), (255, 255, 255),
                            "一站式服务", size=(1536, 360)), rough=.4)
    kit.quad([(x + .06, 2.0, 3.2), (x + .06, 9.0, 3.2), (x + .06, 9.0, 4.8), (x + .06, 2.0, 4.8)],
             board)
    for k in range(3):
        y0 = 2.4 + k * 2.6
        kit.quad([(x + .03, y0, .3), (x + .03, y0 + 2, .3), (x + .03, y0 + 2, 2.6),
                  (x + .03, y0, 2.6)], kit.glass((60, 84, 92)))
    far = kit.pic(tx.wall(rng, (196, 190, 180), False), rough=.7)
    kit.front(3.0, 60.0, 0, 14.0, 22.0, far, 9.0, 2.3)
    for row in range(4):
        for k in range(16):
            x0 = 5.0 + k * 3.2
            kit.front(x0, x0 + 2.0, 1.0 + row * 3.2, 2.8 + row * 3.2, 21.97,
                      kit.glass(rng.choice([(44, 56, 62), (66, 78, 84), (34, 40, 46)])))
    for k in range(3):
        bx = 9.0 + k * 3.4
        kit.box((bx, .2, 0), (2.2, .9, .5), kit.mat((160, 150, 138), .8, dirt=.3), bevel=.02)
        for _ in range(22):
            kit.ball((bx + rng.uniform(-.9, .9), .2 + rng.uniform(-.3, .3), .6),
                     rng.uniform(.12, .24), kit.mat(rng.choice([(60, 100, 44), (84, 120, 50)]), .8), 7,
                     flat=True)


def permit_box(x0, x1, y0, y1):
    """Yellow frame painted on the pavement and its lettering: goods may stand here."""
    paint = kit.mat((232, 196, 40), .6, dirt=.2)
    t = .08
    for a in ((x0, x1, y0, y0 + t), (x0, x1, y1 - t, y1), (x0, x0 + t, y0, y1),
              (x1 - t, x1, y0, y1)):
        kit.ground(*a, .006, paint, 1.0)
    text = kit.pic(tx.ground_mark(["临时经营区", "7:00-20:00"]), rough=.7, alpha=True)
    m = (x0 + x1) / 2
    kit.mesh([(m - 1.1, y0 - .75, .006), (m + 1.1, y0 - .75, .006), (m + 1.1, y0 - .08, .006),
              (m - 1.1, y0 - .08, .006)], [(0, 1, 2, 3)], text, [(0, 0), (1, 0), (1, 1), (0, 1)])


def clip01(v):
    return round(float(min(1.0, max(0.0, v))), 4)


def polygon(p, points, size):
    q = [project(p, c) for c in points]
    return [[clip01(u / size[0]), clip01(v / size[1])] for u, v in q]


def lanes(spec):
    """Where people walk and vehicles drive, in metres on the ground, both ways."""
    w = spec["pave"]
    far, near = -w + 2.0, -w + 0.75
    people = [{"path": [[-16, far], [18, far]]}, {"path": [[18, near], [-16, near]]},
              {"path": [[18, -2.55], [-16, -2.75]]}]
    for x0, x1, s in spec["shops"]:
        mid = x0 + (x1 - x0) * .62
        if s["kind"] != "shutter" and abs(mid - spec["look"][0]) < 7:
            people.append({"path": [[mid - 9, far], [mid, far + .3], [mid, .5]]})
    lane = spec.get("lane", 3.6)
    vehicles = [{"path": [[26, -w - lane * .55], [-26, -w - lane * .55]]}]
    riders = [{"path": [[22, -w - .9], [-22, -w - .9]]}]
    return people, vehicles, riders


def scene_document(cam, spec, p, sun_dir, objects, step):
    size = spec.get("size", (1280, 720))
    doc = {"id": cam, "title": spec["title"], "size": list(size),
           "matrix": [[round(float(v), 6) for v in row] for row in p]}
    if spec.get("real"):
        box = objects[0]["box"]
        x0, y0, x1, y1 = box
        dx, dy = (x1 - x0) * .45, (y1 - y0) * .35
        zone = [[x0 - dx, y1 + dy], [x1 + dx, y1 + dy], [x1 + dx, y0 - dy], [x0 - dx, y0 - dy]]
        doc.update({
            "video": "vtest.avi", "light": 1.0, "sun": None,
            "walk": [-100, 100], "drive": [-100, 100], "warm": 0.0,
            "people": [], "vehicles": [], "riders": [], "objects": objects,
            "zones": [{"id": "pavement-1", "kind": "pavement",
                       "polygon": [[clip01(a / size[0]), clip01(b / size[1])] for a, b in zone]}]})
        return doc
    people, vehicles, riders = lanes(spec)
    doc.update({
        "plate": "plate.jpg", "depth": "depth.png",
        "light": 0.7 if cam == "cam-04" else (0.85 if sun_dir is None else 1.0),
        "warm": 1.0 if cam == "cam-04" else 0.0,
        "sun": None if sun_dir is None else {"mask": "sun.png",
                                             "direction": [round(v, 4) for v in sun_dir]},
        "walk": [-spec["pave"] + .35, -.5], "drive": [-spec["pave"] - 7.0, -spec["pave"] - .9],
        "people": people, "vehicles": vehicles, "riders": riders, "objects": objects,
        "zones": [{"id": z["id"], "kind": z["kind"], "polygon": polygon(p, z["ground"], size)}
                  for z in spec["zones"]]})
    if step:
        doc["light_step"] = {"id": "light-step", "plate": "plate-step.jpg"}
    if "crowd" in spec:
        doc["crowd"] = spec["crowd"]
    return doc
