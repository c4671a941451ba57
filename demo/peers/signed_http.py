"""Signed JSON over HTTP, as both sides of a gateway speak it.

Every request carries X-Xunjie-Key, -Timestamp, -Nonce and -Signature, the signature being
HMAC-SHA256(secret, method \\n path \\n timestamp \\n nonce \\n sha256(body)) in hex.
"""

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request

SKEW_S_MAX = 300


def signature(secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    text = "\n".join([method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def headers_for(key: str, secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "Content-Type": "application/json",
        "X-Xunjie-Key": key,
        "X-Xunjie-Timestamp": timestamp,
        "X-Xunjie-Nonce": nonce,
        "X-Xunjie-Signature": signature(secret, method, path, timestamp, nonce, body),
    }


def is_signed(headers, key: str, secret: str, method: str, path: str, body: bytes) -> bool:
    timestamp = headers.get("X-Xunjie-Timestamp", "")
    if headers.get("X-Xunjie-Key") != key or not timestamp.isdigit():
        return False
    if abs(time.time() - int(timestamp)) > SKEW_S_MAX:
        return False
    expected = signature(secret, method, path, timestamp, headers.get("X-Xunjie-Nonce", ""), body)
    return hmac.compare_digest(expected, headers.get("X-Xunjie-Signature", ""))


def request(method: str, url: str, value=None, headers: dict[str, str] | None = None,
            timeout_s: float = 10) -> tuple[int, bytes]:
    """One HTTP exchange. Returns status and body; a refused connection is status 0."""
    body = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json"} if value is not None else {}
    sent.update(headers or {})
    call = urllib.request.Request(url, data=body or None, method=method, headers=sent)
    try:
        with urllib.request.urlopen(call, timeout=timeout_s) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError, OSError) as error:
        return 0, str(error).encode()


def signed_request(method: str, url: str, value, key: str, secret: str) -> tuple[int, bytes]:
    body = json.dumps(value, ensure_ascii=False).encode()
    path = urllib.parse.urlsplit(url).path
    call = urllib.request.Request(url, data=body, method=method,
                                  headers=headers_for(key, secret, method, path, body))
    try:
        with urllib.request.urlopen(call, timeout=10) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError, OSError) as error:
        return 0, str(error).encode()
