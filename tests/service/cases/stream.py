"""The live stream: what changes is heard, what was missed is caught up, scopes hold."""

import json

from harness.client import EventStream
from harness.world import SHOP_BOX


def test_a_change_is_heard_and_valid(world):
    stream = EventStream(world.person("duty_officer"))
    assert stream.status == 200
    first = next(iter(stream))
    world.position = first["id"]
    case = world.find("stall", SHOP_BOX, "store_overflow")
    event = stream.until(lambda e: e.get("event") == "case")
    stream.close()
    value = json.loads(event["data"])
    assert value["id"] == case["id"] and value["summary"]["state"] == "reported", value
    world.contract.validate("StreamChange", value)
    assert int(event["id"]) > int(world.position)
    world.streamed = case


def test_a_reader_that_returns_catches_up(world):
    stream = EventStream(world.person("reviewer"), world.position)
    event = stream.until(lambda e: e.get("event") == "case")
    stream.close()
    assert json.loads(event["data"])["id"] == world.streamed["id"]


def test_an_impossible_position_says_read_everything(world):
    for position in ("999999999", "-5", "elsewhere"):
        stream = EventStream(world.person("reviewer"), position)
        assert next(iter(stream))["event"] == "reset", position
        stream.close()


def test_a_scope_hears_only_its_own(world):
    stranger = EventStream(world.person("stranger"), world.position)
    seeing = EventStream(world.person("duty_officer"))
    next(iter(seeing))
    answer = world.give("reviewer", world.streamed["id"], "reject", reason="误报")
    assert answer.status == 200, answer
    last = seeing.until(lambda e: e.get("event") == "case" and json.loads(e["data"])["id"] == world.streamed["id"])
    heard = []
    for event in stranger:
        if event.get("event"):
            heard.append(event)
        if int(event["id"]) >= int(last["id"]):
            break
    stranger.close()
    seeing.close()
    assert [e for e in heard if e["event"] == "case"] == [], heard
