"""From trained weights to what the program loads: ONNX in fp32 and int8, and a model.json for each.

    python export.py --data DIR --weights RUN/net.pt --out data/models/street

int8 is made with NNCF after training (no labels needed) from 300 pictures of the training split; without NNCF only
fp32 is written, and that is said.
"""

import argparse
import json
import pathlib
import random

import numpy as np
import onnx
import torch

import compose
from net import Export, Net
from train import tensor_of

VIOLATIONS = {"goods": ["store_overflow", "goods_on_pavement"], "stall": ["street_vending"],
              "laundry": ["hanging_laundry"], "signboard": ["illegal_signboard"], "bike": ["bike_parking"]}


def description(file, precision):
    classes = []
    for name in compose.CLASSES:
        if name not in VIOLATIONS:
            classes.append({"name": name, "ignore": True})
            continue
        entry = {"name": name, "violations": VIOLATIONS[name]}
        # A parked bicycle before a shop is no overflow of the shop; goods in a zone against stalls are its business.
        if name == "bike":
            entry["elsewhere"] = "ignore"
        classes.append(entry)
    return {"name": f"xunjie street {precision}", "note": "trained on rendered scenes only: docs/model-card.md",
            "file": file, "head": "yolov8",
            "input": {"width": compose.SIZE[0], "height": compose.SIZE[1], "layout": "nchw", "channels": "bgr",
                      "mean": [0, 0, 0], "std": [255, 255, 255], "fit": "letterbox"},
            "classes": classes, "score": .4, "nms": .5, "surroundings": 2, "require_class": False}


def export_fp32(weights, path):
    net = Net(len(compose.CLASSES))
    net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    model = Export(net, compose.SIZE).eval()
    image = torch.zeros(1, 3, compose.SIZE[1], compose.SIZE[0])
    torch.onnx.export(model, (image,), str(path), input_names=["images"], output_names=["output"], opset_version=17,
                      dynamic_axes={"images": {0: "n"}, "output": {0: "n"}})


def export_int8(fp32, path, data):
    try:
        import nncf
    except ImportError:
        print("int8: NNCF is not installed, skipped")
        return False
    assets, rng = compose.Assets("train", data), random.Random(77)
    pictures = [tensor_of([compose.sample(assets, rng)[0]]).numpy() for _ in range(300)]
    quantised = nncf.quantize(onnx.load(str(fp32)), nncf.Dataset(pictures, lambda x: {"images": x}),
                              subset_size=len(pictures))
    onnx.save(quantised, str(path))
    return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", required=True)
    ap.add_argument("--weights", required=True)
    ap.add_argument("--out", required=True, type=pathlib.Path)
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    np.random.seed(0)
    fp32 = args.out / "street-fp32.onnx"
    export_fp32(args.weights, fp32)
    made = ["fp32"] + (["int8"] if export_int8(fp32, args.out / "street-int8.onnx", args.data) else [])
    for precision in made:
        name = "model.json" if precision == "fp32" else f"model-{precision}.json"
        text = json.dumps(description(f"street-{precision}.onnx", precision), ensure_ascii=False, indent=1)
        (args.out / name).write_text(text + "\n")
    print("written:", ", ".join(made))


if __name__ == "__main__":
    main()
