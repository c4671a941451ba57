"""Cameras as devices: trying an address, drawing zones, relearning, health kept, review, live view."""

import http.client
import json
import re
import socket
import subprocess
import threading
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from cases.bad_requests import problem
from harness.client import Answer
from harness.program import PASSWORD, wait_until
from harness.world import camera


def today_here() -> date:
    """The district's day (UTC+8)."""
    return (datetime.now(timezone.utc) + timedelta(hours=8)).date()


PDF = b"%PDF-1.4\n% a scanned approval\n"
MASK = {"id": "window", "kind": "privacy_mask", "polygon": [[0.1, 0.05], [0.4, 0.05], [0.4, 0.3], [0.1, 0.3]]}


def probe(world, who="data_steward", **body):
    return world.person(who).call("POST", "/api/v1/camera-probes", body)


def codes(answer) -> list[str]:
    assert answer.status == 200, answer
    return [row["code"] for row in answer.json["findings"]]


class Listener:
    """Something at an address that is no camera: answers whatever it hears with `words`, in which {cseq} is the
    number of the request."""

    def __init__(self, words: bytes = b""):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.words, self.clients = words, []
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.clients.append(client)
            if self.words:
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client):
        try:
            while request := client.recv(4096):
                number = re.search(rb"CSeq: *(\d+)", request)
                client.sendall(self.words.replace(b"{cseq}", number[1] if number else b"0"))
        except OSError:
            pass  # the caller has gone

    def close(self):
        self.socket.close()
        for client in self.clients:
            client.close()


# --- trying an address -----------------------------------------------------------------------------


def test_a_probe_shows_a_still_and_what_the_stream_is(world):
    found = probe(world, source=world.street.url).json
    assert found["ok"] and found["codec"] == "h264" and (found["width"], found["height"]) == (640, 360), found
    assert 0.5 <= found["keyframe_interval_s"] <= 2 and 2 <= found["frame_rate"] <= 10, found
    picture = world.person("data_steward").get(found["picture"])
    assert picture.status == 200 and picture.body[:3] == b"\xff\xd8\xff"
    problem(world.person("admin").get(found["picture"]), 404, "not_found")


def test_a_probes_still_hides_what_is_masked(world):
    open_picture = world.person("data_steward").get(probe(world, source=world.street.url).json["picture"]).body
    whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
    answer = probe(world, source=world.street.url, masks=[whole])
    masked = world.person("data_steward").get(answer.json["picture"]).body
    # One grey area takes next to nothing in a JPEG.
    assert len(masked) < len(open_picture) / 3, (len(masked), len(open_picture))


def test_a_probe_says_what_is_wrong(world):
    free = socket.create_server(("127.0.0.1", 0))
    closed = free.getsockname()[1]
    free.close()
    guarded = Listener(b"RTSP/1.0 401 Unauthorized\r\nCSeq: {cseq}\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n")
    try:
        rows = ((f"rtsp://127.0.0.1:{closed}/live", "refused"),
                (f"rtsp://user:secret-word@127.0.0.1:{guarded.port}/live", "authentication"),
                ("rtsp://no-such-camera.invalid/live", "cannot_resolve"),
                ("rtsp://169.254.169.254/latest", "bad_address"), ("/etc/passwd", "bad_address"),
                ("gopher://127.0.0.1:70/", "bad_address"))
        for source, code in rows:
            answer = probe(world, "admin", source=source)
            assert codes(answer) == [code] and not answer.json["ok"], (source, answer)
            assert "secret-word" not in answer.body.decode(), answer
            assert answer.json["findings"][0]["advice"], answer
    finally:
        guarded.close()
    assert "secret-word" not in world.program.log_tail(400)


