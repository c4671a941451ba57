"""Cameras on cars: kept without knowing how they sit, watched once that and their track are registered."""

from cases.bad_requests import problem
from harness.program import wait_until
from harness.world import camera


PATH = "/api/v1/cameras/cam-car"


def car(world, **more):
    return camera(world.street.url, id="cam-car", name="巡逻车右侧探头", kind="vehicle", **more)


def test_without_mounting_and_track_it_is_kept_and_not_watched(world):
    steward = world.person("data_steward")
    now = steward.call("PUT", PATH, car(world, version=0)).json
    assert now["state"] == "unknown" and "车载探头" in now["message"], now
    assert now["live_refusal"] == now["message"] and not {"relearn", "live"} & set(now["allowed"]), now
    problem(steward.call("POST", f"{PATH}/relearn"), 409, "not_allowed_in_state")
    problem(steward.get(f"{PATH}/live"), 409, "not_allowed_in_state")
    # On a pole after all: watched from then on; back on the car: no more.
    fixed = steward.call("PUT", PATH, {**car(world, version=now["version"]), "kind": "fixed"}).json

    def seen():
        """the camera sees"""
        return steward.get(PATH).json["state"] == "ok"
    wait_until(seen, 40, 0.2)
    back = steward.call("PUT", PATH, car(world, version=fixed["version"])).json
    assert "relearn" not in back["allowed"], back


def test_with_them_it_is_watched_and_says_that_it_needs_a_model(world):
    steward = world.person("data_steward")
    version = steward.get(PATH).json["version"]
    mounting = {"height_m": 1.9, "yaw_deg": 45, "pitch_deg": 4, "hfov_deg": 90}
    track = {"source": "tcp://127.0.0.1:9", "look_every_m": 5}
    sections = car(world, version=version, mounting=mounting, track=track)
    wrong = {**sections, "track": {"source": "tcp://127.0.0.1"}}
    problem(steward.call("PUT", PATH, wrong), 400, "invalid_argument", "track.source")
    problem(steward.call("PUT", PATH, {**sections, "kind": "fixed"}), 400, "invalid_argument", "mounting")
    driven = steward.call("PUT", PATH, sections).json
    assert driven["mounting"]["yaw_deg"] == 45 and driven["track"]["look_every_m"] == 5, driven
    assert "live" in driven["allowed"] and "relearn" not in driven["allowed"], driven
    problem(steward.call("POST", f"{PATH}/relearn"), 409, "not_allowed_in_state")

    def without_model():
        """its health says so"""
        return steward.get(PATH).json["state"] == "no_model"
    wait_until(without_model, 40, 0.2)
    assert "模型" in steward.get(PATH).json["message"]
    assert "track" not in world.person("auditor").get(PATH).json
    # Left out, they stay.
    renamed = steward.call("PUT", PATH, {**car(world, version=driven["version"]), "name": "巡逻车"}).json
    assert renamed["mounting"] == driven["mounting"] and renamed["track"] == driven["track"], renamed
    assert steward.call("DELETE", PATH).status == 204
