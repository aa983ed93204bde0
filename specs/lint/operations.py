"""Rules for operations: what each of them says of itself, and what the document says of all."""

from __future__ import annotations

from pathlib import Path

import specs
from specs import Spec
from specs.capabilities import CAPABILITIES
from specs.lint.problem import Problems

_PAGINATION = ("parameter", "offset", "size", "size_parameter", "items", "links", "total")


def operation_keys(spec: Spec) -> Problems:
    """Each has its summary, its names, one tag and its source, and arguments that a handler can tell apart."""
    classes = spec.rate_classes
    for operation in spec.operations.values():
        at, raw = operation.pointer, operation.raw
        for key in ("summary", "operationId", "x-capability", "x-source"):
            if not raw.get(key):
                yield f"{operation.id} lacks {key}", at
        if len(raw.get("tags", ())) != 1:
            yield f"{operation.id} has not exactly one tag", at
        if operation.summary.endswith("."):
            yield f"the summary of {operation.id} ends in a full stop", at
        names = [parameter.argument for parameter in operation.parameters]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{operation.id} has two parameters that a handler calls {name!r}", at
        if operation.rate_class is not None and operation.rate_class not in classes:
            yield f"{operation.id} names the unknown rate class {operation.rate_class!r}", at


def capabilities(spec: Spec) -> Problems:
    """What an operation is said to do is in the list that all vendors share."""
    if spec.path.parent != Path(specs.__file__).parent:
        return  # A user's own vendor may do what no other does.
    for operation in spec.operations.values():
        for name in operation.capabilities:
            if name not in CAPABILITIES:
                at = f"{operation.pointer}/x-capability"
                yield f"{operation.id} has the unknown capability {name!r}: the list is specs/capabilities.py", at


def tags(spec: Spec) -> Problems:
    """They are declared in the order in which they are used."""
    declared = [tag.get("name") for tag in spec.document.get("tags") or () if isinstance(tag, dict)]
    used = list(dict.fromkeys(operation.tag for operation in spec.operations.values()))
    if declared != used:
        yield f"tags are declared as {declared} and used in the order {used}", "#/tags"


def pagination(spec: Spec) -> Problems:
    """`x-pagination` is complete, and names parameters that are there."""
    for operation in spec.operations.values():
        how = operation.raw.get("x-pagination")
        if how is None:
            continue
        at = f"{operation.pointer}/x-pagination"
        if not isinstance(how, dict) or how.keys() - _PAGINATION or len(how.keys() & {"parameter", "offset"}) != 1:
            yield f"x-pagination has `parameter` or `offset`, and of {', '.join(_PAGINATION)} no other", at
            continue
        known = {it.name for it in operation.parameters if it.place == "query"}
        for key in ("parameter", "offset", "size_parameter"):
            if key in how and how[key] not in known:
                yield f"{operation.id} has no query parameter {how[key]!r} for `{key}` of x-pagination", at


def error_schemas(spec: Spec) -> Problems:
    """A refusal has a schema, or says that its body is empty."""
    for operation in spec.operations.values():
        for response in operation.responses.values():
            marked = "x-empty-body" in spec.resolve(response.pointer)
            if not response.content and not marked and response.status.startswith("4"):
                yield f"{operation.id} {response.status} has no schema, and no x-empty-body", response.pointer
            if marked and bool(response.content) is (response.empty_body == "always"):
                yield (
                    f"{operation.id} {response.status}: `x-empty-body: {response.empty_body}` and `content` disagree",
                    response.pointer,
                )
            for media in response.content.values():
                if media.schema is None:
                    yield f"{operation.id} {response.status} {media.type} has no schema", media.pointer
