"""The detector of this house: a small anchor-free net, 320 × 192 in, boxes and class scores out.

Exported in the layout that YOLOv8 exports have, [1, 4 + classes, places] with centre x, centre y, width, height in
input pixels and scores already in 0..1, so that the program needs no decoder of its own for it. Places are the
cells of strides 8, 16 and 32, in that order, row by row.
"""

import torch
from torch import nn

STRIDES = (8, 16, 32)


def conv(a, b, k=3, s=1):
    return nn.Sequential(nn.Conv2d(a, b, k, s, k // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Narrow, look, widen, and add."""

    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(conv(c, c // 2, 1), conv(c // 2, c))

    def forward(self, x):
        return x + self.body(x)


class Head(nn.Module):
    def __init__(self, c, classes):
        super().__init__()
        self.box = nn.Sequential(conv(c, c), nn.Conv2d(c, 4, 1))
        self.cls = nn.Sequential(conv(c, c), conv(c, c), nn.Conv2d(c, classes, 1))
        nn.init.constant_(self.cls[-1].bias, -4.6)  # a place shows nothing, until learnt otherwise
        nn.init.constant_(self.box[-1].bias, 1.0)

    def forward(self, x):
        return self.box(x), self.cls(x)


class Net(nn.Module):
    def __init__(self, classes, width=1.0):
        super().__init__()
        a, b, c, d, e = (int(w * width) for w in (16, 32, 64, 96, 160))
        n = int(64 * width)
        self.classes = classes
        self.stem = nn.Sequential(conv(3, a, 3, 2), conv(a, b, 3, 2), Block(b))
        self.c3 = nn.Sequential(conv(b, c, 3, 2), Block(c), Block(c))
        self.c4 = nn.Sequential(conv(c, d, 3, 2), Block(d), Block(d))
        self.c5 = nn.Sequential(conv(d, e, 3, 2), Block(e), Block(e))
        self.side = nn.ModuleList([conv(c, n, 1), conv(d, n, 1), conv(e, n, 1)])
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.smooth = nn.ModuleList([conv(n, n), conv(n, n), conv(n, n)])
        self.heads = nn.ModuleList([Head(n, classes) for _ in STRIDES])

    def forward(self, x):
        """Per place, strides in order: distances to the four sides in strides (N × P × 4), class logits (N × P × C)."""
        c3 = self.c3(self.stem(x))
        c4 = self.c4(c3)
        p5 = self.side[2](self.c5(c4))
        p4 = self.side[1](c4) + self.up(p5)
        p3 = self.side[0](c3) + self.up(p4)
        boxes, classes = [], []
        for level, head, smooth in zip((p3, p4, p5), self.heads, self.smooth):
            box, cls = head(smooth(level))
            boxes.append(nn.functional.softplus(box).flatten(2))
            classes.append(cls.flatten(2))
        return torch.cat(boxes, 2).transpose(1, 2), torch.cat(classes, 2).transpose(1, 2)


def places(size):
    """Centres in pixels (P × 2) and strides (P) of all places of an input of this width and height."""
    centres, strides = [], []
    for s in STRIDES:
        w, h = size[0] // s, size[1] // s
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        centres.append((torch.stack([x, y], -1).reshape(-1, 2).float() + .5) * s)
        strides.append(torch.full((w * h,), float(s)))
    return torch.cat(centres), torch.cat(strides)


def to_boxes(distances, centres, strides):
    """Corner boxes in pixels."""
    d = distances * strides[:, None]
    return torch.cat([centres - d[..., :2], centres + d[..., 2:]], -1)


class Export(nn.Module):
    """The net with the last steps that an export carries inside."""

    def __init__(self, net, size):
        super().__init__()
        self.net = net
        centres, strides = places(size)
        self.register_buffer("centres", centres)
        self.register_buffer("strides", strides)

    def forward(self, images):
        distances, logits = self.net(images)
        boxes = to_boxes(distances, self.centres, self.strides)
        low, high = boxes[..., :2], boxes[..., 2:]
        return torch.cat([(low + high) / 2, high - low, logits.sigmoid()], -1).transpose(1, 2)
