"""Health, metrics, parked requests, the console's files."""

from cases.bad_requests import problem


def test_health_and_metrics(world):
    health = world.anonymous().get("/healthz").json
    assert health["status"] == "ok" and health["version"], health
    text = world.anonymous().get("/metrics").body.decode()
    for name in ("xunjie_http_requests_total", "xunjie_http_request_seconds_bucket", "xunjie_store_transactions",
                 "xunjie_outbox_effects", 'xunjie_camera_state{camera="cam-1",state="ok"} 1',
                 "xunjie_camera_period_seconds"):
        assert name in text, name
    assert world.token not in text, "an address with a secret must not become a label"


def test_effects_are_for_those_on_duty(world):
    assert world.person("duty_officer").get("/api/v1/effects?status=done").json["items"]
    problem(world.person("reviewer").get("/api/v1/effects"), 403, "forbidden")
    problem(world.person("duty_officer").call("POST", "/api/v1/effects/none/retry"), 404, "not_found")
    done = world.person("duty_officer").get("/api/v1/effects?status=done&limit=1").json["items"][0]
    problem(world.person("admin").call("POST", f"/api/v1/effects/{done['id']}/retry"), 409, "not_allowed_in_state")


def test_the_console_is_served_with_its_policy(world):
    page = world.anonymous().get("/")
    if world.program.web is None:
        problem(page, 404, "not_found")
        return
    assert page.status == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    assert world.anonymous().get("/cases/any").body == page.body, "a place inside the console"
    assert world.anonymous().get("/", **{"If-None-Match": page.headers["etag"]}).status == 304
    assert world.anonymous().get("/assets/missing.js").status == 404
