"""Signing in and out, the cookie, the token against forged requests, the limit on guessing."""

from harness.program import PASSWORD


def test_signing_in_gives_a_closed_cookie(world):
    client = world.anonymous()
    answer = client.sign_in("reviewer", PASSWORD)
    assert answer.status == 200, answer
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie, cookie
    assert "Secure" not in cookie, "loopback without TLS"
    assert answer.json["user"]["role"] == "reviewer"
    assert client.get("/api/v1/session").json == answer.json


def test_a_session_says_what_its_person_may_do(world):
    assert "read_audit" in world.person("auditor").get("/api/v1/session").json["duties"]
    mine = world.person("reviewer").get("/api/v1/session").json["duties"]
    assert "review_queue" in mine and "read_audit" not in mine, mine


def test_wrong_password_and_unknown_login_look_alike(world):
    wrong = world.anonymous().sign_in("reviewer", "not the password")
    unknown = world.anonymous().sign_in("nobody", "not the password")
    assert (wrong.status, unknown.status) == (401, 401)
    assert wrong.json["detail"] == unknown.json["detail"]
    assert "set-cookie" not in wrong.headers


def test_without_a_session_nothing_is_shown(world):
    for path in ("/api/v1/cases", "/api/v1/cameras", "/api/v1/session", "/api/v1/stream", "/api/v1/reference",
                 "/api/v1/blobs/" + "0" * 64):
        answer = world.anonymous().get(path)
        assert answer.status == 401 and answer.json["code"] == "unauthenticated", (path, answer)


def test_signing_out_ends_the_session(world):
    client = world.anonymous()
    client.sign_in("auditor", PASSWORD)
    assert client.call("DELETE", "/api/v1/session").status == 204
    assert client.get("/api/v1/session").status == 401


def test_a_forged_request_is_refused(world):
    client = world.anonymous()
    client.sign_in("admin", PASSWORD)
    for token in (None, "", "0" * 64, client.csrf[:-1] + ("0" if client.csrf[-1] != "0" else "1")):
        answer = client.call("DELETE", "/api/v1/session", headers={"X-CSRF-Token": token})
        assert answer.status == 403 and answer.json["field"] == "X-CSRF-Token", (token, answer)
    assert client.get("/api/v1/session").status == 200


def test_guessing_is_slowed_down(world):
    client = world.anonymous()
    statuses = []
    for _ in range(12):
        answer = client.sign_in("evaluator", "guess")
        statuses.append(answer.status)
        if answer.status == 429:
            assert int(answer.headers["retry-after"]) > 0
            break
    assert statuses[0] == 401 and statuses[-1] == 429, statuses
    # The right password does not help either until the time is over; other people are not touched.
    assert client.sign_in("evaluator", PASSWORD).status == 429
    assert world.anonymous().sign_in("approver", PASSWORD).status == 200
