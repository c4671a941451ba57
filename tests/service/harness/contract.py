"""Holds api/openapi.yaml against what the server really answers."""

import json
import re

import jsonschema
import yaml

from .program import ROOT

CONSOLE = object()


class Contract:
    def __init__(self):
        self.document = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())
        self.operations = {}  # (METHOD, pattern) → operation
        for pattern, item in self.document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "put", "post", "delete"):
                    self.operations[(method.upper(), pattern)] = operation
        self.seen = {}        # (METHOD, pattern) → set of statuses answered
        self.faults = []
        self._validators = {}

    def routes(self) -> set[str]:
        return {f"{method} {pattern}" for method, pattern in self.operations}

    def find(self, method: str, path: str):
        """The operation of a real address, literal segments first."""
        parts = path.split("?")[0].split("/")
        best = None
        for (known, pattern), _ in self.operations.items():
            wanted = pattern.split("/")
            if known != method or len(wanted) != len(parts):
                continue
            if all(w == p or (w.startswith("{") and p) for w, p in zip(wanted, parts)):
                literal = sum(w == p for w, p in zip(wanted, parts))
                if best is None or literal > best[0]:
                    best = (literal, (known, pattern))
        return best[1] if best else None

    def observe(self, method: str, path: str, answer) -> None:
        key = self.find(method, path)
        if key is None:
            return  # the console's files and addresses that do not exist
        self.seen.setdefault(key, set()).add(answer.status)
        try:
            self.check(key, answer)
        except (AssertionError, jsonschema.ValidationError, ValueError) as error:
            where = "/".join(map(str, getattr(error, "absolute_path", [])))
            text = getattr(error, "message", str(error))
            self.faults.append(f"{method} {path} → {answer.status}: {where}: {text[:300]}")

    def check(self, key, answer) -> None:
        responses = self.operations[key]["responses"]
        response = responses.get(str(answer.status), responses.get("default"))
        assert response is not None, "status not in the contract"
        if str(answer.status) not in responses:
            assert answer.status >= 400, f"status {answer.status} is not in the contract"
        if "$ref" in response:
            response = self.resolve(response["$ref"])
        content = response.get("content")
        if not content:
            assert answer.body == b"", "a body where the contract has none"
            return
        kind = answer.headers.get("content-type", "").split(";")[0]
        assert kind in content, f"content type {kind!r} is not in the contract"
        if kind.endswith("json"):
            self.validator(content[kind]["schema"]).validate(json.loads(answer.body))

    def resolve(self, reference: str):
        node = self.document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def validator(self, schema: dict):
        name = json.dumps(schema, sort_keys=True)
        if name not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[name] = jsonschema.Draft202012Validator(
                whole, format_checker=jsonschema.FormatChecker())
        return self._validators[name]

    def validate(self, schema_name: str, value) -> None:
        self.validator({"$ref": f"#/components/schemas/{schema_name}"}).validate(value)


def normal(pattern: str) -> str:
    """Parameter names do not matter when patterns are compared."""
    return re.sub(r"\{[^}]*\}", "{}", pattern)
