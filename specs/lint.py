"""The rules of docs/specs.md, held against a spec and the functions that its operationIds name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas import get_schema_content_v30

from specs import Spec
from specs.capabilities import CAPABILITIES
from specs.codecs import Undecodable, codec, is_csv, is_xml
from specs.handlers import folder, functions
from specs.loading import Lines, SpecError, escape, resolved, steps
from specs.operations import Media, Operation
from specs.schemas import Direction

_KEYS = {"x-source", "x-capability", "x-rate-limit", "x-empty-body", "x-pagination"}
_ORDER = ["openapi", "info", "servers", "tags", "security", "x-rate-limit", "paths", "components"]
_PAGINATION = ("parameter", "offset", "size", "size_parameter", "items", "links", "total")
_STATED = re.compile(r"stated|inferred")
_JOB = re.compile(r"[\"']([a-z_]+)\.([a-z_]+)[\"']")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a spec breaks, with the file and line where it does: the spec's, or those of a handler."""

    rule: str
    message: str
    path: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.rule}: {self.message}"


# A message, and where: a pointer into the spec, or a handler's file and line.
Problems = Iterator[tuple[str, str | tuple[Path, int]]]


def lint(spec: Spec) -> list[Broken]:
    """All rules that the spec breaks, in the order of its lines."""
    lines = Lines(spec.path)
    found: dict[tuple[str, str, int | None], Broken] = {}
    for rule, check in RULES.items():
        for message, where in _all(check, spec):
            if isinstance(where, tuple):
                path, line = str(where[0]), where[1]
            else:
                path, line = str(spec.path), lines.at(steps(where)) or 0
            # What keeps a rule from looking keeps others too: said once.
            found.setdefault((message, path, line), Broken(rule, message, path, line or None))
    own = str(spec.path)
    return sorted(found.values(), key=lambda it: (it.path != own, it.path, it.line or 0, it.rule))


def _all(check: Callable[[Spec], Problems], spec: Spec) -> Problems:
    """What a rule finds. A document too broken for the rule to look at is a finding too."""
    try:
        yield from check(spec)
    except SpecError as error:
        elsewhere = error.path is not None and error.path != spec.path
        if elsewhere and error.path:
            yield error.message, (error.path, error.line or 1)
        else:
            yield error.message, error.pointer or "#"


def _valid(spec: Spec) -> Problems:
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


def _key_order(spec: Spec) -> Problems:
    present = [key for key in spec.document if key in _ORDER]
    if present != sorted(present, key=_ORDER.index):
        yield f"top-level keys stand in the order {', '.join(_ORDER)}", "#"


def _extensions(spec: Spec) -> Problems:
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


# Keys whose value is data, not specification; and keys whose value is a mapping by names.
_VALUES = frozenset(("example", "value", "default", "enum"))
_NAMED = frozenset(
    ("properties", "headers", "responses", "examples", "content", "links", "variables", "mapping", "scopes", "encoding")
)


def _sources(value: Any, at: str) -> Problems:
    entries = value if isinstance(value, list) and value else [None]
    for entry in entries:
        if not (isinstance(entry, dict) and len(entry) == 1 and _STATED.fullmatch(next(iter(entry)))):
            yield "x-source is a list of `stated: document, section` or `inferred: rule and reason`", at


def _operation_keys(spec: Spec) -> Problems:
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


def _capabilities(spec: Spec) -> Problems:
    if spec.path.parent != Path(__file__).parent:
        return  # A user's own vendor may do what no other does.
    for operation in spec.operations.values():
        for name in operation.capabilities:
            if name not in CAPABILITIES:
                at = f"{operation.pointer}/x-capability"
                yield f"{operation.id} has the unknown capability {name!r}: the list is specs/capabilities.py", at


