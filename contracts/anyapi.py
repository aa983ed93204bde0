"""Any OpenAPI document of the user's, 3.0 or 3.1, in one file or several, as a Spec.

Both versions have one structure; what differs is the schema. A 3.1 document is read in the form of 3.0, near enough for
parameters, media types and examples, while bodies and values are judged by its own schemas, as JSON Schema 2020-12.
What cannot be used is left out, with a note, as far as that is possible: the document is somebody else's.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import jsonschema_rs

from contracts.newer import Newer, converted, schema_places
from specs import Spec, SpecError
from specs.loading import escape, load, pointer, shown, steps
from specs.operations import METHODS
from specs.schemas import Direction, Schemas, Validator

_FILES = "x-files"


class AnySpec(Spec):
    """A user's document. `source` is what Schemathesis reads; `notes` say what could not be used."""

    def __init__(self, vendor: str, path: Path, source: dict[str, Any]) -> None:
        self.source = source
        self.notes: list[str] = []
        places = schema_places(source) if str(source["openapi"]).startswith("3.1") else None
        self._newer = None if places is None else Newer(source, places)
        super().__init__(vendor, path, source if places is None else converted(source, places))

    @cached_property
    def schemas(self) -> Schemas:
        """Validators that take everything where a schema cannot be used."""
        known = Schemas(self.document, self.path)
        # The same interface, with notes in place of errors.
        return cast(Schemas, _Lenient(known, self._newer, self.notes))

    def compile(self) -> None:
        """Compile all schemas now, so that `notes` are complete before the run."""
        for operation in self.operations.values():
            for media in operation.body.values():
                self.schemas.validator(media.schema or {}, "request")
            for parameter in operation.parameters:
                self.schemas.validator(parameter.schema, "request")
            for response in operation.responses.values():
                headers = [it["schema"] for it in response.headers.values() if isinstance(it.get("schema"), dict)]
                for schema in (*(media.schema or {} for media in response.content.values()), *headers):
                    self.schemas.validator(schema, "response")


class _Lenient:
    def __init__(self, known: Schemas, newer: Newer | None, notes: list[str]) -> None:
        self._known, self._newer, self._notes = known, newer, notes
        self._anything: dict[tuple[int, Direction], tuple[object, Validator]] = {}

    def validator(self, schema: Any, direction: Direction) -> Validator:
        """As `Schemas.validator`, but it never raises."""
        permissive = self._anything.get((id(schema), direction))
        if permissive is not None:
            return permissive[1]
        try:
            found = self._newer.validator(schema, direction) if self._newer else None
            return found or self._known.validator(schema, direction)
        except SpecError as error:
            note = f"a schema cannot be used, so nothing is held against it: {error}"
            if note not in self._notes:
                self._notes.append(note)
            anything = Validator(jsonschema_rs.Draft4Validator({}), takes_bytes=True)
            self._anything[id(schema), direction] = (schema, anything)
            return anything


def read(vendor: str, path: Path) -> AnySpec:
    """The document at a path. Raises SpecError, with the line where known, for what is no OpenAPI 3.0 or 3.1 at all."""
    document = load(path)
    if not isinstance(document, dict):
        raise SpecError(f"not an OpenAPI document: expected a mapping, found {shown(document)}", path, 1)
    version = str(document.get("openapi", document.get("swagger", "missing")))
    if not re.fullmatch(r"3\.[01](\.\d+\S*)?", version):
        raise SpecError(f"the version of OpenAPI is {version}; 3.0 and 3.1 can be checked", path)
    if not isinstance(document.setdefault("paths", {}), dict):
        raise SpecError("not an OpenAPI document: `paths` must be a mapping", path)
    document.setdefault("info", {"title": path.stem, "version": ""})
    whole = _Bundle(path).whole(document)
    for route, item in whole["paths"].items():
        if isinstance(item, dict) and "$ref" in item:
            whole["paths"][route] = {**copy.deepcopy(_target(whole, item["$ref"], path)), **item}
            del whole["paths"][route]["$ref"]
    notes = [*_doubled(whole), *_silent(whole)]
    spec = _readable(vendor, path, whole, notes)
    spec.notes += notes
    spec.compile()
    return spec


def _readable(vendor: str, path: Path, document: dict[str, Any], notes: list[str]) -> AnySpec:
    """The document without the operations that cannot be read. Raises SpecError when it is not they who are to blame,
    or there are no others."""
    while True:
        spec = AnySpec(vendor, path, document)
        try:
            _ = spec.operations
            return spec
        except SpecError as error:
            top, route, method, *_ = (*steps(error.pointer or "#"), "", "", "")
            item = document["paths"].get(route) if top == "paths" else None
            if not isinstance(item, dict) or method not in METHODS or len([*_written(document)]) < 2:
                raise
            del item[method]
            notes.append(f"`{method} {route}` is left out: {error.message}")


def _written(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Path, method and operation of all that looks like one."""
    for route, item in document["paths"].items():
        for method in METHODS:
            if isinstance(item, dict) and method in item:
                yield route, method, item[method]


def _silent(document: dict[str, Any]) -> Iterator[str]:
    """Let an operation that documents no answers, which 3.1 allows, give any."""
    for route, method, operation in _written(document):
        if isinstance(operation, dict) and not operation.get("responses"):
            operation["responses"] = {"default": {"description": "Not documented"}}
            yield f"`{method} {route}` documents no answers, so any will do"


def _target(document: dict[str, Any], reference: str, path: Path) -> dict[str, Any]:
    try:
        found = pointer(document, reference)
    except SpecError as error:
        raise error.placed(path) from None
    if not isinstance(found, dict):
        raise SpecError(f"{reference!r} leads to {shown(found)}, and not to a path", path)
    return found


def _doubled(document: dict[str, Any]) -> Iterator[str]:
    """Take away operationIds that stand twice, or are none; method and path are the name then."""
    known: set[str] = set()
    for route, method, operation in _written(document):
        name = operation.get("operationId") if isinstance(operation, dict) else None
        if name is None:
            continue
        odd = "is no text" if not isinstance(name, str) else "stands twice" if name in known else ""
        if odd:
            del operation["operationId"]
            yield f"the operationId {name!r} {odd}; the operation is `{method} {route}` here"
        else:
            known.add(name)


class _Bundle:
    """Brings the files that a document refers to into it, under a key of their own."""

    def __init__(self, path: Path) -> None:
        self._root = path.resolve()
        self._names: dict[Path, str] = {}
        self._loaded: dict[str, Any] = {}

    def whole(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with all references local."""
        found: dict[str, Any] = self._local(document, self._root)
        return {**found, _FILES: self._loaded} if self._loaded else found

    def _local(self, node: Any, file: Path) -> Any:
        if isinstance(node, list):
            return [self._local(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self._reference(value, file) if key == "$ref" and isinstance(value, str) else self._local(value, file)
            for key, value in node.items()
        }

    def _reference(self, reference: str, file: Path) -> str:
        other, _, fragment = reference.partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", other):
            raise SpecError(f"{reference!r} is elsewhere; only files beside the document are read", self._root)
        target = (file.parent / unquote(other)).resolve() if other else file
        if target == self._root:
            return "#" + fragment
        known = self._names.get(target)
        if known is None:
            known = self._names[target] = str(len(self._names))
            self._loaded[known] = self._local(load(target), target)
        return f"#/{_FILES}/{escape(known)}{fragment}"
