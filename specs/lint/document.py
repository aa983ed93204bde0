"""Rules for the document as a whole: that it is OpenAPI, how it is laid out, and which keys it may add."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas import get_schema_content_v30

from specs import Spec
from specs.lint.problem import Problems
from specs.loading import SpecError, escape, resolved

_KEYS = {"x-source", "x-capability", "x-rate-limit", "x-empty-body", "x-pagination"}
_ORDER = ["openapi", "info", "servers", "tags", "security", "x-rate-limit", "paths", "components"]
_STATED = re.compile(r"stated|inferred")
# Keys whose value is data, not specification; and keys whose value is a mapping by names.
_VALUES = frozenset(("example", "value", "default", "enum"))
_NAMED = frozenset(
    ("properties", "headers", "responses", "examples", "content", "links", "variables", "mapping", "scopes", "encoding")
)


def valid(spec: Spec) -> Problems:
    """It is OpenAPI 3.0, and what refers to something finds it."""
    # The validator raises at a reference that leads nowhere, and our own reading knows the line of a mistake.
    found = list(_references(spec)) or list(_unreadable(spec)) or list(_misshapen(spec))
    yield from found
    if not found:
        for error in OpenAPIV30SpecValidator(spec.document).iter_errors():
            yield error.message.splitlines()[0][:200], _pointer(error.absolute_path)


def _unreadable(spec: Spec) -> Problems:
    try:
        _ = spec.operations, spec.rate_classes
    except SpecError as error:
        yield error.message, error.pointer or "#"


def _misshapen(spec: Spec) -> Problems:
    """What the schema of OpenAPI 3.0 refuses, told by the innermost of the reasons."""
    for outer in Draft4Validator(get_schema_content_v30()).iter_errors(spec.document):
        error = outer
        while error.context:
            # An object that is no reference was meant to be the thing itself.
            not_meant = {it.schema_path[0] for it in error.context if "'$ref' is a required" in it.message}
            meant = [it for it in error.context if it.schema_path[0] not in not_meant] or error.context
            error = max(meant, key=lambda it: len(it.absolute_path))
        yield error.message[:200], _pointer(error.absolute_path)


def _references(spec: Spec) -> Problems:
    def walk(value: Any, at: str) -> Problems:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                try:
                    resolved(spec.document, value, at)
                except SpecError as error:
                    yield error.message, at
            for key, item in value.items():
                if key not in _VALUES or at.endswith("/properties"):
                    yield from walk(item, f"{at}/{escape(key)}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, f"{at}/{index}")

    yield from walk(spec.document, "#")


def key_order(spec: Spec) -> Problems:
    """The keys of its root stand in one order."""
    present = [key for key in spec.document if key in _ORDER]
    if present != sorted(present, key=_ORDER.index):
        yield f"top-level keys stand in the order {', '.join(_ORDER)}", "#"


def extensions(spec: Spec) -> Problems:
    """Of `x-` keys it has those of docs/specs.md, and `x-source` says where from."""

    def walk(value: Any, at: str, names: bool) -> Problems:
        """`names`: the keys are names that the author chose, so they mean nothing here."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, f"{at}/{index}", False)
        elif isinstance(value, dict):
            for key, item in value.items():
                below = f"{at}/{escape(key)}"
                if names:
                    yield from walk(item, below, False)
                elif key == "x-source":
                    yield from _sources(item, below)
                elif key.startswith("x-"):
                    if key not in _KEYS:
                        yield f"unknown extension key {key!r}", below
                elif key not in _VALUES:
                    yield from walk(item, below, key in _NAMED or at == "#/components")

    yield from walk(spec.document, "#", False)


def _sources(value: Any, at: str) -> Problems:
    entries = value if isinstance(value, list) and value else [None]
    for entry in entries:
        if not (isinstance(entry, dict) and len(entry) == 1 and _STATED.fullmatch(next(iter(entry)))):
            yield "x-source is a list of `stated: document, section` or `inferred: rule and reason`", at


def _pointer(path: Iterable[str | int]) -> str:
    return "#" + "".join(f"/{escape(str(step))}" for step in path)
