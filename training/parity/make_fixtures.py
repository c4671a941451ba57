"""Small networks with random weights, exported as each head's models are, and what they ought to say.

    python make_fixtures.py OUT        # OUT is src/watch/detect/testdata

Writes one folder per head: model.onnx, model.json, outputs.bin (what the net gives for picture.bgr, float32) and
expected.json (the boxes, worked out here in numpy without looking at the program's arithmetic). The program's tests
read these, so they need neither torch nor onnx. A seed whose boxes come too near a threshold for two
arithmetics to agree is passed over.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

PICTURE = (128, 96)  # width, height
SCORE, NMS = 0.3, 0.45
NAMES = ["goods", "stall", "person"]


class Body(nn.Module):
    """Features of strides 8, 16 and 32, a few channels each."""

    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.Tanh(), nn.Conv2d(6, 6, 3, 4, 1), nn.Tanh())
        self.b = nn.Sequential(nn.Conv2d(6, 6, 3, 2, 1), nn.Tanh())
        self.c = nn.Sequential(nn.Conv2d(6, 6, 3, 2, 1), nn.Tanh())

    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        return a, b, self.c(b)


def grid(shapes):
    out = []
    for (h, w), s in zip(shapes, (8, 16, 32)):
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        out.append(torch.stack([x.flatten(), y.flatten(), torch.full((h * w,), s)], 1).float())
    return torch.cat(out)


class Dense(nn.Module):
    """yolox, yolov5, yolov8 and ssd: something at every place."""

    def __init__(self, style, size):
        super().__init__()
        self.style, self.body = style, Body()
        extra = {"yolox": 5, "yolov5": 5, "yolov8": 4, "ssd": 5}[style]
        self.heads = nn.ModuleList([nn.Conv2d(6, extra + len(NAMES), 1) for _ in range(3)])
        self.register_buffer("grid", grid([(size[1] // s, size[0] // s) for s in (8, 16, 32)]))
        self.size = size

    def forward(self, x):
        rows = torch.cat([h(f).flatten(2) for h, f in zip(self.heads, self.body(x))], 2).transpose(1, 2)
        if self.style == "yolox":
            return torch.cat([rows[..., :4], rows[..., 4:].sigmoid()], 2)
        stride = self.grid[:, 2:]
        centre = (rows[..., :2].sigmoid() * 2 - .5 + self.grid[:, :2]) * stride
        size = rows[..., 2:4].sigmoid() * 5 * stride
        if self.style == "yolov5":
            return torch.cat([centre, size, rows[..., 4:].sigmoid()], 2)
        if self.style == "yolov8":
            return torch.cat([centre, size, rows[..., 4:].sigmoid()], 2).transpose(1, 2)
        whole = torch.tensor([self.size[0], self.size[1]]).float()
        corners = torch.cat([(centre - size / 2) / whole, (centre + size / 2) / whole], 2)
        return rows[..., 4:].softmax(2), corners


class Queries(nn.Module):
    """rtdetr and dfine: a handful of queries; dfine with its postprocessor inside. ssd_rows likewise ends in rows."""

    def __init__(self, style, size, count=24):
        super().__init__()
        self.style, self.body, self.count, self.size = style, Body(), count, size
        self.read = nn.Linear(6 * 4 * 4, count * (4 + len(NAMES)))
        self.pool = nn.AdaptiveAvgPool2d(4)

    def forward(self, images, orig_target_sizes=None):
        flat = self.pool(self.body(images)[0]).flatten(1)
        rows = self.read(flat).reshape(-1, self.count, 4 + len(NAMES))
        boxes, logits = rows[..., :4].sigmoid(), rows[..., 4:] * 2
        if self.style == "rtdetr":
            return logits, boxes
        corners = torch.cat([boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2], 2)
        scores, labels = logits.sigmoid().max(2)
        if self.style == "dfine":
            return labels, corners * orig_target_sizes.repeat(1, 2).unsqueeze(1).float(), scores
        zero = torch.zeros_like(scores)
        return torch.stack([zero, (labels + 1).float(), scores, *corners.unbind(2)], 2).unsqueeze(0)


# Per folder: head, input size, channels, mean, std, fit.
CASES = {
    "yolox": ("yolox", (64, 64), "bgr", [0, 0, 0], [1, 1, 1], "letterbox_corner"),
    "yolov5": ("yolov5", (64, 64), "rgb", [0, 0, 0], [255, 255, 255], "letterbox"),
    "yolov8": ("yolov8", (64, 64), "rgb", [0, 0, 0], [255, 255, 255], "letterbox"),
    "rtdetr": ("rtdetr", (64, 96), "rgb", [123.675, 116.28, 103.53], [58.395, 57.12, 57.375], "stretch"),
    "dfine": ("rtdetr", (64, 96), "rgb", [0, 0, 0], [255, 255, 255], "stretch"),
    "ssd": ("ssd", (64, 96), "rgb", [127, 127, 127], [128, 128, 128], "stretch"),
    "ssd_rows": ("ssd", (64, 64), "bgr", [104, 117, 123], [60, 60, 60], "letterbox"),
}


def picture():
    """A smooth coloured picture, so that two ways of shrinking it by whole factors agree."""
    x, y = np.meshgrid(np.arange(PICTURE[0]) / PICTURE[0], np.arange(PICTURE[1]) / PICTURE[1])
    planes = [127 + 120 * np.sin(6.28 * (a * x + b * y) + c) for a, b, c in ((2, 1, .3), (1, 3, 1.1), (3, -2, 2.0))]
    return np.stack(planes, -1).round().astype(np.uint8)


def to_input(bgr, case):
    """By hand: every fit here shrinks by whole factors, so areas are plain means."""
    _, (w, h), channels, mean, std, fit = case
    fx, fy = PICTURE[0] // w, (PICTURE[1] // h if fit == "stretch" else PICTURE[0] // w)
    small = bgr.reshape(PICTURE[1] // fy, fy, PICTURE[0] // fx, fx, 3).mean((1, 3))
    # Halves go up where four pixels become one, to the even number elsewhere.
    small = np.floor(small + .5) if fx == fy == 2 else np.rint(small)
    full = np.full((h, w, 3), 114.0)
    top = (h - small.shape[0]) // 2 if fit == "letterbox" else 0
    full[top:top + small.shape[0]] = small
    if channels == "rgb":
        full = full[..., ::-1]
    return ((full - mean) / std).transpose(2, 0, 1)[None].astype(np.float32), top


def iou(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    both = w * h
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def reference(folder, case, outputs):
    """Boxes [x0, y0, x1, y1, score, class] in input pixels, best first; None when two would be too close to call."""
    _, (w, h), *_ = case
    out = [o.astype(np.float64) for o in outputs]
    found, all_scores = [], []

    def add(box, scores):
        best = int(np.argmax(scores))
        all_scores.append(float(scores[best]))
        if scores[best] >= SCORE:
            found.append([*map(float, box), float(scores[best]), best])

    if folder == "yolox":
        k = 0
        for s in (8, 16, 32):
            for gy in range(h // s):
                for gx in range(w // s):
                    r = out[0][0, k]
                    k += 1
                    cx, cy, bw, bh = (r[0] + gx) * s, (r[1] + gy) * s, np.exp(r[2]) * s, np.exp(r[3]) * s
                    add((cx - bw / 2, cy - bh / 2, cx + bw / 2, cy + bh / 2), r[4] * r[5:])
    elif folder in ("yolov5", "yolov8"):
        rows = out[0][0] if folder == "yolov5" else out[0][0].T
        for r in rows:
            scores = r[4] * r[5:] if folder == "yolov5" else r[4:]
            add((r[0] - r[2] / 2, r[1] - r[3] / 2, r[0] + r[2] / 2, r[1] + r[3] / 2), scores)
    elif folder == "rtdetr":
        for logit, b in zip(out[0][0], out[1][0]):
            add(((b[0] - b[2] / 2) * w, (b[1] - b[3] / 2) * h, (b[0] + b[2] / 2) * w, (b[1] + b[3] / 2) * h),
                1 / (1 + np.exp(-logit)))
    elif folder == "dfine":
        for label, b, s in zip(out[0][0], out[1][0], out[2][0]):
            add(b, np.eye(len(NAMES))[int(label)] * s)
    elif folder == "ssd":
        for scores, b in zip(out[0][0], out[1][0]):
            for c, s in enumerate(scores[1:]):
                add(b * [w, h, w, h], np.eye(len(NAMES))[c] * s)
    else:
        for r in out[0][0, 0]:
            add(r[3:] * [w, h, w, h], np.eye(len(NAMES))[int(r[1]) - 1] * r[2])
    found.sort(key=lambda r: -r[4])
    kept, close = [], min((abs(s - SCORE) for s in all_scores), default=1) < 2e-3
    for r in found:
        overlaps = [iou(r, k) for k in kept if k[5] == r[5]] if case[0] != "rtdetr" else []
        close = close or any(abs(o - NMS) < 2e-3 for o in overlaps) or any(abs(r[4] - k[4]) < 3e-4 for k in kept)
        if not any(o > NMS for o in overlaps):
            kept.append(r)
    return None if close or not 4 <= len(kept) <= 60 else kept


def in_picture(boxes, case, top):
    """The same in 0..1 of the picture, cut to it."""
    _, (w, h), _, _, _, fit = case
    sx, sy = PICTURE[0] / w, (PICTURE[1] / h if fit == "stretch" else PICTURE[0] / w)
    out = []
    for x0, y0, x1, y1, score, kind in boxes:
        xs = [min(max(x * sx / PICTURE[0], 0), 1) for x in (x0, x1)]
        ys = [min(max((y - top) * sy / PICTURE[1], 0), 1) for y in (y0, y1)]
        if xs[1] > xs[0] and ys[1] > ys[0]:
            out.append([xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0], score, kind])
    return out


def make(folder, case, bgr, out):
    image, top = to_input(bgr, case)
    for seed in range(1, 400):
        torch.manual_seed(seed)
        dense = folder in ("yolox", "yolov5", "yolov8", "ssd")
        net = (Dense if dense else Queries)(folder, case[1]).eval()
        for head in net.heads if dense else []:
            nn.init.normal_(head.weight, 0, 1.2)
            if folder == "ssd":
                nn.init.constant_(head.bias[4:5], 3.0)
            if folder == "yolov8":  # without an objectness nearly every place would say something
                nn.init.constant_(head.bias[4:], -2.5)
        inputs = [torch.from_numpy(image)] + ([torch.tensor([[case[1][0], case[1][1]]])] if folder == "dfine" else [])
        with torch.no_grad():
            given = net(*inputs)
        given = [t.numpy() for t in (given if isinstance(given, tuple) else (given,))]
        boxes = reference(folder, case, given)
        if boxes is not None:
            break
    else:
        raise SystemExit(f"{folder}: no seed gives boxes that are clear of every threshold")
    out.mkdir(parents=True, exist_ok=True)
    names = {"rtdetr": ["logits", "pred_boxes"], "dfine": ["labels", "boxes", "scores"], "ssd": ["scores", "boxes"]}
    names = names.get(folder, ["output"])
    fed = ["images", "orig_target_sizes"][:len(inputs)]
    axes = {n: {0: "n"} for n in fed + names} if folder != "ssd_rows" else None
    torch.onnx.export(net, tuple(inputs), str(out / "model.onnx"), input_names=fed, output_names=names,
                      opset_version=16, dynamic_axes=axes)
    head, (w, h), channels, mean, std, fit = case
    description = {"name": f"random {folder}", "file": "model.onnx", "head": head,
                   "input": {"width": w, "height": h, "channels": channels, "mean": mean, "std": std, "fit": fit},
                   "classes": [{"name": "goods", "violations": ["store_overflow", "goods_on_pavement"]},
                               {"name": "stall", "violations": ["street_vending"]}, {"name": "person", "ignore": True}],
                   "score": SCORE, "nms": NMS, "surroundings": 1}
    (out / "model.json").write_text(json.dumps(description, indent=1) + "\n")
    np.concatenate([g.astype(np.float32).ravel() for g in given]).tofile(out / "outputs.bin")
    expected = {"seed": seed, "outputs": [{"name": n, "dims": list(g.shape)} for n, g in zip(names, given)],
                "in_input": [[round(v, 5) for v in b] for b in boxes],
                "in_picture": [[round(v, 6) for v in b] for b in in_picture(boxes, case, top)]}
    (out / "expected.json").write_text(json.dumps(expected) + "\n")
    print(f"{folder}: seed {seed}, {len(boxes)} boxes")


def main():
    out, bgr = pathlib.Path(sys.argv[1]), picture()
    out.mkdir(parents=True, exist_ok=True)
    bgr.tofile(out / "picture.bgr")
    for folder, case in CASES.items():
        make(folder, case, bgr, out / folder)


if __name__ == "__main__":
    main()
