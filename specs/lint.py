"""The rules of docs/specs.md, held against a spec and the functions that its operationIds name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from specs import Spec
from specs.codecs import Undecodable, codec, is_xml
from specs.handlers import folder, functions
from specs.loading import SpecError, line_of
from specs.operations import Media, Operation, Response

_KEYS = {"x-source", "x-capability", "x-rate-limit", "x-empty-body", "x-pagination"}
_ORDER = ["openapi", "info", "servers", "tags", "security", "x-rate-limit", "paths", "components"]
_STATED = re.compile(r"stated|inferred")
_JOB = re.compile(r"[\"']([a-z_]+)\.([a-z_]+)[\"']")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a spec breaks, with the line (of the spec) where it does."""

    rule: str
    message: str
    path: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.rule}: {self.message}"


def lint(spec: Spec) -> list[Broken]:
    """All rules that the spec breaks, in the order of its lines."""
    found = []
    for rule, check in RULES.items():
        try:
            problems = list(check(spec))
        except SpecError as error:
            problems = [(error.message, "#")]
        for message, where in problems:
            steps: list[str | int] = [
                int(step) if step.isdigit() and "responses" not in where.split("/")[-2:] else _unescape(step)
                for step in where.removeprefix("#").strip("/").split("/")
                if step
            ]
            found.append(Broken(rule, message, str(spec.path), line_of(spec.path, steps)))
    return sorted(found, key=lambda broken: (broken.line or 0, broken.rule))


Problems = Iterator[tuple[str, str]]


def _valid(spec: Spec) -> Problems:
    for error in OpenAPIV30SpecValidator(spec.document).iter_errors():
        yield error.message.splitlines()[0][:200], "#/" + "/".join(_escape(str(step)) for step in error.absolute_path)


def _unique_keys(spec: Spec) -> Problems:
    def walk(node: yaml.Node, at: str) -> Problems:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if key.value in seen:
                    yield f"the key {key.value!r} stands twice", at
                seen.add(key.value)
                yield from walk(value, f"{at}/{_escape(str(key.value))}")
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                yield from walk(value, f"{at}/{index}")

    node = yaml.compose(spec.path.read_bytes(), Loader=yaml.SafeLoader)
    if node is not None:
        yield from walk(node, "#")


def _key_order(spec: Spec) -> Problems:
    present = [key for key in spec.document if key in _ORDER]
    if present != sorted(present, key=_ORDER.index):
        yield f"top-level keys stand in the order {', '.join(_ORDER)}", "#"


def _extensions(spec: Spec) -> Problems:
    def walk(value: Any, at: str) -> Problems:
        if isinstance(value, dict):
            for key, item in value.items():
                below = f"{at}/{_escape(key)}"
                if key.startswith("x-") and key not in _KEYS and at != "#/components/securitySchemes":
                    yield f"unknown extension key {key!r}", below
                elif key == "x-source":
                    yield from _sources(item, below)
                elif key not in ("example", "examples", "value", "default", "enum", "properties", "headers"):
                    yield from walk(item, below)
                elif key in ("properties", "headers"):
                    for name, member in item.items():
                        yield from walk(member, f"{below}/{_escape(name)}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, f"{at}/{index}")

    yield from walk(spec.document, "#")


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
        if operation.rate_class is not None and operation.rate_class not in classes:
            yield f"{operation.id} names the unknown rate class {operation.rate_class!r}", at


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
        public = [name for name in functions(directory / f"{module}.py") if (module, name) not in jobs or name in names]
        for name in public:
            if name not in names:
                yield f"{module}.py has a public function {name} that no operationId names", "#/paths"
        if [name for name in public if name in names] != [name for name in names if name in public]:
            yield f"the operations of {module} do not stand in the order of their functions", "#/paths"


def _tags(spec: Spec) -> Problems:
    declared = [tag["name"] for tag in spec.document.get("tags", ())]
    used = list(dict.fromkeys(operation.tag for operation in spec.operations.values()))
    if declared != used:
        yield f"tags are declared as {declared} and used in the order {used}", "#/tags"


def _error_schemas(spec: Spec) -> Problems:
    for operation in spec.operations.values():
        for response in operation.responses.values():
            silent = not response.content and "x-empty-body" not in _raw(spec, response)
            if silent and response.status.startswith("4"):
                yield f"{operation.id} {response.status} has no schema, and no x-empty-body", response.pointer
            for media in response.content.values():
                if media.schema is None:
                    yield f"{operation.id} {response.status} {media.type} has no schema", media.pointer


def _raw(spec: Spec, response: Response) -> Any:
    return spec.resolve(response.pointer)


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


def _judge(spec: Spec, operation: Operation, media: Media, direction: Any) -> Problems:
    if not media.examples:
        yield f"{operation.id}: {media.type} of the {direction} has no example", media.pointer
    if media.schema is None:
        return
    validator = spec.schemas.validator(media.schema, direction)
    for name, example in media.examples.items():
        value = example
        if isinstance(example, str) and is_xml(media.type):
            try:
                value = codec("text/xml", media.schema, spec.document).decode(example.encode())
            except Undecodable as error:
                yield f"{operation.id}: example {name!r}: {error}", media.pointer
                continue
        for problem in validator.problems(value, "value"):
            yield f"{operation.id}: example {name!r}: {problem}", media.pointer


def _schemes(spec: Spec) -> Problems:
    directory = folder(spec.vendor)
    if directory is None or not (directory / "auth.py").is_file():
        return
    for name in spec.security_schemes:
        if name not in functions(directory / "auth.py"):
            yield f"security scheme {name!r} has no function of that name in auth.py", "#/components/securitySchemes"


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


RULES: dict[str, Callable[[Spec], Problems]] = {
    "openapi": _valid,
    "unique-keys": _unique_keys,
    "key-order": _key_order,
    "extension-keys": _extensions,
    "operation-keys": _operation_keys,
    "functions": _functions,
    "tags": _tags,
    "error-schemas": _error_schemas,
    "examples": _examples,
    "security-schemes": _schemes,
}
