"""The page behind the link in the message."""

import re
import secrets

from cases.bad_requests import problem
from cases.review import copy_of
from harness.peers import rfc3339


def message_of(world, case_id: str) -> dict:
    def sent():
        """a message to the shop"""
        return next((m for m in world.sms.messages.values() if m["phone"] == "19900000001"), None)
    return world.sms.wait_for(sent)


def deliver(world, message: dict, **changes):
    value = {"reference": message["reference"], "message_id": message["id"], "status": "delivered",
             "at": rfc3339(), "detail": "", **changes}
    return world.callback(world.sms, "/api/v1/gateways/sms/receipts", value)


def test_the_merchant_is_told_with_a_link(world):
    message = message_of(world, world.overflow["id"])
    assert "测试商店1" in message["text"] and "跨门经营" in message["text"], message
    link = re.search(r"https?://\S+?/m/([A-Za-z0-9._~-]+)", message["text"])
    assert link, message["text"]
    world.token, world.message = link.group(1), message


def test_the_link_shows_what_and_by_when(world):
    answer = deliver(world, world.message)
    assert answer.status == 200 and answer.json["applied"], answer
    world.wait_for_state(world.overflow["id"], "awaiting_correction")
    notice = world.anonymous().get(f"/api/v1/merchant/{world.token}").json
    assert notice["shop"] == "测试商店1" and notice["violation_zh"] == "跨门经营", notice
    assert notice["deadline"] and notice["can_claim"] and notice["can_object"] and not notice["expired"], notice
    picture = copy_of(world.anonymous(), notice["picture"])
    assert picture.status == 200 and picture.body[:3] == b"\xff\xd8\xff"


def test_a_forged_link_shows_nothing(world):
    visitor = world.anonymous()
    forged = world.token[:-2] + ("AA" if not world.token.endswith("AA") else "BB")
    for token in (forged, "x", "a.b.c", "0" * 200):
        problem(visitor.get(f"/api/v1/merchant/{token}"), 404, "not_found")
        problem(visitor.get(f"/api/v1/merchant/{token}/picture"), 404, "not_found")
        problem(visitor.call("POST", f"/api/v1/merchant/{token}/claim", {"command_id": secrets.token_hex(8)}),
                404, "not_found")


def test_an_objection_goes_to_a_person(world):
    visitor, path = world.anonymous(), f"/api/v1/merchant/{world.token}/object"
    problem(visitor.call("POST", path, {"command_id": secrets.token_hex(8)}), 400, "invalid_argument", "reason")
    body = {"command_id": secrets.token_hex(8), "reason": "这是邻店的货"}
    answer = visitor.call("POST", path, body)
    assert answer.status == 200 and answer.json["objection_pending"], answer
    assert visitor.call("POST", path, body).status == 200
    case = world.case(world.overflow["id"])
    assert case["objection_pending"]
    assert [event["kind"] for event in case["events"]].count("objected") == 1
    dismissed = world.give("reviewer", case["id"], "dismiss_objection", reason="画面显示为该店货物")
    assert dismissed.status == 200 and not dismissed.json["case"]["objection_pending"], dismissed


def test_put_right_closes_itself(world):
    world.street.remove("goods")
    visitor, path = world.anonymous(), f"/api/v1/merchant/{world.token}/claim"
    body = {"command_id": secrets.token_hex(8)}
    answer = visitor.call("POST", path, body)
    # The watcher may have seen it first; then there is nothing left to claim.
    assert answer.status == 200 or answer.json["code"] == "not_allowed_in_state", answer
    case = world.wait_for_state(world.overflow["id"], "self_corrected")
    assert case["due"] is None and case["allowed"] == [], case["allowed"]
    notice = world.anonymous().get(f"/api/v1/merchant/{world.token}").json
    assert not notice["can_claim"] and notice["state"] == "self_corrected"


def test_the_page_itself_is_there(world):
    answer = world.anonymous().get(f"/m/{world.token}")
    if world.program.web is None:
        problem(answer, 404, "not_found")
    else:
        assert answer.status == 200 and "text/html" in answer.headers["content-type"]
