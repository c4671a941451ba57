"""A street a test can change: live H.264 over TCP, drawn here, encoded by ffmpeg.

Pictures are 640x360 grey at 5 a second with a keyframe every second. The empty street is a fixed
texture with a little noise; `place()` puts a box down, `remove()` takes it away.
"""

import random
import select
import socket
import subprocess
import threading
import time

WIDTH, HEIGHT, RATE = 640, 360, 5
BLOCK = 20


def _texture(seed: int, low: int, high: int, width: int, height: int) -> list[bytearray]:
    """Rows of a pattern of bright and dark blocks, sharp enough not to look blurred."""
    dice = random.Random(seed)
    rows = []
    for _ in range(height // BLOCK + 1):
        line = bytearray()
        for _ in range(width // BLOCK + 1):
            line += bytes([dice.randint(low, high)]) * BLOCK
        rows += [bytearray(line[:width]) for _ in range(BLOCK)]
    return rows[:height]


def _noisy(rows: list[bytearray], seed: int) -> list[bytearray]:
    dice = random.Random(seed)
    noise = bytes(dice.choice((0, 0, 1, 2)) for _ in range(WIDTH))
    out = []
    for number, row in enumerate(rows):
        shift = dice.randrange(WIDTH)
        turned = noise[shift:] + noise[:shift]
        out.append(bytearray(min(255, a + b) for a, b in zip(row, turned)) if number % 2 else bytearray(row))
    return out


class Street:
    """One camera's stream on `port`. Boxes are (x, y, w, h) in 0..1."""

    def __init__(self, seed: int = 1):
        empty = _texture(seed, 90, 160, WIDTH, HEIGHT)
        self._backgrounds = [_noisy(empty, n) for n in range(4)]
        self._goods = _texture(seed + 100, 10, 250, WIDTH, HEIGHT)
        self._boxes: dict[str, tuple] = {}
        self._lock = threading.Lock()
        self._clients: list[socket.socket] = []
        self._over = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self._encoder = subprocess.Popen(
            ["ffmpeg", "-v", "fatal", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}",
             "-r", str(RATE), "-i", "-", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast",
             "-tune", "zerolatency", "-g", str(RATE), "-crf", "23", "-threads", "1", "-f", "mpegts",
             "-muxdelay", "0", "-flush_packets", "1", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._draw, self._serve)]
        for thread in self._threads:
            thread.start()

    def place(self, name: str, box: tuple) -> None:
        with self._lock:
            self._boxes[name] = box

    def remove(self, name: str) -> None:
        with self._lock:
            self._boxes.pop(name, None)

    def close(self) -> None:
        self._over = True
        self._threads[0].join()
        self._encoder.stdin.close()
        self._encoder.kill()
        self._encoder.wait()
        self._threads[1].join()
        self._encoder.stdout.close()
        self._listener.close()

    def _frame(self, number: int) -> bytes:
        rows = self._backgrounds[number % len(self._backgrounds)]
        with self._lock:
            boxes = list(self._boxes.values())
        if boxes:
            rows = [bytearray(row) for row in rows]
        for x, y, w, h in boxes:
            left, right = int(x * WIDTH), int((x + w) * WIDTH)
            for line in range(int(y * HEIGHT), int((y + h) * HEIGHT)):
                rows[line][left:right] = self._goods[line][left:right]
        return b"".join(rows)

    def _draw(self) -> None:
        began, number = time.monotonic(), 0
        while not self._over:
            try:
                self._encoder.stdin.write(self._frame(number))
                self._encoder.stdin.flush()
            except (BrokenPipeError, ValueError):
                return
            number += 1
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))  # the pace of the stream

    def _serve(self) -> None:
        """Hands every byte to every client; one that does not read in time is dropped."""
        source = self._encoder.stdout.fileno()
        while not self._over:
            ready, _, _ = select.select([source, self._listener], [], [], 0.2)
            if self._listener in ready:
                client, _ = self._listener.accept()
                client.settimeout(2)
                self._clients.append(client)
            if source in ready:
                data = self._encoder.stdout.read1(1 << 16)
                if not data:
                    break
                self._send(data)
        for client in self._clients:
            client.close()

    def _send(self, data: bytes) -> None:
        for client in list(self._clients):
            try:
                client.sendall(data)
            except OSError:
                client.close()
                self._clients.remove(client)
