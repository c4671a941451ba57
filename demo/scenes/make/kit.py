"""Small building kit over Blender's Python: materials, boxes, quads, tubes, capsules.

Metres, z up, x along the street, y away from the camera (shop fronts at y = 0).
Works in Blender 3.4 (Debian) and in the bpy package 4.x; socket names that changed are looked up.
"""

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

_materials = {}
_images = {}
collector = None  # a list that new objects are appended to, when somebody set one


def reset():
    """An empty file; forgets every cached material."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    _materials.clear()
    _images.clear()


def _set(node, names, value):
    for name in names:
        if name in node.inputs:
            node.inputs[name].default_value = value
            return


def srgb(c):
    """0..255 display colour to linear RGBA."""
    def lin(v):
        v = v / 255.0
        return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
    return (lin(c[0]), lin(c[1]), lin(c[2]), 1.0)


def mat(colour, rough=0.7, metal=0.0, emit=0.0, dirt=0.0, spec=0.3, alpha=1.0):
    """A plain material from an sRGB colour; `dirt` mottles it with noise."""
    key = (tuple(colour), rough, metal, emit, dirt, spec, alpha)
    if key in _materials:
        return _materials[key]
    m = bpy.data.materials.new("m")
    m.use_nodes = True
    nt = m.node_tree
    b = nt.nodes["Principled BSDF"]
    base = srgb(colour)
    _set(b, ["Base Color"], base)
    _set(b, ["Roughness"], rough)
    _set(b, ["Metallic"], metal)
    _set(b, ["Specular IOR Level", "Specular"], spec)
    if alpha < 1.0:
        _set(b, ["Alpha"], alpha)
    if emit:
        _set(b, ["Emission Color", "Emission"], base)
        _set(b, ["Emission Strength"], emit)
    if dirt:
        noise = nt.nodes.new("ShaderNodeTexNoise")
        noise.inputs["Scale"].default_value = 3.0
        noise.inputs["Detail"].default_value = 8.0
        coord = nt.nodes.new("ShaderNodeNewGeometry")
        nt.links.new(coord.outputs["Position"], noise.inputs["Vector"])
        ramp = nt.nodes.new("ShaderNodeValToRGB")
        dark = tuple(v * (1.0 - dirt) for v in base[:3]) + (1.0,)
        ramp.color_ramp.elements[0].position = 0.35
        ramp.color_ramp.elements[0].color = dark
        ramp.color_ramp.elements[1].position = 0.65
        ramp.color_ramp.elements[1].color = base
        nt.links.new(noise.outputs["Fac"], ramp.inputs["Fac"])
        nt.links.new(ramp.outputs["Color"], b.inputs["Base Color"])
    _materials[key] = m
    return m


def image_of(pil, name):
    """Packs a PIL picture into Blender (rows bottom-up, sRGB)."""
    a = np.asarray(pil.convert("RGBA"), np.float32)[::-1] / 255.0
    img = bpy.data.images.new(name, pil.width, pil.height, alpha=True)
    img.pixels.foreach_set(np.ascontiguousarray(a).ravel())
    img.pack()
    return img


def pic(pil, rough=0.8, emit=0.0, spec=0.2, alpha=False, bump=0.0, tone=1.0):
    """A material showing a picture over the UVs."""
    img = image_of(pil, "p")
    m = bpy.data.materials.new("pic")
    m.use_nodes = True
    nt = m.node_tree
    b = nt.nodes["Principled BSDF"]
    tex = nt.nodes.new("ShaderNodeTexImage")
    tex.image = img
    colour = tex.outputs["Color"]
    if tone != 1.0:
        mul = nt.nodes.new("ShaderNodeMixRGB")
        mul.blend_type = "MULTIPLY"
        mul.inputs["Fac"].default_value = 1.0
        mul.inputs["Color2"].default_value = (tone, tone, tone, 1)
        nt.links.new(colour, mul.inputs["Color1"])
        colour = mul.outputs["Color"]
    nt.links.new(colour, b.inputs["Base Color"])
    _set(b, ["Roughness"], rough)
    _set(b, ["Specular IOR Level", "Specular"], spec)
    if emit:
        name = "Emission Color" if "Emission Color" in b.inputs else "Emission"
        nt.links.new(tex.outputs["Color"], b.inputs[name])
        _set(b, ["Emission Strength"], emit)
    if alpha:
        nt.links.new(tex.outputs["Alpha"], b.inputs["Alpha"])
    if bump:
        node = nt.nodes.new("ShaderNodeBump")
        node.inputs["Strength"].default_value = bump
        node.inputs["Distance"].default_value = 0.01
        nt.links.new(tex.outputs["Color"], node.inputs["Height"])
        nt.links.new(node.outputs["Normal"], b.inputs["Normal"])
    return m


def glass(tint=(30, 40, 46), rough=0.05, alpha=1.0):
    """Window glass: dark and shiny; alpha below 1 lets the shop show through."""
    return mat(tint, rough=rough, spec=0.9, alpha=alpha)


def mesh(verts, faces, material, uvs=None, smooth=False):
    """One object from vertex and face lists; `uvs` holds one (u, v) a face corner."""
    me = bpy.data.meshes.new("o")
    me.from_pydata([tuple(v) for v in verts], [], faces)
    if uvs is not None:
        layer = me.uv_layers.new(name="UVMap")
        for i, uv in enumerate(uvs):
            layer.data[i].uv = uv
    for p in me.polygons:
        p.use_smooth = smooth
    me.materials.append(material)
    me.update()
    ob = bpy.data.objects.new("o", me)
    bpy.context.scene.collection.objects.link(ob)
    if collector is not None:
        collector.append(ob)
    return ob


def quad(p, material, u=1.0, v=1.0):
    """Four corners anticlockwise from lower left as seen; UVs 0..u, 0..v."""
    return mesh(p, [(0, 1, 2, 3)], material, [(0, 0), (u, 0), (u, v), (0, v)])


def ground(x0, x1, y0, y1, z, material, metres):
    """Level rectangle whose picture repeats every `metres`."""
    k = 1.0 / metres
    return mesh([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], [(0, 1, 2, 3)], material,
                [(x0 * k, y0 * k), (x1 * k, y0 * k), (x1 * k, y1 * k), (x0 * k, y1 * k)])


def front(x0, x1, z0, z1, y, material, u=1.0, v=1.0):
    """Upright rectangle facing the camera (-y)."""
    return quad([(x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)], material, u, v)


_BOX = [(0, 1, 5, 4), (1, 3, 7, 5), (3, 2, 6, 7), (2, 0, 4, 6), (4, 5, 7, 6), (2, 3, 1, 0)]


def box(c, s, material, rot=0.0, bevel=0.0, tilt=0.0):
    """Box with its base centre at c, size s, turned `rot` about z, every face fully textured."""
    verts = [Vector(((i & 1) - 0.5, ((i >> 1) & 1) - 0.5, (i >> 2) & 1)) for i in range(8)]
    r = Matrix.Rotation(rot, 4, "Z") @ Matrix.Rotation(tilt, 4, "X")
    pts = [r @ Vector((v.x * s[0], v.y * s[1], v.z * s[2])) + Vector(c) for v in verts]
    ob = mesh(pts, _BOX, material, [(0, 0), (1, 0), (1, 1), (0, 1)] * 6)
    if bevel:
        mod = ob.modifiers.new("b", "BEVEL")
        mod.width = bevel
        mod.segments = 2
    return ob


def tube(a, b, r0, material, r1=None, n=12, cap=True):
    """Cylinder or cone from a to b."""
    r1 = r0 if r1 is None else r1
    a, b = Vector(a), Vector(b)
    q = (b - a).to_track_quat("Z", "Y")
    verts = []
    for base, r in ((a, r0), (b, r1)):
        for k in range(n):
            t = 2 * math.pi * k / n
            verts.append(base + q @ Vector((r * math.cos(t), r * math.sin(t), 0)))
    faces = [(k, (k + 1) % n, n + (k + 1) % n, n + k) for k in range(n)]
    if cap:
        faces += [tuple(reversed(range(n))), tuple(range(n, 2 * n))]
    return mesh(verts, faces, material, smooth=n > 8)


def ball(c, r, material, n=10, flat=False):
    """Ellipsoid; r is a radius or three."""
    rx, ry, rz = (r, r, r) if not isinstance(r, (tuple, list)) else r
    verts, faces = [], []
    rings = max(4, n // 2 + 1)
    for i in range(rings + 1):
        th = math.pi * i / rings
        for k in range(n):
            ph = 2 * math.pi * k / n
            verts.append((c[0] + rx * math.sin(th) * math.cos(ph),
                          c[1] + ry * math.sin(th) * math.sin(ph), c[2] + rz * math.cos(th)))
    for i in range(rings):
        for k in range(n):
            k2 = (k + 1) % n
            faces.append((i * n + k, (i + 1) * n + k, (i + 1) * n + k2, i * n + k2))
    return mesh(verts, faces, material, smooth=not flat)


def limb(a, b, r0, r1, material, n=10):
    """A rounded, tapering limb."""
    tube(a, b, r0, material, r1, n, cap=False)
    ball(a, r0, material, n)
    ball(b, r1, material, n)


def wheel(c, r, width, rot=0.0, hub=(150, 152, 156)):
    """A wheel standing on its rim; axle turned `rot` about z from the y axis."""
    d = Vector((-math.sin(rot), math.cos(rot), 0)) * (width / 2)
    c = Vector(c)
    tube(c - d, c + d, r, mat((26, 26, 28), 0.9), n=20)
    tube(c - d * 1.06, c + d * 1.06, r * 0.55, mat(hub, 0.4, 0.6), n=14)
