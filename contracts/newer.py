"""Schemas of OpenAPI 3.1: where they stand, their form in 3.0, and their validators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from specs import SpecError
from specs.loading import escape, pointer, steps
from specs.schemas import Direction, Validator

Places = dict[str, dict[str, Any]]
_BASE = "urn:document:"
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_ONES = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties",
)  # fmt: skip
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
# Values, not descriptions: what looks like a schema in here is none.
_VALUES = frozenset({"example", "examples", "default", "enum", "const", "value"})
_SAME = (
    "format", "title", "description", "default", "enum", "multipleOf", "maximum", "minimum", "maxLength", "minLength",
    "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required", "readOnly",
    "writeOnly", "xml", "discriminator", "deprecated", "example",
)  # fmt: skip
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_ORIGIN = "x-origin"


def schema_places(document: Mapping[str, Any]) -> Places:
    """All schemas of a document that are mappings, by pointer: those that OpenAPI has, and what these refer to."""
    found: Places = {}
    seen: set[str] = set()
    rest: list[tuple[str, Any, bool]] = [("#", document, False)]
    while rest:
        at, node, is_schema = rest.pop()
        if isinstance(node, list):
            rest += [(f"{at}/{number}", item, is_schema) for number, item in enumerate(node)]
        if not isinstance(node, dict) or at in (found if is_schema else seen):
            continue
        seen.add(at)
        if is_schema:
            found[at] = node
        reference = node.get("$ref")
        if isinstance(reference, str):
            rest += [(target, it, is_schema) for target, it in _referred(document, reference)]
        rest += _inside_schema(at, node) if is_schema else _inside(at, node)
    return found


def _referred(document: Mapping[str, Any], reference: str) -> Iterator[tuple[str, Any]]:
    try:
        yield "#" + "".join(f"/{escape(step)}" for step in steps(reference)), pointer(document, reference)
    except SpecError:
        return  # An anchor, or an id: the validator knows how to follow it, or says that it leads nowhere.


def _inside_schema(at: str, node: dict[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    for key in _MAPS:
        for name, item in node[key].items() if isinstance(node.get(key), dict) else ():
            yield f"{at}/{key}/{escape(name)}", item, True
    for key in (*_ONES, *_LISTS):
        if key in node:
            yield f"{at}/{key}", node[key], True


def _inside(at: str, node: dict[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    for key, item in node.items():
        where = f"{at}/{escape(key)}"
        if key == "schemas" and isinstance(item, dict):
            yield from ((f"{where}/{escape(name)}", schema, True) for name, schema in item.items())
        elif key not in _VALUES and not key.startswith("x-"):
            yield where, item, key == "schema"


def converted(document: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """The document in the form of 3.0. Each schema says in `x-origin` where its own form stands."""
    origins = {id(schema): at for at, schema in places.items()}

    def node(it: Any) -> Any:
        if isinstance(it, list):
            return [node(item) for item in it]
        if not isinstance(it, dict):
            return it
        if id(it) in origins:
            return _older(it, origins[id(it)], schema)
        return {key: member(key, item) for key, item in it.items()}

    def member(key: str, it: Any) -> Any:
        if isinstance(it, bool) and key == "schema":
            return schema(it)
        if isinstance(it, dict) and key == "schemas":
            return {name: schema(item) for name, item in it.items()}
        return it if key in _VALUES and key != "examples" else node(it)

    def schema(it: Any) -> dict[str, Any]:
        """A schema inside a schema; one that is true or false as a mapping."""
        if isinstance(it, dict):
            return _older(it, origins[id(it)], schema) if id(it) in origins else it
        return {} if it is True else {"not": {}}

    found: dict[str, Any] = node(document)
    return found


def _older(schema: dict[str, Any], at: str, inner: Any) -> dict[str, Any]:
    out: dict[str, Any] = {key: schema[key] for key in _SAME if key in schema}
    if "$ref" in schema and len(schema) == 1:
        return {"$ref": schema["$ref"]}
    out[_ORIGIN] = at
    if "$ref" in schema:
        out["allOf"] = [{"$ref": schema["$ref"]}]
    _types(schema, out)
    _words(schema, out)
    for key in ("properties", "$defs", "definitions"):
        if isinstance(schema.get(key), dict):
            out[key] = {name: inner(it) for name, it in schema[key].items()}
    for key in ("items", "not", "additionalProperties"):
        if key in schema:
            out[key] = schema[key] if key[:3] == "add" and isinstance(schema[key], bool) else inner(schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            parts = [it for it in schema[key] if it != {"type": "null"} or key == "allOf"]
            out |= {"nullable": True} if len(parts) < len(schema[key]) else {}
            out[key] = [*out.get(key, ()), *map(inner, parts)]
    return out


def _words(schema: Mapping[str, Any], out: dict[str, Any]) -> None:
    """Keywords that say with another word what 3.0 can say too."""
    if "const" in schema:
        out["enum"] = [schema["const"]]
    if isinstance(schema.get("examples"), list) and schema["examples"]:
        out.setdefault("example", schema["examples"][0])
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), int | float):
            out |= {bound: schema[exclusive], exclusive: True}
    if schema.get("contentEncoding") == "base64":
        out["format"] = "byte"


def _types(schema: Mapping[str, Any], out: dict[str, Any]) -> None:
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    wanted = [kind for kind in kinds if kind != "null"]
    if len(wanted) < len(kinds):
        out["nullable"] = True
    if len(wanted) == 1:
        out["type"] = wanted[0]
    elif wanted:
        out["anyOf"] = [{"type": kind} for kind in wanted]
    elif kinds:
        out["enum"] = [None]


class Newer:
    """Compiles schemas of a 3.1 document in their own form, each where it stands."""

    def __init__(self, document: Mapping[str, Any], places: Places) -> None:
        self._document, self._places = document, places
        self._registries: dict[Direction, Any] = {}
        self._compiled: dict[tuple[str, Direction], Validator] = {}

    def validator(self, schema: Mapping[str, Any], direction: Direction) -> Validator | None:
        """The validator for a schema in the form of 3.0; None for one that stands nowhere in the document.

        Raises SpecError for a schema that cannot be compiled.
        """
        at = schema.get(_ORIGIN, schema.get("$ref"))
        if not isinstance(at, str):
            return None
        known = self._compiled.get((at, direction))
        if known is None:
            fragment = quote(at.lstrip("#"), safe="/~%$'()*+,;:@!&=")
            try:
                compiled = jsonschema_rs.Draft202012Validator(
                    {"$ref": f"{_BASE}{direction}#{fragment}"},
                    registry=self._registry(direction),
                    validate_formats=True,
                )
            except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
                raise SpecError(f"not a schema: {str(error).splitlines()[0]}", pointer=at) from None
            known = self._compiled[at, direction] = Validator(compiled, _takes_bytes(schema))
        return known

    def _registry(self, direction: Direction) -> Any:
        if direction not in self._registries:
            whole = _directed(self._document, {id(it) for it in self._places.values()}, direction)
            resources = [(_BASE + direction, whole)]
            self._registries[direction] = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012)
        return self._registries[direction]


def _takes_bytes(schema: Mapping[str, Any]) -> bool:
    return schema.get("type", "string") == "string" and not {"$ref", "enum", "allOf", "anyOf", "oneOf"} & schema.keys()


def _directed(node: Any, schemas: set[int], direction: Direction) -> Any:
    """A copy in which a member that the direction hides is not required; int32 and int64 are bounds."""
    if isinstance(node, list):
        return [_directed(item, schemas, direction) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _directed(item, schemas, direction) for key, item in node.items()}
    if id(node) not in schemas:
        return out
    hides = "readOnly" if direction == "request" else "writeOnly"
    members = node.get("properties")
    for name, member in members.items() if isinstance(members, dict) else ():
        if isinstance(member, dict) and member.get(hides) is True:
            out["required"] = [it for it in out.get("required", ()) if it != name]
            if direction == "request":
                out["properties"][name] = True
    bounds = _RANGES.get(str(node.get("format"))) if "integer" in str(node.get("type")) else None
    if bounds is not None:
        low, high = bounds
        out["minimum"], out["maximum"] = max(node.get("minimum", low), low), min(node.get("maximum", high), high)
    return out
