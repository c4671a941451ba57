"""Pictures the street is painted with: paving, asphalt, walls, signs, shelves.

Every function returns a PIL image and draws from the random.Random it is given, so that one
seed always makes one street.  Sizes are pixels; the metre size of each is said in its doc line.
"""

import math
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT_DIR = "/usr/share/fonts/opentype/noto"


def font(size, serif=False, bold=True):
    """A CJK face of Debian's fonts-noto-cjk at `size` pixels."""
    family = "NotoSerifCJK" if serif else "NotoSansCJK"
    name = os.path.join(FONT_DIR, f"{family}-{'Bold' if bold else 'Regular'}.ttc")
    return ImageFont.truetype(name, size, index=2)


def cloud(rng, size, octaves=5, base=4):
    """Smooth noise in 0..1, `size` = (w, h): sums of upscaled random grids."""
    w, h = size
    out = np.zeros((h, w), np.float32)
    amp, total = 1.0, 0.0
    gen = np.random.default_rng(rng.randrange(1 << 30))
    for octave in range(octaves):
        n = base << octave
        grid = (gen.random((max(2, n * h // w), n)) * 255).astype(np.uint8)
        layer = Image.fromarray(grid).resize((w, h), Image.BICUBIC)
        out += amp * np.asarray(layer, np.float32) / 255.0
        total += amp
        amp *= 0.55
    return out / total


def grain(rng, size, sigma):
    gen = np.random.default_rng(rng.randrange(1 << 30))
    return gen.normal(0.0, sigma, (size[1], size[0])).astype(np.float32)


def shade(image, *layers):
    """Multiplies an RGB image by grey layers (arrays around 1)."""
    a = np.asarray(image.convert("RGB"), np.float32)
    for layer in layers:
        a = a * layer[..., None]
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))


def paving(rng, tint=(168, 160, 150), tile=(0.4, 0.2), red_rows=True):
    """Pavement slabs, 4 m x 4 m: slabs of uneven grey, dark joints, stains and gum."""
    n = 2048
    px = n / 4.0
    img = Image.new("RGB", (n, n), (96, 90, 84))
    d = ImageDraw.Draw(img)
    tw, th = tile[0] * px, tile[1] * px
    row, y = 0, 0.0
    while y < n:
        x = -tw * (0.5 if row % 2 else 0.0)
        while x < n:
            k = rng.gauss(1.0, 0.07)
            base = tint
            if red_rows and row % 10 in (0, 1):
                base = (150, 104, 88)
            if rng.random() < 0.03:
                k *= 0.78
            c = tuple(int(max(0, min(255, v * k + rng.gauss(0, 3)))) for v in base)
            d.rectangle([x + 2, y + 2, x + tw - 2, y + th - 2], fill=c)
            x += tw
        y += th
        row += 1
    for _ in range(90):
        x, y, r = rng.random() * n, rng.random() * n, rng.uniform(3, 9)
        d.ellipse([x - r, y - r, x + r, y + r], fill=(74, 70, 66))
    img = img.filter(ImageFilter.GaussianBlur(0.8))
    dirt = 0.72 + 0.5 * cloud(rng, (n, n), 6, 3)
    spots = cloud(rng, (n, n), 4, 10)
    stain = 1.0 - 0.22 * np.clip((spots - 0.62) * 5, 0, 1)
    return shade(img, dirt, stain, 1 + grain(rng, (n, n), 0.035))


def asphalt(rng):
    """Road surface, 8 m x 8 m, with a repair patch, cracks and oil."""
    n = 2048
    img = Image.new("RGB", (n, n), (92, 92, 94))
    d = ImageDraw.Draw(img)
    d.rectangle([n * 0.56, n * 0.1, n * 0.86, n * 0.36], fill=(74, 74, 77))
    d.rectangle([n * 0.08, n * 0.62, n * 0.2, n * 0.98], fill=(80, 80, 82))
    for _ in range(7):
        x, y, a = rng.random() * n, rng.random() * n, rng.random() * 6.28
        for _ in range(60):
            nx, ny = x + 22 * math.cos(a), y + 22 * math.sin(a)
            d.line([x, y, nx, ny], fill=(58, 58, 60), width=rng.choice([2, 3, 4]))
            x, y, a = nx, ny, a + rng.gauss(0, 0.4)
    img = img.filter(ImageFilter.GaussianBlur(1.2))
    oil = 1.0 - 0.3 * np.clip((cloud(rng, (n, n), 4, 6) - 0.6) * 6, 0, 1)
    return shade(img, 0.78 + 0.42 * cloud(rng, (n, n), 6, 2), oil, 1 + grain(rng, (n, n), 0.10))


def tactile(rng):
    """Yellow guiding strip for the blind, 0.6 m x 1.2 m: four raised bars a slab."""
    w, h = 256, 512
    img = Image.new("RGB", (w, h), (188, 150, 44))
    d = ImageDraw.Draw(img)
    for half in range(2):
        y0 = half * h // 2
        d.rectangle([0, y0, w, y0 + 4], fill=(110, 90, 40))
        for k in range(4):
            x = 26 + k * 60
            d.rounded_rectangle([x, y0 + 24, x + 24, y0 + h // 2 - 20], 10, fill=(214, 176, 66))
            d.line([x + 26, y0 + 28, x + 26, y0 + h // 2 - 24], fill=(120, 92, 30), width=5)
    return shade(img, 0.68 + 0.5 * cloud(rng, (w, h), 4, 3), 1 + grain(rng, (w, h), 0.04))


def wall(rng, colour, tiles=True):
    """Upper wall, 6 m x 6 m: small glazed tiles or paint, with rain streaks."""
    n = 1536
    img = Image.new("RGB", (n, n), tuple(int(v * 0.82) for v in colour))
    d = ImageDraw.Draw(img)
    if tiles:
        tw, th = 50, 20
        for row in range(0, n, th):
            for x in range(-(25 if (row // th) % 2 else 0), n, tw):
                k = rng.gauss(1.0, 0.045)
                c = tuple(int(max(0, min(255, v * k))) for v in colour)
                d.rectangle([x + 1, row + 1, x + tw - 2, row + th - 2], fill=c)
    else:
        d.rectangle([0, 0, n, n], fill=colour)
    streak = np.asarray(
        Image.fromarray((cloud(rng, (n, 24), 5, 24) * 255).astype(np.uint8)).resize((n, n)),
        np.float32) / 255.0
    fade = np.linspace(0.2, 1.0, n, dtype=np.float32)[:, None]
    streaks = 1.0 - 0.55 * np.clip((streak - 0.5) * 3, 0, 1) * fade
    return shade(img, 0.82 + 0.3 * cloud(rng, (n, n), 5, 3), streaks)


def sign(rng, name, bg, fg, small="", size=(1536, 300), serif=False):
    """Shop sign with the name large and a smaller line below or beside it."""
    w, h = size
    img = Image.new("RGB", size, bg)
    d = ImageDraw.Draw(img)
    d.rectangle([0, 0, w - 1, h - 1], outline=tuple(int(v * 0.6) for v in bg), width=10)
    big = int(h * (0.62 if small else 0.74))
    f = font(big, serif)
    while d.textlength(name, font=f) > w * 0.86:
        big -= 6
        f = font(big, serif)
    space = min(int(h * 0.18), int((w * 0.86 - d.textlength(name, font=f)) / max(1, len(name))))
    total = d.textlength(name, font=f) + space * (len(name) - 1)
    x = (w - total) / 2
    y = h * (0.40 if small else 0.5)
    for ch in name:
        d.text((x + 5, y + 5), ch, font=f, fill=tuple(int(v * 0.45) for v in bg), anchor="lm")
        d.text((x, y), ch, font=f, fill=fg, anchor="lm")
        x += d.textlength(ch, font=f) + space
    if small:
        d.text((w / 2, h * 0.85), small, font=font(int(h * 0.17), bold=False), fill=fg, anchor="mm")
    return shade(img, 0.88 + 0.2 * cloud(rng, size, 4, 3))


def blade(rng, text, bg, fg):
    """Upright side sign, 0.6 m x 1.8 m."""
    img = Image.new("RGB", (256, 768), bg)
    d = ImageDraw.Draw(img)
    d.rectangle([6, 6, 249, 761], outline=fg, width=6)
    step = 700 / len(text)
    f = font(int(min(190, step * 0.92)))
    for i, ch in enumerate(text):
        d.text((128, 34 + step * (i + 0.5)), ch, font=f, fill=fg, anchor="mm")
    return img


def shelves(rng, kind="mixed", size=(1024, 640)):
    """Back wall of a shop, 4 m x 2.6 m: shelves of goods."""
    w, h = size
    img = Image.new("RGB", size, (214, 208, 196))
    d = ImageDraw.Draw(img)
    palette = [(196, 44, 40), (232, 176, 40), (40, 112, 180), (56, 140, 72), (240, 236, 228),
               (120, 60, 130), (222, 120, 44), (40, 44, 52), (180, 150, 110)]
    rows = 6
    for r in range(rows):
        y1 = (r + 1) * h // rows - 8
        x = 4
        while x < w - 8:
            bw = rng.randint(14, 44)
            bh = rng.randint(int(h / rows * 0.45), int(h / rows * 0.84))
            c = rng.choice(palette)
            if kind == "noodle":
                c = rng.choice([(150, 96, 56), (206, 180, 140), (120, 40, 30)])
            n = rng.randint(1, 4)
            for k in range(n):
                d.rectangle([x, y1 - bh, x + bw - 2, y1], fill=c)
                d.rectangle([x + 3, y1 - bh * 0.7, x + bw - 5, y1 - bh * 0.4],
                            fill=tuple(min(255, v + 70) for v in c))
                x += bw
            x += rng.randint(2, 8)
        d.rectangle([0, y1, w, y1 + 8], fill=(150, 142, 130))
    return img.filter(ImageFilter.GaussianBlur(1.0))


def poster(rng, lines, bg=(226, 34, 30), fg=(255, 232, 80), size=(360, 480)):
    """Paper on a window."""
    img = Image.new("RGB", size, bg)
    d = ImageDraw.Draw(img)
    step = size[1] / len(lines)
    for i, line in enumerate(lines):
        f = font(int(min(step * 0.8, size[0] * 0.9 / max(1, len(line)))))
        d.text((size[0] / 2, step * (i + 0.5)), line, font=f, fill=fg, anchor="mm")
    return img


def stripes(a, b, n=9, size=(576, 128)):
    img = Image.new("RGB", size, a)
    d = ImageDraw.Draw(img)
    w = size[0] / n
    for i in range(0, n, 2):
        d.rectangle([i * w, 0, (i + 1) * w, size[1]], fill=b)
    return img


def carton(rng, text):
    """Side of a carton with tape and print."""
    base = rng.choice([(182, 138, 92), (172, 128, 84), (194, 152, 106), (214, 206, 192)])
    img = Image.new("RGB", (256, 256), base)
    d = ImageDraw.Draw(img)
    ink = rng.choice([(120, 30, 26), (40, 60, 120), (60, 50, 40), (30, 100, 50)])
    d.rectangle([0, 112, 256, 134], fill=tuple(min(255, v + 26) for v in base))
    d.text((128, 62), text, font=font(64), fill=ink, anchor="mm")
    d.rectangle([24, 164, 130, 226], outline=ink, width=4)
    for k in range(3):
        d.line([36, 178 + 16 * k, 116, 178 + 16 * k], fill=ink, width=4)
    return shade(img, 0.85 + 0.25 * cloud(rng, (256, 256), 4, 3))


def ground_mark(lines, size=(1024, 256)):
    """Yellow lettering for the ground, alpha where there is none."""
    img = Image.new("RGBA", size, (230, 150, 20, 0))
    d = ImageDraw.Draw(img)
    step = size[1] / len(lines)
    for i, line in enumerate(lines):
        d.text((size[0] / 2, step * (i + 0.5)), line,
               font=font(int(min(step * 0.85, size[0] * 0.95 / len(line)))),
               fill=(230, 150, 20, 245), anchor="mm")
    return img


def osd(text, size=26):
    """White lettering with a dark outline on nothing, as a camera prints into its picture."""
    f = font(size, bold=False)
    box = f.getbbox(text, stroke_width=2)
    img = Image.new("RGBA", ((box[2] + 7) & ~1, (int(size * 1.4) + 1) & ~1), (0, 0, 0, 0))
    ImageDraw.Draw(img).text((3, 0), text, font=f, fill=(245, 245, 245, 255), stroke_width=2,
                             stroke_fill=(20, 20, 20, 255))
    return img


def osd_digits():
    """The characters of the clock, one 18 pixel wide cell each, in the order 0123456789-: ."""
    img = Image.new("RGBA", (18 * 13, 36), (0, 0, 0, 0))
    for i, ch in enumerate("0123456789-: "):
        cell = osd(ch)
        img.paste(cell, (18 * i + (18 - cell.width) // 2, 0), cell)
    return img