def test_a_person_tries_so_often_and_no_more(world):
    for _ in range(10):
        answer = probe(world, source="/no/file")
        if answer.status == 429:
            break
    problem(answer, 429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0


def test_only_those_who_keep_cameras_try_addresses(world):
    problem(probe(world, "reviewer", source=world.street.url), 403, "forbidden")
    problem(world.anonymous().call("POST", "/api/v1/camera-probes", {"source": "x"}), 401, "unauthenticated")


# --- zones -------------------------------------------------------------------------------------------


def mask(name, left):
    return {**MASK, "id": name, "polygon": [[left, 0.1], [left + 0.2, 0.1], [left + 0.2, 0.3], [left, 0.3]]}


def zone(name, polygon):
    return {"id": name, "kind": "pavement", "polygon": polygon, "watch": []}


def test_zones_that_do_not_fit_together_are_refused_at_their_place(world):
    crossing = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
    hidden = zone("hidden", [[0.15, 0.12], [0.25, 0.12], [0.25, 0.28], [0.15, 0.28]])
    for zones, field in (([mask("m1", 0.1), mask("m2", 0.25)], "zones[1].polygon"),
                         ([mask("m1", 0.1), hidden], "zones[1].polygon"),
                         ([zone("z", crossing)], "zones[0].polygon[0]")):
        value = camera("", id="cam-zones", version=0, zones=zones)
        answer = world.person("data_steward").call("PUT", "/api/v1/cameras/cam-zones", value)
        problem(answer, 400, "invalid_argument", field)


# --- the camera as a device: a second one on the same street -----------------------------------------


def device(world):
    path = "/api/v1/cameras/cam-dev"
    answer = world.person("data_steward").get(path)
    if answer.status == 404:
        value = camera(world.street.url, id="cam-dev", version=0, name="设备测试探头")
        answer = world.person("data_steward").call("PUT", path, value)
        assert answer.status == 200, answer

        def seen():
            """the second camera sees"""
            return world.person("duty_officer").get(path).json["state"] == "ok"
        wait_until(seen, 40, 0.2)
        answer = world.person("data_steward").get(path)
    return answer.json


def test_a_camera_left_without_its_source_keeps_it(world):
    now = device(world)
    value = camera("", id="cam-dev", version=now["version"], name="改名的探头")
    del value["source"]
    answer = world.person("data_steward").call("PUT", "/api/v1/cameras/cam-dev", value)
    assert answer.status == 200 and answer.json["source"] == world.street.url, answer


def test_what_one_may_do_is_said(world):
    device(world)
    steward = world.person("data_steward").get("/api/v1/cameras/cam-dev").json
    assert {"edit", "probe", "relearn", "live", "review_register"} <= set(steward["allowed"]), steward
    assert world.person("auditor").get("/api/v1/cameras/cam-dev").json["allowed"] == []


def test_relearning_is_for_managers_and_logged(world):
    device(world)
    path = "/api/v1/cameras/cam-dev"
    problem(world.person("reviewer").call("POST", f"{path}/relearn"), 403, "forbidden")
    problem(world.person("stranger").call("POST", f"{path}/relearn"), 404, "not_found")
    assert world.person("data_steward").call("POST", f"{path}/relearn").status == 204
    acts = world.person("auditor").get(f"{path}/acts").json
    assert (acts["items"][0]["act"], acts["items"][0]["user"]) == ("relearn", "data-steward"), acts
    first = world.person("auditor").get(f"{path}/acts?limit=1").json
    second = world.person("auditor").get(f"{path}/acts?limit=1&cursor={first['next_cursor']}").json
    assert [first["items"][0], second["items"][0]] == acts["items"][:2]

    live_ready(world)


def test_states_are_kept_with_their_times(world):
    device(world)
    path = "/api/v1/cameras/cam-dev/history"

    def ok_kept():
        """a kept span of sound pictures"""
        items = world.person("reviewer").get(path).json["items"]
        return items if items and items[0]["state"] == "ok" else None
    items = wait_until(ok_kept, 30, 0.2)
    assert items[0]["until"] is None and items[0]["period_max_s"] > 0, items
    page = world.person("reviewer").get(path).json
    assert page["heard_at"] >= items[0]["from"], page
    problem(world.person("reviewer").get(f"{path}?cursor=x"), 400, "invalid_argument", "cursor")
    problem(world.person("stranger").get(path), 404, "not_found")


# --- review of the device ------------------------------------------------------------------------------


def record(version, **changes):
    today = today_here()
    return {"version": version, "device": "球机 A1 序列号 001", "standard": "GA/T 1127-2013", "place": "测试路1号路口",
            "published_on": str(today - timedelta(days=2)), "published_where": "区政府网站公告 2026 年第 3 号",
            "sign": "路口立牌“电子监控”", "valid_from": str(today - timedelta(days=1)),
            "valid_until": str(today + timedelta(days=365)), **changes}


REVIEW = "/api/v1/cameras/cam-dev/review"


def review(world, who="auditor"):
    answer = world.person(who).get(REVIEW)
    assert answer.status == 200, answer
    return answer.json


def decide(world, who, part, passed=True, **changes):
    body = {"version": review(world)["version"], "part": part, "passed": passed, "opinion": "已核对", **changes}
    return world.person(who).call("POST", f"{REVIEW}/decisions", body)


def test_a_device_is_reviewed_by_two_people_in_order(world):
    device(world)
    assert review(world)["standing"] == "none"
    problem(world.person("reviewer").call("PUT", REVIEW, record(0)), 403, "forbidden")
    steward = world.person("data_steward")
    problem(steward.call("PUT", REVIEW, record(0, valid_until="2020-01-01")), 400, "invalid_argument", "valid_until")
    problem(steward.call("PUT", REVIEW, record(0, published_on="2026-02-30")), 400, "invalid_argument",
            "published_on")
    documents = [{"blob": "0" * 64, "name": "不存在"}]
    problem(steward.call("PUT", REVIEW, record(0, documents=documents)), 400, "invalid_argument", "documents[0].blob")

    sent = steward.send("POST", f"{REVIEW}/documents", PDF, {"Content-Type": "application/pdf"})
    assert sent.status == 201, sent
    problem(steward.send("POST", f"{REVIEW}/documents", b"hello", {"Content-Type": "application/pdf"}), 400,
            "invalid_argument")
    documents = [{"blob": sent.json["blob"], "name": "审核表.pdf"}]
    answer = steward.call("PUT", REVIEW, record(0, documents=documents))
    assert answer.status == 200 and answer.json["standing"] == "technical_pending", answer
    got = world.person("auditor").get(f"{REVIEW}/documents/{sent.json['blob']}")
    assert got.status == 200 and got.body == PDF and "attachment" in got.headers["content-disposition"], got
    problem(world.person("auditor").get(f"{REVIEW}/documents/{'0' * 64}"), 404, "not_found")

    problem(decide(world, "legal_reviewer", "legal"), 409, "not_allowed_in_state")
    problem(decide(world, "legal_reviewer", "technical"), 403, "forbidden")
    assert review(world, "technical_reviewer")["allowed"] == ["review_technical"]
    assert decide(world, "technical_reviewer", "technical").json["standing"] == "legal_pending"
    problem(decide(world, "technical_reviewer", "technical"), 409, "not_allowed_in_state")
    problem(decide(world, "legal_reviewer", "legal", version=1), 409, "version_conflict")
    passed = decide(world, "legal_reviewer", "legal")
    assert passed.json["standing"] == "valid", passed
    summary = world.person("auditor").get("/api/v1/cameras/cam-dev").json
    assert summary["evidence_reviewed"] and summary["review"]["standing"] == "valid", summary


def test_an_end_that_is_near_is_warned_of_and_the_record_kept(world):
    steward = world.person("data_steward")
    assert review(world)["warning"] is None
    assert decide(world, "legal_reviewer", "revoke", passed=False).json["standing"] == "revoked"
    near = record(review(world)["version"], valid_until=str(today_here() + timedelta(days=10)))
    assert steward.call("PUT", REVIEW, near).status == 200
    for who, part in (("technical_reviewer", "technical"), ("legal_reviewer", "legal")):
        assert decide(world, who, part).status == 200
    now = review(world)
    assert now["standing"] == "valid" and "10 天" in now["warning"], now
    assert [row["number"] for row in now["records"]] == [2, 1] and now["records"][1]["standing"] == "revoked", now
    acts = world.person("auditor").get("/api/v1/cameras/cam-dev/acts").json["items"]
    assert {"review_register", "review_technical", "review_legal", "review_revoke"} <= {row["act"] for row in acts}


def test_the_old_mark_on_the_camera_is_no_longer_taken(world):
    value = {**camera("", id="cam-mark", version=0), "evidence_reviewed": True}
    problem(world.person("data_steward").call("PUT", "/api/v1/cameras/cam-mark", value), 400, "invalid_argument",
            "evidence_reviewed")


# --- live view -----------------------------------------------------------------------------------------


def film(world, who, path, bytes_wanted, read=True):
    """Headers and the first bytes of a live view."""
    client = world.person(who)
    wire = http.client.HTTPConnection(client.host, client.port, timeout=30)
    wire.request("GET", path, headers={"Cookie": client.cookie or ""})
    reply = wire.getresponse()
    headers = {k.lower(): v for k, v in reply.getheaders()}
    body = b""
    while read and reply.status == 200 and len(body) < bytes_wanted:
        more = reply.read1(65536)
        if not more:
            break
        body += more
    client.observe("GET", path, Answer(reply.status, headers, body if reply.status == 200 else reply.read()))
    return wire, reply, headers, body


def live_ready(world):
    device(world)

    def up():
        """video comes in"""
        wire, reply, _, _ = film(world, "duty_officer", "/api/v1/cameras/cam-dev/live", 0)
        wire.close()
        return reply.status == 200
    wait_until(up, 40, 0.3)


def test_the_live_view_is_the_cameras_own_video_as_mp4(world):
    live_ready(world)
    wire, reply, headers, body = film(world, "duty_officer", "/api/v1/cameras/cam-dev/live", 60_000)
    wire.close()
    assert reply.status == 200 and headers["content-type"].startswith('video/mp4; codecs="avc1.'), headers
    assert body[4:8] == b"ftyp" and b"moov" in body[:2000] and b"moof" in body, body[:200]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        path.write_bytes(body)
        done = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                               "stream=codec_name,width,height,nb_read_frames", "-of", "json", path],
                              capture_output=True, text=True, check=True)
    stream = json.loads(done.stdout)["streams"][0]
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 640, 360), stream
    assert int(stream["nb_read_frames"]) >= 3, stream
    acts = world.person("auditor").get("/api/v1/cameras/cam-dev/acts").json["items"]
    assert acts[0]["act"] == "live" and acts[0]["user"] == "duty-officer", acts[:2]


