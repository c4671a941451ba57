"""Cameras, shops, teams and accounts: who may see and change what, and what is refused."""

from cases.bad_requests import problem
from harness.program import run
from harness.world import ELSEWHERE, HERE, camera, shop


def put(client, value):
    return client.call("PUT", f"/api/v1/cameras/{value['id']}", value)


def idle(**changes):
    """A camera without a source: registered, not watched."""
    value = camera("", id="cam-9", version=0, **changes)
    del value["source"]
    return value


def zone(**changes):
    return {"id": "z", "kind": "pavement", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]], "watch": [], **changes}


def test_bad_zones_are_refused_by_name(world):
    steward = world.person("data_steward")
    crossing = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
    rows = ((zone(polygon=crossing), "zones[0].polygon"), (zone(polygon=[[0, 0], [1, 1]]), "zones[0].polygon"),
            (zone(polygon=[[0, 0], [1.5, 0], [1, 1]]), "zones[0].polygon[1]"), (zone(kind="roof"), "zones[0].kind"),
            (zone(watch=[{"violation": "flying", "dwell_s": 5}]), "zones[0].watch[0].violation"),
            (zone(watch=[{"violation": "store_overflow", "dwell_s": 0}]), "zones[0].watch[0].dwell_s"),
            (zone(shop="nobody"), "zones[0].shop"), (zone(colour="red"), "zones[0].colour"))
    for bad, field in rows:
        answer = put(steward, idle(zones=[bad]))
        assert answer.status == 400, (field, answer)
        assert answer.json["field"].startswith(field), (field, answer.json)


def test_bad_cameras_are_refused_by_name(world):
    steward = world.person("data_steward")
    for bad, field in ((idle(subdistrict="999"), "subdistrict"), (idle(kind="balloon"), "kind"),
                       (idle(position={"lon": 200, "lat": 31}), "position"), (idle(secret=1), "secret")):
        answer = put(steward, bad)
        assert answer.status == 400 and answer.json["field"].startswith(field), (field, answer)
    answer = steward.call("PUT", "/api/v1/cameras/other", idle())
    assert answer.status == 400 and answer.json["field"] == "id", answer


def test_a_camera_is_added_changed_and_removed(world):
    steward = world.person("data_steward")
    added = put(steward, idle())
    assert added.status == 200, added
    first = added.json["version"]
    problem(put(steward, idle(name="旧")), 409, "version_conflict")
    assert put(steward, idle(name="旧")).json["current_version"] == first
    changed = put(steward, {**idle(name="新"), "version": first})
    assert changed.status == 200 and changed.json["name"] == "新", changed
    assert steward.call("DELETE", "/api/v1/cameras/cam-9").status == 204
    problem(steward.get("/api/v1/cameras/cam-9"), 404, "not_found")


def test_a_streams_address_is_shown_to_its_managers_only(world):
    assert world.person("data_steward").get("/api/v1/cameras/cam-1").json["source"] == world.street.url
    assert "source" not in world.person("reviewer").get("/api/v1/cameras/cam-1").json


def test_who_may_not_change_the_registry_is_told_so(world):
    for login in ("reviewer", "leader", "auditor", "duty_officer"):
        problem(put(world.person(login), idle()), 403, "forbidden")
        problem(world.person(login).call("PUT", "/api/v1/shops/shop-1", {**shop(1), "version": 1}), 403, "forbidden")
    problem(world.person("reviewer").get("/api/v1/users"), 403, "forbidden")
    assert len(world.person("admin").get("/api/v1/users").json["items"]) >= 15


def test_a_shop_is_changed_with_its_version(world):
    steward = world.person("data_steward")
    now = steward.get("/api/v1/shops/shop-2").json
    changed = steward.call("PUT", "/api/v1/shops/shop-2", {**shop(2, grade="red"), "version": now["version"]})
    assert changed.status == 200 and changed.json["grade"] == "red", changed
    problem(steward.call("PUT", "/api/v1/shops/shop-2", {**shop(2), "version": now["version"]}), 409, "version_conflict")
    problem(steward.call("PUT", "/api/v1/shops/shop-2", {**shop(2, phone="call me"), "version": 2}), 400,
            "invalid_argument", "phone")


def test_phones_are_masked_without_need(world):
    assert world.person("caller").get("/api/v1/shops/shop-1").json["phone"] == "19900000001"
    assert "*" in world.person("auditor").get("/api/v1/shops/shop-1").json["phone"]


def test_a_scope_ends_at_its_subdistrict(world):
    here = {row["id"] for row in world.person("leader").get("/api/v1/shops").json["items"]}
    there = {row["id"] for row in world.person("stranger").get("/api/v1/shops").json["items"]}
    assert here == {"shop-1", "shop-2"} and there == {"shop-9"}, (here, there)
    problem(world.person("stranger").get("/api/v1/shops/shop-1"), 404, "not_found")
    problem(world.person("stranger").get("/api/v1/cameras/cam-1"), 404, "not_found")


def test_lists_page_by_cursor(world):
    duty, seen, cursor = world.person("duty_officer"), [], ""
    for _ in range(5):
        page = duty.get(f"/api/v1/shops?limit=1{cursor}").json
        seen += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["shop-1", "shop-2", "shop-9"], seen
    by_place = duty.get(f"/api/v1/shops?subdistrict={ELSEWHERE}").json["items"]
    assert [row["id"] for row in by_place] == ["shop-9"]


def test_teams_and_words(world):
    teams = world.person("duty_officer").get("/api/v1/teams").json["items"]
    assert {team["subdistrict"] for team in teams} == {HERE, ELSEWHERE}
    words = world.person("officer1").get("/api/v1/reference").json
    assert len(words["subdistricts"]) == 12 and len(words["states"]) == 17


def test_a_second_writer_is_refused(world):
    done = run("import", "--data", world.program.data, "--file", world.program.registry_file)
    assert done.returncode == 1 and str(world.program.process.pid) in done.stderr, done.stderr
