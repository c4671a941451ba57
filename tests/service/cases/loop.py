"""A case that the message alone did not solve: ordered, handled, verified, closed."""

import base64
import secrets

from cases.bad_requests import problem
from cases.review import copy_of
from harness.peers import rfc3339
from harness.world import HEAP_BOX

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF\x00\x01" + b"\x00" * 40 + b"\xff\xd9").decode()


def update(world, order: dict, action: str, client=None, **more):
    value = {"id": secrets.token_hex(8), "order_id": order["id"], "reference": order["reference"],
             "action": action, "at": rfc3339(), **more}
    return world.callback(world.city, "/api/v1/gateways/city/updates", value, client), value


def order_of(world, case_id: str) -> dict:
    def ordered():
        """a work order for the case"""
        return next((o for o in world.city.orders.values() if o["case_id"] == case_id), None)
    return world.city.wait_for(ordered)


def test_without_a_party_it_is_dispatched(world):
    case = world.find("heap", HEAP_BOX, "goods_on_pavement")
    # Same place and kind: one open case, however long it stands.
    answer = world.give("reviewer", case["id"], "confirm")
    assert answer.status == 200 and answer.json["case"]["state"] == "awaiting_dispatch", answer
    world.pile = answer.json["case"]
    world.order = order_of(world, case["id"])
    assert world.order["violation"] == "goods_on_pavement" and world.order["picture_urls"], world.order
    world.wait_for_state(case["id"], "dispatched")
    assert world.case(case["id"])["order_reference"] == world.order["reference"]


def test_city_operations_can_read_the_pictures(world):
    url = world.order["picture_urls"][0]
    path = "/" + url.split("/", 3)[3]
    answer = copy_of(world.anonymous(), path)
    assert answer.status == 200 and answer.body[:3] == b"\xff\xd8\xff", answer.status
    problem(world.anonymous().get(path[:-3] + "xyz"), 404, "not_found")


def test_a_returned_order_goes_out_again(world):
    answer, value = update(world, world.order, "return_order", reason="不属本队辖区")
    assert answer.status == 200 and answer.json == {"applied": True, "repeated": False}, answer
    again = world.callback(world.city, "/api/v1/gateways/city/updates", value)
    assert again.status == 200 and again.json["repeated"], again
    world.wait_for_state(world.pile["id"], "awaiting_dispatch")
    answer = world.give("dispatcher", world.pile["id"], "reroute", team="team-310110009")
    assert answer.status == 200, answer
    world.wait_for_state(world.pile["id"], "dispatched")


def test_a_team_accepts_and_handles(world):
    order = [o for o in world.city.orders.values() if o["case_id"] == world.pile["id"]][-1]
    for action, more, state in (
            ("accept", {}, "accepted"), ("start_on_site", {}, "on_site"),
            ("submit_result", {"text": "当场清理", "officers": ["officer1", "officer2"],
                               "pictures": [{"role": "handled_before", "jpeg_base64": JPEG},
                                            {"role": "handled_after", "jpeg_base64": JPEG}]}, "awaiting_verification")):
        answer, _ = update(world, order, action, **more)
        assert answer.status == 200 and answer.json["applied"], (action, answer)
        assert world.case(world.pile["id"])["state"] == state
    early, _ = update(world, order, "accept")
    assert early.status in (200, 409), early
    assert world.case(world.pile["id"])["state"] == "awaiting_verification"


def test_verification_fails_once_then_passes(world):
    case_id = world.pile["id"]
    failed = world.give("reviewer", case_id, "fail_verification", reason="仍有残留")
    assert failed.status == 200 and failed.json["case"]["state"] == "accepted", failed
    assert failed.json["case"]["reworks"] == 1
    started = world.give("officer1", case_id, "start_on_site")
    assert started.status == 200, started
    blobs = [world.person("officer1").send("POST", "/api/v1/blobs", base64.b64decode(JPEG) + bytes([n]),
                                           {"Content-Type": "image/jpeg"}) for n in (1, 2)]
    assert [blob.status for blob in blobs] == [201, 201], blobs
    pictures = [{"role": role, "blob": blob.json["blob"]}
                for role, blob in zip(("handled_before", "handled_after"), blobs)]
    alone = world.give("officer1", case_id, "submit_result", text="再次清理", officers=["officer1"], pictures=pictures)
    problem(alone, alone.status, alone.json["code"])
    assert alone.json["code"] in ("invalid_argument", "not_allowed_in_state"), alone
    done = world.give("officer1", case_id, "submit_result", text="再次清理", officers=["officer1", "officer2"],
                      pictures=pictures)
    assert done.status == 200 and done.json["case"]["state"] == "awaiting_verification", done
    world.street.remove("heap")
    passed = world.give("reviewer", case_id, "pass_verification")
    assert passed.status == 200 and passed.json["case"]["state"] == "closed", passed


def test_the_log_of_a_case_is_chained_and_told_in_chinese(world):
    events = world.case(world.pile["id"])["events"]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert len({event["hash"] for event in events}) == len(events)
    kinds = [event["kind"] for event in events]
    for kind in ("reported", "confirmed", "order_acknowledged", "order_returned", "order_accepted", "on_site_started",
                 "result_submitted", "verification_failed", "verified"):
        assert kind in kinds, kinds
    assert all(event["kind_zh"] and event["actor"]["name"] for event in events)