def test_the_live_view_has_its_rights_and_says_why_not(world):
    device(world)
    live = "/api/v1/cameras/cam-dev/live"
    problem(world.anonymous().get(live), 401, "unauthenticated")
    problem(world.person("auditor").get(live), 403, "forbidden")
    problem(world.person("stranger").get(live), 404, "not_found")


def test_signing_out_ends_the_live_view(world):
    live_ready(world)
    client = world.anonymous()
    assert client.sign_in("dispatcher", PASSWORD).status == 200
    wire = http.client.HTTPConnection(client.host, client.port, timeout=40)
    wire.request("GET", "/api/v1/cameras/cam-dev/live", headers={"Cookie": client.cookie})
    reply = wire.getresponse()
    assert reply.status == 200 and reply.read1(1000)
    client.call("DELETE", "/api/v1/session")
    began = time.monotonic()
    while reply.read1(65536):
        assert time.monotonic() - began < 40, "the film goes on"
    wire.close()


def test_too_many_viewers_of_one_camera_are_refused(world):
    live_ready(world)
    films, ended = [], 0
    for _ in range(9):
        films.append(film(world, "duty_officer", "/api/v1/cameras/cam-dev/live", 1000))
        _, reply, _, body = films[-1]
        ended += reply.status != 200 or not body
    for wire, reply, _, _ in films:
        reply.close()
        wire.close()
    assert ended == 1, ended


def test_a_camera_with_a_mask_has_no_live_view_and_one_under_way_ends(world):
    live_ready(world)
    now = device(world)
    wire, reply, _, _ = film(world, "duty_officer", "/api/v1/cameras/cam-dev/live", 1000)
    assert reply.status == 200
    value = camera(world.street.url, id="cam-dev", version=now["version"])
    value["zones"].append(MASK)
    answer = world.person("data_steward").call("PUT", "/api/v1/cameras/cam-dev", value)
    assert answer.status == 200 and "遮挡" in answer.json["live_refusal"], answer
    assert "live" not in answer.json["allowed"], answer
    began = time.monotonic()
    while reply.read1(65536):
        assert time.monotonic() - began < 40, "the film goes on"
    wire.close()
    problem(world.person("duty_officer").get("/api/v1/cameras/cam-dev/live"), 409, "not_allowed_in_state")


def test_the_second_camera_goes_again(world):
    assert world.person("data_steward").call("DELETE", "/api/v1/cameras/cam-dev").status == 204