def _functions(spec: Spec) -> Problems:
    directory = folder(spec.vendor)
    if directory is None:
        return
    jobs = {match for path in directory.glob("*.py") for match in _JOB.findall(path.read_text())}
    named: dict[str, list[str]] = {}
    for operation in spec.operations.values():
        module, _, name = operation.id.rpartition(".")
        if module != operation.tag:
            yield f"operationId {operation.id!r} does not begin with its tag {operation.tag!r}", operation.pointer
        elif name not in functions(directory / f"{module}.py"):
            yield f"operationId {operation.id!r} has no function {name} in {module}.py", operation.pointer
        named.setdefault(module, []).append(name)
    for module, names in named.items():
        path = directory / f"{module}.py"
        public = {name: line for name, line in functions(path).items() if (module, name) not in jobs or name in names}
        for name, line in public.items():
            if name not in names:
                yield f"{module}.py has a public function {name} that no operationId names", (path, line)
        ordered = [name for name in names if name in public]
        for here, there in zip([name for name in public if name in names], ordered, strict=True):
            if here != there:
                message = (
                    f"the operations of {module} do not stand in the order of their functions: {there!r}, not {here!r}"
                )
                yield message, spec.operations[f"{module}.{there}"].pointer
                break


def _pagination(spec: Spec) -> Problems:
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


def _tags(spec: Spec) -> Problems:
    declared = [tag.get("name") for tag in spec.document.get("tags") or () if isinstance(tag, dict)]
    used = list(dict.fromkeys(operation.tag for operation in spec.operations.values()))
    if declared != used:
        yield f"tags are declared as {declared} and used in the order {used}", "#/tags"


def _error_schemas(spec: Spec) -> Problems:
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


def _examples(spec: Spec) -> Problems:
    for operation in spec.operations.values():
        for media in operation.body.values():
            yield from _judge(spec, operation, media, "request")
        for response in operation.responses.values():
            for media in response.content.values():
                yield from _judge(spec, operation, media, "response")
        for parameter in operation.parameters:
            if parameter.place in ("path", "query"):
                if parameter.example is None:
                    yield f"{operation.id}: parameter {parameter.name!r} has no example", parameter.pointer
                    continue
                validator = spec.schemas.validator(parameter.schema, "request")
                for problem in validator.problems(parameter.example, parameter.name):
                    yield f"{operation.id}: example of {problem}", parameter.pointer


def _judge(spec: Spec, operation: Operation, media: Media, direction: Direction) -> Problems:
    if not media.examples:
        yield f"{operation.id}: {media.type} of the {direction} has no example", media.pointer
    if media.schema is None:
        return
    validator = spec.schemas.validator(media.schema, direction)
    kind = media.type.lower().split(";")[0].strip()
    written = is_xml(kind) or is_csv(kind)
    for name, example in media.examples.items():
        value = example
        if isinstance(example, str) and written:
            try:
                value = codec(kind, media.schema, spec.document).decode(example.encode())
            except Undecodable as error:
                yield f"{operation.id}: example {name!r}: {error}", _example_at(spec, media, name)
                continue
        for problem in validator.problems(value, "value"):
            yield f"{operation.id}: example {name!r}: {problem}", _example_at(spec, media, name)


def _example_at(spec: Spec, media: Media, name: str) -> str:
    entries = spec.resolve(media.pointer).get("examples", {})
    if name not in entries:
        return f"{media.pointer}/example"
    reference = entries[name].get("$ref")
    return str(reference) if reference else f"{media.pointer}/examples/{escape(name)}"


def _schemes(spec: Spec) -> Problems:
    directory = folder(spec.vendor)
    if directory is None or not (directory / "auth.py").is_file():
        return
    for name in spec.security_schemes:
        if name not in functions(directory / "auth.py"):
            yield (
                f"security scheme {name!r} has no function of that name in auth.py",
                f"#/components/securitySchemes/{escape(name)}",
            )


def _pointer(path: Iterable[str | int]) -> str:
    return "#" + "".join(f"/{escape(str(step))}" for step in path)


RULES: dict[str, Callable[[Spec], Problems]] = {
    "openapi": _valid,
    "key-order": _key_order,
    "extension-keys": _extensions,
    "operation-keys": _operation_keys,
    "capabilities": _capabilities,
    "functions": _functions,
    "tags": _tags,
    "pagination": _pagination,
    "error-schemas": _error_schemas,
    "examples": _examples,
    "security-schemes": _schemes,
}
