"""From something that stands on the street to a case a person has judged."""

import hashlib
import secrets

from cases.bad_requests import problem
from harness.program import wait_until
from harness.world import HERE, PAVEMENT_BOX, SHOP_BOX


def copy_of(person, path):
    """What is shown under this address, once its copy has been made."""
    answers = []

    def ready():
        """a copy of a picture or clip"""
        answers.append(person.get(path))
        return answers[-1].status != 202

    wait_until(ready, 120)
    return answers[-1]


def test_the_camera_comes_up(world):
    world.camera_ready()
    row = world.person("duty_officer").get("/api/v1/cameras/cam-1").json
    listed = world.person("duty_officer").get("/api/v1/cameras").json["items"]
    assert [one["id"] for one in listed] == ["cam-1"] and listed[0]["zones"] == row["zones"], listed
    assert row["last_picture"] and row["period_s"] > 0, row
    picture = copy_of(world.person("duty_officer"), row["last_picture"])
    assert picture.status == 200 and picture.body[:3] == b"\xff\xd8\xff", picture.status


def test_a_finding_becomes_one_case(world):
    case = world.find("goods", SHOP_BOX, "store_overflow")
    assert case["state"] == "reported" and case["shop"]["id"] == "shop-1" and case["zone"] == "front", case
    assert case["subdistrict"] == HERE and case["picture"], case
    world.overflow = case


def test_the_review_queue_has_all_the_screen_needs(world):
    page = world.person("reviewer").get("/api/v1/review").json
    row = next(row for row in page["items"] if row["id"] == world.overflow["id"])
    roles = {picture["role"] for picture in row["pictures"]}
    assert {"arrival", "now"} <= roles, roles
    assert row["clip"], row
    assert {"confirm", "reject"} <= {one["command"] for one in row["allowed"]}, row["allowed"]


def test_pictures_are_shown_marked_and_never_change(world):
    reviewer = world.person("reviewer")
    case = world.case(world.overflow["id"])
    marked = [picture for picture in case["pictures"] if picture["marked"]]
    assert marked, case["pictures"]
    answer = copy_of(reviewer, marked[0]["url"])
    assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg", answer.status
    assert "immutable" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
    assert reviewer.get(marked[0]["url"], **{"If-None-Match": answer.headers["etag"]}).status == 304


def test_originals_are_sealed(world):
    picture = next(one for one in world.case(world.overflow["id"])["pictures"] if one["marked"])
    path = f"/api/v1/blobs/{picture['original_hash']}?case={world.overflow['id']}"
    problem(world.person("leader").get(path + "&reason=audit"), 403, "forbidden")
    problem(world.person("auditor").get(path + "&reason=x"), 400, "invalid_argument", "reason")
    original = world.person("auditor").get(path + "&reason=audit")
    assert original.status == 200 and hashlib.sha256(original.body).hexdigest() == picture["original_hash"]
    assert original.headers["cache-control"] == "no-store", original.headers
    copy = copy_of(world.person("leader"), path)
    assert copy.status == 200 and hashlib.sha256(copy.body).hexdigest() != picture["original_hash"]
    problem(world.person("stranger").get(path), 404, "not_found")


def test_lists_have_small_pictures(world):
    row = next(row for row in world.cases(open="true") if row["id"] == world.overflow["id"])
    small = copy_of(world.person("reviewer"), row["thumbnail"])
    full = copy_of(world.person("reviewer"), row["picture"])
    assert small.status == full.status == 200 and len(small.body) < len(full.body) / 2, (len(small.body), len(full.body))


def test_every_reading_is_in_the_access_log(world):
    auditor = world.person("auditor")
    problem(world.person("reviewer").get("/api/v1/access-log"), 403, "forbidden")
    originals = auditor.get(f"/api/v1/access-log?what=original&case={world.overflow['id']}").json["items"]
    assert [one["reason"] for one in originals] == ["audit"] and originals[0]["role"] == "auditor", originals
    everything = auditor.get(f"/api/v1/access-log?case={world.overflow['id']}&limit=1").json
    assert everything["next_cursor"], everything
    older = auditor.get(f"/api/v1/access-log?case={world.overflow['id']}&cursor={everything['next_cursor']}").json
    assert older["items"] and older["items"][0]["at"] <= everything["items"][0]["at"], older
    problem(auditor.get("/api/v1/access-log?colour=red"), 400, "invalid_argument", "colour")
    problem(auditor.get("/api/v1/access-log?from=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z"), 400,
            "invalid_argument", "until")
    assert auditor.get("/api/v1/deletions").json["items"] == []


