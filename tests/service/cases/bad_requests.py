"""What bad input gets: a clear problem document that names the field."""

import http.client
import json
import socket


def problem(answer, status, code, field=None):
    assert answer.status == status, answer
    value = answer.json
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    assert value["code"] == code and value["status"] == status, value
    assert any("一" <= c <= "鿿" for c in value["detail"]), f"not Chinese: {value}"
    if field is not None:
        assert value.get("field") == field, value


def test_unknown_paths_and_methods(world):
    reviewer = world.person("reviewer")
    problem(reviewer.get("/api/v1/nothing"), 404, "not_found")
    answer = reviewer.call("PUT", "/api/v1/cases", {})
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


def test_unknown_cases_shops_and_cameras(world):
    duty = world.person("duty_officer")
    for path in ("/api/v1/cases/C01ARZ3NDEKTSV4RRFFQ69G5FAV", "/api/v1/cases/nonsense", "/api/v1/shops/none",
                 "/api/v1/cameras/none"):
        problem(duty.get(path), 404, "not_found")


def test_bad_parameters_are_named(world):
    duty = world.person("duty_officer")
    for query, field in (("limit=0", "limit"), ("limit=201", "limit"), ("limit=many", "limit"),
                         ("open=perhaps", "open"), ("state=asleep", "state"), ("order=random", "order"),
                         ("from=yesterday", "from"), ("colour=red", "colour"), ("limit=5&limit=6", "limit"),
                         ("violation=%ff", "violation")):
        problem(duty.get(f"/api/v1/cases?{query}"), 400, "invalid_argument", field)
    problem(duty.get("/api/v1/funnel?day=2026-02-30"), 400, "invalid_argument", "day")


def test_a_bad_cursor_is_refused(world):
    for path in ("/api/v1/cases", "/api/v1/effects"):
        problem(world.person("duty_officer").get(f"{path}?cursor=forged"), 400, "invalid_argument", "cursor")


def test_bodies_that_are_not_what_they_should_be(world):
    client = world.anonymous()
    for body in (b"", b"{", b"[]", b"null", b'{"login":1,"password":"x"}', b'{"login":"x"}', b"\xff\xfe", b'"' + b"x" * 100):
        answer = client.call("POST", "/api/v1/session", body)
        problem(answer, 400, "invalid_argument")
    answer = client.call("POST", "/api/v1/session", {"login": "a", "password": "b", "remember": True})
    problem(answer, 400, "invalid_argument", "remember")
    deep = b"[" * 5000 + b"]" * 5000
    problem(client.call("POST", "/api/v1/session", deep[:4000]), 400, "invalid_argument")


def test_the_wrong_content_type_is_refused(world):
    answer = world.anonymous().call("POST", "/api/v1/session", b"login=a", {"Content-Type": "text/plain"})
    problem(answer, 415, "unsupported_media_type")
    answer = world.person("officer1").send("POST", "/api/v1/blobs", b"x", {"Content-Type": "text/html"})
    problem(answer, 415, "unsupported_media_type")


def test_oversized_bodies_are_refused(world):
    client = world.anonymous()
    problem(client.call("POST", "/api/v1/session", b" " * 200_000), 413, "too_large")
    big = world.person("officer1").send("POST", "/api/v1/blobs", b"\xff\xd8\xff" + b"x" * (17 << 20),
                                        {"Content-Type": "image/jpeg"})
    problem(big, 413, "too_large")


def test_oversized_headers_are_refused(world):
    with socket.create_connection(("127.0.0.1", world.program.port), timeout=20) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 431")


def test_pictures_must_be_pictures(world):
    officer = world.person("officer1")
    answer = officer.send("POST", "/api/v1/blobs", b"not a picture", {"Content-Type": "image/jpeg"})
    problem(answer, 400, "invalid_argument")
    problem(world.person("auditor").send("POST", "/api/v1/blobs", b"\xff\xd8\xff\xe0", {"Content-Type": "image/jpeg"}),
            403, "forbidden")


def test_no_path_leaves_the_console(world):
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd.txt",
                 "/assets/../../../etc/passwd"):
        wire = http.client.HTTPConnection("127.0.0.1", world.program.port, timeout=20)
        wire.putrequest("GET", path, skip_host=False)
        wire.endheaders()
        body = wire.getresponse().read()
        wire.close()
        assert b"root:" not in body, path


def test_answers_carry_the_closing_headers(world):
    answer = world.person("reviewer").get("/api/v1/reference")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert json.loads(answer.body)["violations"]
