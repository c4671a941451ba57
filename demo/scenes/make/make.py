"""Renders the plates and object crops of the demonstration scenes.

    python make.py --out ../ [--only cam-01,cam-02] [--samples 20] [--preview] [--document-only]

Runs under the bpy package (its denoiser is used) or inside Debian's Blender:
    blender -b -noaudio --factory-startup --python-use-system-env --python make.py -- --out ../

For each scene: plate.jpg (the empty street), depth.png (16 bit, centimetres along the view axis),
sun.png (where direct light reaches the ground), and for each object <id>.png (BGRA),
<id>-shadow.png (ratio of the street with the object to the street without, 255 = unchanged),
<id>-depth.png; scene.json holds camera matrix, places, lanes and zones.
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
from mathutils import Euler, Matrix, Vector
from PIL import Image, ImageFilter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
import layout  # noqa: E402
import street  # noqa: E402
import textures as tx  # noqa: E402
from scenes import SCENES  # noqa: E402


def setup(spec, samples, scale):
    """Camera, light, film and sampling of one scene; returns the 3x4 pixel matrix."""
    sc = bpy.context.scene
    w, h = spec.get("size", (1280, 720))
    sc.render.engine = "CYCLES"
    sc.cycles.device = "CPU"
    sc.render.threads_mode = "FIXED"
    sc.render.threads = int(os.environ.get("SCENE_THREADS", "2"))
    sc.cycles.samples = samples
    sc.cycles.use_adaptive_sampling = True
    sc.cycles.adaptive_threshold = 0.03
    sc.cycles.max_bounces = 5
    sc.cycles.diffuse_bounces = 3
    sc.cycles.glossy_bounces = 2
    sc.cycles.transparent_max_bounces = 6
    sc.cycles.caustics_reflective = sc.cycles.caustics_refractive = False
    sc.cycles.sample_clamp_indirect = 4.0
    sc.cycles.seed = spec["seed"]
    try:
        sc.cycles.use_denoising = True
        sc.cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        sc.cycles.use_denoising = False
    sc.render.resolution_x, sc.render.resolution_y = w, h
    sc.render.resolution_percentage = int(scale * 100)
    sc.render.use_persistent_data = True
    sc.view_settings.view_transform = "Filmic"
    sc.view_settings.look = "Medium High Contrast"
    for look in ("Medium High Contrast", "Filmic - Medium High Contrast"):
        try:
            sc.view_settings.look = look
            break
        except TypeError:
            continue
    sc.view_settings.exposure = spec.get("exposure", 0.0)

    cam = bpy.data.cameras.new("cam")
    ob = bpy.data.objects.new("cam", cam)
    sc.collection.objects.link(ob)
    sc.camera = ob
    ob.location = spec["cam"]
    cam.sensor_width = 36.0
    if "focal" in spec:
        ob.rotation_euler = Euler((math.radians(90 - spec["pitch"]), 0, 0))
        f = spec["focal"]
        cam.lens = f / w * 36.0
    else:
        d = Vector(spec["look"]) - Vector(spec["cam"])
        ob.rotation_euler = d.to_track_quat("-Z", "Y").to_euler()
        f = w / 2 / math.tan(math.radians(spec["hfov"] / 2))
        cam.lens = f / w * 36.0
    bpy.context.view_layer.update()
    view = ob.matrix_world.inverted()
    flip = Matrix(((1, 0, 0, 0), (0, -1, 0, 0), (0, 0, -1, 0), (0, 0, 0, 1)))
    k = np.array([[f, 0, w / 2], [0, f, h / 2], [0, 0, 1]])
    p = k @ np.array(flip @ view)[:3]

    world = bpy.data.worlds.new("w")
    sc.world = world
    world.use_nodes = True
    bg = world.node_tree.nodes["Background"]
    colour, strength = spec["sky"]
    bg.inputs["Color"].default_value = kit.srgb(colour)
    bg.inputs["Strength"].default_value = strength
    sun_dir = None
    if spec["sun"]:
        elevation, azimuth, power, size = spec["sun"]
        light = bpy.data.lights.new("sun", "SUN")
        light.energy, light.angle = power, math.radians(size)
        light.color = (1.0, .93, .82)
        lo = bpy.data.objects.new("sun", light)
        e, a = math.radians(elevation), math.radians(azimuth)
        sun_dir = Vector((math.sin(a) * math.cos(e), math.cos(a) * math.cos(e), -math.sin(e)))
        lo.rotation_euler = sun_dir.to_track_quat("-Z", "Y").to_euler()
        sc.collection.objects.link(lo)
    return p, sun_dir


def outputs(folder, passes):
    """File output nodes for the passes asked for (EXR)."""
    sc = bpy.context.scene
    vl = bpy.context.view_layer
    vl.use_pass_z = True
    vl.use_pass_diffuse_direct = "DiffDir" in passes
    sc.use_nodes = True
    nt = sc.node_tree
    nt.nodes.clear()
    layers = nt.nodes.new("CompositorNodeRLayers")
    comp = nt.nodes.new("CompositorNodeComposite")
    nt.links.new(layers.outputs["Image"], comp.inputs["Image"])
    for name in passes:
        out = nt.nodes.new("CompositorNodeOutputFile")
        out.base_path = folder
        out.file_slots[0].path = name
        out.format.file_format = "OPEN_EXR"
        out.format.color_depth = "32"
        nt.links.new(layers.outputs[name], out.inputs[0])


def render(path, rect=None):
    """Renders to PNG, optionally only the pixel rectangle (x0, y0, x1, y1); returns RGBA."""
    sc = bpy.context.scene
    w, h = sc.render.resolution_x, sc.render.resolution_y
    sc.render.use_border = sc.render.use_crop_to_border = rect is not None
    if rect:
        sc.render.border_min_x, sc.render.border_max_x = rect[0] / w, rect[2] / w
        sc.render.border_min_y, sc.render.border_max_y = 1 - rect[3] / h, 1 - rect[1] / h
    sc.render.image_settings.file_format = "PNG"
    sc.render.image_settings.color_mode = "RGBA"
    sc.render.filepath = path
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(path).convert("RGBA")).copy()


def read_exr(folder, name):
    img = bpy.data.images.load(os.path.join(folder, name + "0001.exr"))
    w, h = img.size
    a = np.empty(w * h * 4, np.float32)
    img.pixels.foreach_get(a)
    bpy.data.images.remove(img)
    return a.reshape(h, w, 4)[::-1]


def fit(a, shape):
    """Border rounding may cost a pixel: crop or repeat the edge to the wanted height and width."""
    a = a[:shape[0], :shape[1]]
    pad = [(0, shape[0] - a.shape[0]), (0, shape[1] - a.shape[1])] + [(0, 0)] * (a.ndim - 2)
    return np.pad(a, pad, mode="edge")


def save_depth(depth, path):
    cm = np.clip(depth * 100.0, 0, 65000).astype(np.uint16)
    Image.fromarray(cm // 4 * 4).save(path, optimize=True)


def crop_rect(objs, p, sun_dir, size):
    """Pixel rectangle of the objects and of the shadow they throw on the ground, even numbers."""
    pts = []
    for ob in objs:
        for v in ob.data.vertices:
            c = ob.matrix_world @ v.co
            pts.append(c)
            if sun_dir is not None:
                pts.append(c + sun_dir * (c.z / -sun_dir.z))
            for dx in (-.5, .5):
                for dy in (-.35, .5):
                    pts.append(Vector((c.x + dx, min(c.y + dy, 0), 0)))
    q = np.array([layout.project(p, c) for c in pts])
    x0, y0 = np.floor(q.min(0) - 8)
    x1, y1 = np.ceil(q.max(0) + 8)
    w, h = size
    return (int(max(0, x0)) & ~1, int(max(0, y0)) & ~1,
            min(w, int(x1 + 2) & ~1), min(h, int(y1 + 2) & ~1))


def render_object(spec, ident, build, where, p, sun_dir, plate, out, tmp, samples):
    """One object: crop, alpha, shadow ratio, depth.  Leaves the street as it was."""
    sc = bpy.context.scene
    before = set(o.name for o in sc.objects)
    kit.collector = objs = []
    build(where[0], where[1], random.Random(spec["seed"] * 100 + len(ident) * 7 + ord(ident[-1])))
    kit.collector = None
    bpy.context.view_layer.update()
    size = (sc.render.resolution_x, sc.render.resolution_y)
    rect = crop_rect(objs, p, sun_dir, size)
    shape = (rect[3] - rect[1], rect[2] - rect[0])
    outputs(tmp, ["Depth"])
    sc.cycles.samples = samples
    full = fit(render(os.path.join(tmp, "o.png"), rect), shape)[..., :3]
    depth = fit(read_exr(tmp, "Depth")[..., 0], shape)
    others = [o for o in sc.objects if o.type == "MESH" and o.name in before]
    for o in others:
        o.is_holdout = True
    sc.render.film_transparent = True
    sc.cycles.samples, bounces = 12, sc.cycles.max_bounces
    sc.cycles.max_bounces = 0
    denoise, sc.cycles.use_denoising = sc.cycles.use_denoising, False
    outputs(tmp, [])
    alpha = fit(render(os.path.join(tmp, "a.png"), rect), shape)[..., 3]
    sc.render.film_transparent = False
    sc.cycles.max_bounces, sc.cycles.use_denoising = bounces, denoise
    for o in others:
        o.is_holdout = False
    empty = plate[rect[1]:rect[3], rect[0]:rect[2], :3]
    ratio = shadow_ratio(full, empty, alpha)
    base = os.path.join(out, ident)
    Image.fromarray(np.dstack([full, alpha])).save(base + ".png", optimize=True)
    Image.fromarray(ratio).save(base + "-shadow.png", optimize=True)
    save_depth(np.where(alpha > 100, depth, 650.0), base + "-depth.png")
    lo = [min((o.matrix_world @ Vector(c))[i] for o in objs for c in o.bound_box) for i in range(3)]
    hi = [max((o.matrix_world @ Vector(c))[i] for o in objs for c in o.bound_box) for i in range(3)]
    for o in objs:
        bpy.data.objects.remove(o, do_unlink=True)
    ys, xs = np.nonzero(alpha > 100)
    return {"x": rect[0], "y": rect[1], "w": shape[1], "h": shape[0], "crop": ident + ".png",
            "shadow": ident + "-shadow.png", "depth": ident + "-depth.png",
            "box": [int(rect[0] + xs.min()), int(rect[1] + ys.min()),
                    int(rect[0] + xs.max() + 1), int(rect[1] + ys.max() + 1)],
            "ground": [round(v, 2) for v in (lo[0], lo[1], hi[0], hi[1])],
            "at": [where[0], where[1]]}


def box_blur(a, radius):
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius + 1, radius)
        c = np.cumsum(np.pad(a, pad), axis=axis, dtype=np.float64)
        n = a.shape[axis]
        hi = np.take(c, np.arange(2 * radius + 1, 2 * radius + 1 + n), axis=axis)
        a = (hi - np.take(c, np.arange(n), axis=axis)) / (2 * radius + 1)
    return a


def shadow_ratio(full, empty, alpha):
    """How much darker the street is beside the object, one channel; under it, spread inwards."""
    lum = np.array([.299, .587, .114])
    r = (full @ lum + 2.0) / (empty @ lum + 2.0)
    r = np.asarray(Image.fromarray((np.clip(r, 0, 1) * 255).astype(np.uint8))
                   .filter(ImageFilter.MedianFilter(5)), np.float32) / 255.0
    r[r > 0.955] = 1.0
    keep = alpha < 8
    edge = np.asarray(Image.fromarray((keep * 255).astype(np.uint8))
                      .filter(ImageFilter.MinFilter(3))) > 0
    known, val = edge.astype(np.float32), np.where(edge, r, 0.0).astype(np.float32)
    fill, weight = val.copy(), known.copy()
    for radius in (2, 5, 12, 30):
        blur = [box_blur(a, radius) for a in (val, known)]
        need = weight < 0.5
        have = need & (blur[1] > 1e-3)
        fill[have] = (blur[0] / np.maximum(blur[1], 1e-6))[have]
        weight[have] = 1.0
    fill[weight < 0.5] = 1.0
    out = np.clip(fill, 0.25, 1.0)
    h, w = out.shape
    ramp = np.minimum(np.minimum(np.arange(w), np.arange(w)[::-1])[None, :],
                      np.minimum(np.arange(h), np.arange(h)[::-1])[:, None]) / 8.0
    out = 1.0 - (1.0 - out) * np.clip(ramp, 0, 1)
    return (out * 255 + .5).astype(np.uint8)


def build_street(spec):
    """Everything that is always there; returns the lamp that a light step turns on, if any."""
    rng = random.Random(spec["seed"])
    if spec.get("real"):
        kit.ground(-60, 60, -5, 120, 0.0, kit.mat((128, 128, 130), .9), 1.0)
        return None
    street.build_ground(spec, rng)
    for x0, x1, s in spec["shops"]:
        if "in_lamp" in spec:
            s = dict(s, lamp=spec["in_lamp"])
        street.shop(x0, x1, s, rng, spec)
        street.upper(x0, x1, spec, rng, spec["wall"])
    first, last = spec["shops"][0][0], spec["shops"][-1][1]
    street.cables(first, last, rng)
    if "corner" in spec:
        layout.corner(spec, rng)
    for t in spec.get("trees", []):
        street.tree(t[0], t[1], rng, t[2], t[3])
    for x, y in spec.get("far_trees", []):
        street.tree(x, y, rng, 5.0, 2.6)
    for s in spec.get("scooters", []):
        street.scooter(*s)
    for b in spec.get("bins", []):
        street.bin_(*b)
    for b in spec.get("bollards", []):
        street.bollards(*b)
    for x, y, lit in spec.get("lamps", []):
        street.lamp_pole(x, y, lit)
    if "permit_box" in spec:
        layout.permit_box(*spec["permit_box"])
    if "step_lamp" in spec:
        x, y, power = spec["step_lamp"]
        lamp = street.lamp_pole(x, y, True, power)
        lamp.hide_render = True
        return lamp
    return None


def make(cam, out, args):
    spec = SCENES[cam]
    scale = 0.5 if args.preview else 1.0
    kit.reset()
    p, sun_dir = setup(spec, args.samples, scale)
    folder = os.path.join(out, cam)
    if args.document_only:
        with open(os.path.join(folder, "scene.json"), encoding="utf-8") as f:
            objects = json.load(f)["objects"]
        write_document(cam, spec, p, sun_dir, objects, "step_lamp" in spec, folder)
        return
    lamp = build_street(spec)
    os.makedirs(folder, exist_ok=True)
    tmp = tempfile.mkdtemp()
    if args.objects:
        return remake_objects(cam, spec, p, sun_dir, folder, tmp, args)
    outputs(tmp, ["Depth", "DiffDir"])
    plate = render(os.path.join(tmp, "plate.png"))
    if args.preview:
        Image.fromarray(plate[..., :3]).save(os.path.join(folder, "preview.png"))
        return
    if not spec.get("real"):
        Image.fromarray(plate[..., :3]).save(os.path.join(folder, "plate.jpg"), quality=92)
        save_depth(read_exr(tmp, "Depth")[..., 0], os.path.join(folder, "depth.png"))
        lit = read_exr(tmp, "DiffDir")[..., :3].mean(-1)
        if sun_dir is not None:
            a = np.clip((lit - 0.55) / 0.8, 0, 1)
            Image.fromarray((a * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5)).resize(
                (640, 360)).save(os.path.join(folder, "sun.png"), optimize=True)
        plate = np.asarray(Image.open(os.path.join(folder, "plate.jpg")).convert("RGB"))
    if lamp is not None:
        lamp.hide_render = False
        outputs(tmp, [])
        step = render(os.path.join(tmp, "step.png"))
        Image.fromarray(step[..., :3]).save(os.path.join(folder, "plate-step.jpg"), quality=92)
        lamp.hide_render = True
    objects = []
    for ident, kind, where, build in spec["objects"]:
        where = where or layout.ground_at(p, *layout.CAM06_PILE_PIXEL)
        o = render_object(spec, ident, build, where, p, sun_dir, plate, folder, tmp, args.samples)
        objects.append(dict({"id": ident, "kind": kind}, **o))
    write_document(cam, spec, p, sun_dir, objects, lamp is not None, folder)


def remake_objects(cam, spec, p, sun_dir, folder, tmp, args):
    """Renders the named objects again over the plate that is there."""
    with open(os.path.join(folder, "scene.json"), encoding="utf-8") as f:
        entries = {o["id"]: o for o in json.load(f)["objects"]}
    plate = np.asarray(Image.open(os.path.join(folder, "plate.jpg")).convert("RGB"))
    for ident, kind, where, build in spec["objects"]:
        if ident in args.objects.split(","):
            o = render_object(spec, ident, build, where, p, sun_dir, plate, folder, tmp, args.samples)
            entries[ident] = dict({"id": ident, "kind": kind}, **o)
    order = [ident for ident, _, _, _ in spec["objects"]]
    write_document(cam, spec, p, sun_dir, [entries[i] for i in order], "step_lamp" in spec, folder)


def write_document(cam, spec, p, sun_dir, objects, step, folder):
    """scene.json and the lettering of its name."""
    tx.osd(spec["title"]).save(os.path.join(folder, "title.png"), optimize=True)
    doc = layout.scene_document(cam, spec, p, sun_dir, objects, step)
    with open(os.path.join(folder, "scene.json"), "w", encoding="utf-8") as f:
        json.dump(doc, f, ensure_ascii=False, indent=1)
        f.write("\n")


def main():
    argv = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else sys.argv[1:]
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--only", default="")
    ap.add_argument("--samples", type=int, default=20)
    ap.add_argument("--preview", action="store_true", help="half size, plate only")
    ap.add_argument("--objects", default="", help="only these objects, over the plate that is there")
    ap.add_argument("--document-only", action="store_true", help="scene.json anew, no rendering")
    args = ap.parse_args(argv)
    for cam in (args.only.split(",") if args.only else SCENES):
        make(cam, args.out, args)


if __name__ == "__main__":
    main()