def test_the_clip_can_be_read_in_ranges(world):
    clip = world.case(world.overflow["id"])["clip"]
    reviewer = world.person("reviewer")
    whole = copy_of(reviewer, clip)
    assert whole.status == 200 and whole.headers["content-type"] == "video/mp4" and whole.body[4:8] == b"ftyp"
    part = reviewer.get(clip, Range="bytes=4-7")
    assert part.status == 206 and part.body == b"ftyp"
    assert part.headers["content-range"] == f"bytes 4-7/{len(whole.body)}"


def test_rights_and_states_are_judged_here(world):
    case = world.case(world.overflow["id"])
    problem(world.person("auditor").command(case, "confirm"), 403, "forbidden")
    problem(world.person("officer1").command(case, "confirm"), 403, "forbidden")
    problem(world.person("stranger").command(case, "confirm"), 404, "not_found")
    problem(world.person("reviewer").command(case, "pass_verification"), 409, "not_allowed_in_state")
    problem(world.person("admin").command(case, "recheck_clear"), 409, "not_allowed_in_state")
    assert world.person("auditor").get(f"/api/v1/cases/{case['id']}").json["allowed"] == []


def test_commands_that_are_not_what_they_should_be(world):
    case, reviewer = world.case(world.overflow["id"]), world.person("reviewer")
    path = f"/api/v1/cases/{case['id']}/commands"
    good = {"command_id": secrets.token_hex(8), "version": case["version"], "command": "reject",
            "facts": {"reason": "误报"}}
    rows = (({"command_id": "short"}, "command_id"), ({"command": "explode"}, "command"), ({"version": 0}, "version"),
            ({"version": "1"}, "version"), ({"facts": {"mood": "good"}}, "facts.mood"), ({"extra": 1}, "extra"),
            ({"facts": {"reason": 5}}, "facts.reason"), ({"facts": {"pictures": [{"role": "sky", "blob": "0" * 64}]}},
                                                         "facts.pictures[0].role"))
    for change, field in rows:
        problem(reviewer.call("POST", path, {**good, **change}), 400, "invalid_argument", field)
    missing = {**good, "facts": {}}
    problem(reviewer.call("POST", path, missing), 400, "invalid_argument", "facts.reason")
    assert world.case(case["id"])["version"] == case["version"]


def test_a_repeated_command_gets_the_same_reply(world):
    case, reviewer = world.case(world.overflow["id"]), world.person("reviewer")
    command_id = secrets.token_hex(8)
    first = reviewer.command(case, "confirm", command_id)
    assert first.status == 200 and first.json["case"]["state"] == "reminding", first
    again = reviewer.command(case, "confirm", command_id)
    assert again.status == 200 and again.body == first.body
    problem(reviewer.command(case, "confirm", command_id, version=case["version"] + 1), 409, "command_reused")
    problem(reviewer.command(case, "note", command_id, text="x"), 409, "command_reused")
    world.overflow = first.json["case"]


def test_an_outdated_version_is_refused_with_the_current_one(world):
    answer = world.person("reviewer").command(world.overflow, "note", version=1, text="看过")
    problem(answer, 409, "version_conflict")
    assert answer.json["current_version"] == world.case(world.overflow["id"])["version"], answer


def test_a_rejected_finding_is_over(world):
    case = world.find("pile", PAVEMENT_BOX, "goods_on_pavement")
    assert case["shop"] is None, case
    answer = world.give("reviewer", case["id"], "reject", reason="施工围挡,误报")
    assert answer.status == 200 and answer.json["case"]["state"] == "rejected", answer
    assert answer.json["case"]["due"] is None and answer.json["events"][0]["kind"] == "rejected"
    world.street.remove("pile")


def test_lists_filter_and_count(world):
    duty = world.person("duty_officer")
    page = duty.get("/api/v1/cases?open=true&limit=1").json
    assert page["total"] == len(world.cases(open="true")) and len(page["items"]) == 1
    assert [row["id"] for row in world.cases(state="rejected")] != []
    assert all(row["violation"] == "store_overflow" for row in world.cases(violation="store_overflow"))
    assert world.cases(shop="shop-9") == []
    assert world.person("stranger").get("/api/v1/cases").json["total"] == 0
    points = duty.get("/api/v1/map/points?open=true").json["items"]
    assert {row["id"] for row in points} == {row["id"] for row in world.cases(open="true")}
    funnel = duty.get("/api/v1/funnel").json
    assert funnel["found"] >= 2 and funnel["confirmed"] >= 1 and funnel["rejected"] >= 1, funnel
