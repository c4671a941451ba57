"""Clips and the sender that the benches of live cameras share. Standard library and ffmpeg only."""

import contextlib
import hashlib
import json
import os
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("XUNJIE_BIN", ROOT / "build/release/bin/xunjie"))
SENDER = PROGRAM.with_name("xunjie-rtsp-sender")
FOOTAGE = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
CLIP_SECONDS, THING_SECONDS = 40, 90

# name → (picture size, encoder and its options, bit rate); a keyframe every 2 s, no B-frames, as cameras do.
KINDS = {
    "h264": ("1920x1080", ["libx264", "-preset", "veryfast", "-sc_threshold", "0"], "3500k"),
    "h265": ("1920x1080", ["libx265", "-preset", "ultrafast", "-x265-params",
                           "keyint=50:min-keyint=50:scenecut=0:bframes=0:log-level=error"], "2000k"),
    "sub": ("704x576", ["libx264", "-preset", "veryfast", "-sc_threshold", "0"], "512k"),
    "thing": ("704x576", ["libx264", "-preset", "veryfast", "-sc_threshold", "0"], "512k"),
}
# What is put on the street of a kind: two crates that stand from second 20 to 75 of every round.
THINGS = {"thing": ",drawbox=x=470:y=330:w=96:h=60:color=0xb06020:t=fill:enable='between(t,20,75)'"
                   ",drawbox=x=490:y=340:w=50:h=24:color=0xd0c8b0:t=fill:enable='between(t,20,75)'"}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def clip(kind):
    """The recorded clip of a kind; made by ffmpeg when it is not there yet."""
    size, encoder, rate = KINDS[kind]
    seconds = THING_SECONDS if kind in THINGS else CLIP_SECONDS
    command = [
        "ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", FOOTAGE, "-t", str(seconds),
        # Real people and a real street, moving at 25 pictures a second, with the grain of a small sensor.
        "-vf", f"fps=25,scale={size.replace('x', ':')}:flags=bicubic{THINGS.get(kind, '')},noise=c0s=5:c0f=t", "-pix_fmt", "yuv420p",
        "-c:v", *encoder, "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", "50", "-bf", "0", "-an",
    ]
    name = hashlib.sha256(" ".join(command).encode()).hexdigest()[:12]
    path = ROOT / "build/bench" / f"{kind}-{name}.mp4"
    if not path.exists():
        say(f"encoding {kind} ({size}, {rate}bit/s)")
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part.mp4")
        subprocess.run([*command, str(half)], check=True, stdin=subprocess.DEVNULL)
        half.rename(path)
    return path


@contextlib.contextmanager
def sender(kinds, *options):
    """Serves the clips over loopback RTSP; yields kind → address and a dict that holds its totals afterwards."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    process = subprocess.Popen(
        [str(SENDER), *options, *(f"{kind}={clip(kind)}" for kind in kinds)],
        stdout=subprocess.PIPE, text=True)
    totals = {}
    try:
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise SystemExit("bench: the sender did not start")
        yield {kind: f"rtsp://127.0.0.1:{port}/{kind}" for kind in kinds}, totals
    finally:
        process.terminate()
        last = process.communicate()[0].strip()
        if last:
            totals.update(json.loads(last))


def measure(address, cameras, seconds, warm_up):
    """Runs the program's own bench and returns what it printed."""
    done = subprocess.run(
        [str(PROGRAM), "bench", "watch", "--stream", address, "--cameras", str(cameras), "--seconds",
         str(seconds), "--warm-up", str(warm_up)], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench: xunjie bench watch ended with {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])
