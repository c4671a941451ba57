"""Callbacks: signed or refused, taken once, harmless when late, early, twice or unknown."""

import json
import time

from cases.bad_requests import problem
from harness.peers import rfc3339, signed_headers

RECEIPTS = "/api/v1/gateways/sms/receipts"
UPDATES = "/api/v1/gateways/city/updates"


def receipt(**changes) -> dict:
    return {"reference": "R1", "status": "delivered", "at": rfc3339(), **changes}


def test_only_the_signature_opens_the_door(world):
    body = json.dumps(receipt()).encode()
    good = signed_headers(world.sms.key, world.sms.secret, "POST", RECEIPTS, body)
    visitor = world.anonymous()
    rows = [{**good, "X-Xunjie-Signature": "0" * 64}, {**good, "X-Xunjie-Key": "other"},
            {**good, "X-Xunjie-Timestamp": str(int(time.time()) + 1)}, {"Content-Type": "application/json"},
            signed_headers(world.sms.key, "wrong secret", "POST", RECEIPTS, body),
            signed_headers(world.sms.key, world.sms.secret, "POST", UPDATES, body),
            signed_headers(world.sms.key, world.sms.secret, "PUT", RECEIPTS, body),
            signed_headers(world.sms.key, world.sms.secret, "POST", RECEIPTS, body, at=time.time() - 400),
            signed_headers(world.sms.key, world.sms.secret, "POST", RECEIPTS, body + b" ")]
    for headers in rows:
        problem(visitor.call("POST", RECEIPTS, body, headers), 401, "unauthenticated")


def test_a_request_cannot_be_played_again(world):
    body = json.dumps(receipt(reference="unknown")).encode()
    headers = signed_headers(world.sms.key, world.sms.secret, "POST", RECEIPTS, body)
    assert world.anonymous().call("POST", RECEIPTS, body, headers).status == 200
    problem(world.anonymous().call("POST", RECEIPTS, body, headers), 401, "unauthenticated")


def test_one_gateways_key_does_not_open_the_others(world):
    answer = world.callback(world.sms, UPDATES, {"id": "u", "order_id": "o", "action": "accept", "at": rfc3339()})
    problem(answer, 401, "unauthenticated")


def test_a_repeated_receipt_changes_nothing(world):
    message = world.message
    before = world.case(world.overflow["id"])["version"]
    for _ in range(2):
        answer = world.callback(world.sms, RECEIPTS, receipt(reference=message["reference"], message_id=message["id"]))
        assert answer.status == 200 and not answer.json["applied"], answer
    late = world.callback(world.sms, RECEIPTS, receipt(reference=message["reference"], message_id=message["id"],
                                                       status="failed"))
    assert late.status == 200 and not late.json["applied"], late
    assert world.case(world.overflow["id"])["version"] == before


def test_what_nobody_knows_is_taken_and_ignored(world):
    answer = world.callback(world.sms, RECEIPTS, receipt(reference="never-sent"))
    assert answer.status == 200 and answer.json == {"applied": False, "repeated": False}, answer
    answer = world.callback(world.city, UPDATES, {"id": "u-unknown", "order_id": "none", "action": "accept",
                                                  "at": rfc3339()})
    assert answer.status in (200, 404), answer


def test_callbacks_are_read_strictly(world):
    rows = ((RECEIPTS, world.sms, receipt(status="eaten"), "status"), (RECEIPTS, world.sms, receipt(at="noon"), "at"),
            (RECEIPTS, world.sms, receipt(mood=1), "mood"),
            (UPDATES, world.city, {"id": "u9", "order_id": "o", "action": "close", "at": rfc3339()}, "action"),
            (UPDATES, world.city, {"order_id": "o", "action": "accept", "at": rfc3339()}, "id"))
    for path, peer, value, field in rows:
        problem(world.callback(peer, path, value), 400, "invalid_argument", field)


def test_a_merchant_may_answer_by_message(world):
    value = {"reference": "in-1", "phone": "19900000001", "text": "1", "at": rfc3339()}
    for _ in range(2):
        answer = world.callback(world.sms, "/api/v1/gateways/sms/inbound", value)
        assert answer.status == 200, answer
    assert answer.json["repeated"] or not answer.json["applied"], answer
