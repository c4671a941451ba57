"""Trains the detector on composed pictures; `./dev train` runs it.

    python train.py --data DIR --out DIR [--minutes 35] [--seed 1] [--threads N]

Stops by the clock (process time without a GPU), so that it is bounded on any machine: the learning rate falls with the
share of the time that is spent. Writes net.pt (averaged weights) and train.json (what was done). Uses a GPU when
torch finds one, with composing in worker processes; on a CPU one process does everything.
"""

import argparse
import copy
import json
import math
import os
import pathlib
import random
import time

import cv2
import numpy as np
import torch
from torch import nn

import compose
from net import Net, places, to_boxes


def assign(gt_boxes, gt_classes, centres, strides):
    """Which thing each place answers for: −1 none, else its index. A place answers for a thing when it lies near
    its middle and the thing's size suits the place's stride; the smallest such thing wins."""
    chosen = torch.full((len(centres),), -1, dtype=torch.long, device=centres.device)
    if len(gt_boxes) == 0:
        return chosen
    low, high = gt_boxes[:, None, :2], gt_boxes[:, None, 2:]
    inside = ((centres > low) & (centres < high)).all(-1)
    middle = (low + high) / 2
    near = ((centres - middle).abs() < 1.5 * strides[:, None]).all(-1)
    longest = (high - low).max(-1).values
    suits = ((longest >= 2.5 * strides) | (strides == 8)) & ((longest < 9 * strides) | (strides == 32))
    size = ((high - low).prod(-1) + torch.zeros_like(strides)).masked_fill(~(inside & near & suits), math.inf)
    smallest, index = size.min(0)
    return torch.where(smallest < math.inf, index, chosen)


def giou(a, b):
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    both = (high - low).clamp(min=0).prod(-1)
    area = (a[:, 2:] - a[:, :2]).clamp(min=0).prod(-1) + (b[:, 2:] - b[:, :2]).prod(-1) - both
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(-1)
    iou = both / area.clamp(min=1e-6)
    return iou, iou - (hull - area) / hull.clamp(min=1e-6)


def loss_of(net, images, targets, grid):
    """Varifocal loss on classes (a place promises as much as its box overlaps), GIoU on boxes."""
    centres, strides = grid
    distances, logits = net(images)
    distances, logits = distances.float(), logits.float()
    wanted, weight = torch.zeros_like(logits), torch.zeros_like(logits)
    box_loss, count = logits.sum() * 0, 0
    for k, (boxes, classes) in enumerate(targets):
        chosen = assign(boxes, classes, centres, strides)
        at = (chosen >= 0).nonzero().squeeze(1)
        if len(at) == 0:
            continue
        iou, g = giou(to_boxes(distances[k, at], centres[at], strides[at]), boxes[chosen[at]])
        box_loss = box_loss + (1 - g).sum()
        quality = iou.detach().clamp(min=.1)
        wanted[k, at, classes[chosen[at]]] = quality
        count += len(at)
    with torch.no_grad():
        score = logits.sigmoid()
        weight = torch.where(wanted > 0, wanted, .75 * score.pow(2))
    class_loss = (nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight).sum()
    return (class_loss + 2 * box_loss) / max(1, count)


def tensor_of(pictures):
    """BGR 0..255 → N × 3 × H × W; the scale and offset are the net's first task, written in model.json."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().div_(255)


class Pictures(torch.utils.data.IterableDataset):
    def __init__(self, data, seed, batch):
        self.data, self.seed, self.batch = data, seed, batch

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = random.Random(f"{self.seed} {info.id if info else 0}")
        assets = compose.Assets("train", self.data)
        while True:
            samples = [compose.sample(assets, rng) for _ in range(self.batch)]
            yield (tensor_of([s[0] for s in samples]),
                   [(torch.from_numpy(s[1]), torch.from_numpy(s[2])) for s in samples])


def spent(start, device):
    return time.monotonic() - start if device == "cuda" else time.process_time() - start


def train(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    batch = 128 if device == "cuda" else 32
    workers = max(1, (os.cpu_count() or 2) - 1) if device == "cuda" else 0
    loader = torch.utils.data.DataLoader(Pictures(args.data, args.seed, batch), batch_size=None, num_workers=workers)
    net = Net(len(compose.CLASSES)).to(device).to(memory_format=torch.channels_last)
    average = copy.deepcopy(net)
    grid = tuple(t.to(device) for t in places(compose.SIZE))
    optimiser = torch.optim.AdamW(net.parameters(), lr=0, weight_decay=.02)
    budget = args.minutes * 60
    start = time.monotonic() if device == "cuda" else time.process_time()
    step, told, losses = 0, 0, []
    for images, targets in loader:
        share = spent(start, device) / budget
        if share >= 1:
            break
        rate = args.rate * min(1, (step + 1) / 60) * (.5 + .5 * math.cos(math.pi * share))
        for group in optimiser.param_groups:
            group["lr"] = rate
        images = images.to(device).to(memory_format=torch.channels_last)
        targets = [(b.to(device), c.to(device)) for b, c in targets]
        with torch.autocast(device, torch.bfloat16):
            loss = loss_of(net, images, targets, grid)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimiser.step()
        follow(average, net, min(.995, (step + 1) / (step + 20)))
        losses.append(float(loss.detach()))
        step += 1
        if int(share * 40) > told:
            told = int(share * 40)
            print(f"{share:5.0%}  step {step}  loss {np.mean(losses[-50:]):.3f}", flush=True)
            torch.save(average.state_dict(), args.out / "net.pt")
    torch.save(average.state_dict(), args.out / "net.pt")
    report = {"steps": step, "batch": batch, "pictures": step * batch, "device": device, "minutes": args.minutes,
              "seed": args.seed, "loss": round(float(np.mean(losses[-100:])), 4), "torch": torch.__version__,
              "parameters": sum(p.numel() for p in net.parameters())}
    (args.out / "train.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report))


@torch.no_grad()
def follow(average, net, keep):
    for a, b in zip(average.state_dict().values(), net.state_dict().values()):
        if a.is_floating_point():
            a.lerp_(b, 1 - keep)
        else:
            a.copy_(b)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", required=True)
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--minutes", type=float, default=35)
    ap.add_argument("--rate", type=float, default=2e-3)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    train(args)


if __name__ == "__main__":
    main()
