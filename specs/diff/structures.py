"""Two schemas, old and new, in the direction in which their values travel: requests may not become narrower, nor
answers wider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from specs import Spec
from specs.diff.rules import BOUNDS
from specs.loading import resolved

Schema = Mapping[str, Any]
# A rule, where in the value, and what it was and is.
Found = tuple[str, str, str]
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where two schemas stand: `noun` is `body`, `property` or `parameter`; `path` the steps into the value."""

    old: Spec
    new: Spec
    direction: Literal["request", "response"]
    noun: str
    path: str = ""
    above: frozenset[tuple[int, int]] = frozenset()

    def rule(self, what: str) -> str:
        return f"{self.direction}-{self.noun}-{what}"

    def below(self, step: str, pair: tuple[int, int]) -> Place:
        noun = self.noun if self.noun == "parameter" else "property"
        return replace(self, noun=noun, path=f"{self.path}/{step}", above=self.above | {pair})


def schema_changes(old: Schema, new: Schema, place: Place) -> Iterator[Found]:
    """All that breaks clients between two schemas, members of members included; recursion ends where it begins."""
    mine, theirs = _flat(old, place.old), _flat(new, place.new)
    pair = (id(resolved(place.old.document, old)[0]), id(resolved(place.new.document, new)[0]))
    if pair in place.above or len(place.above) > _DEEPEST:
        return
    if _type_broken(mine, theirs, place):
        yield place.rule("type-changed"), place.path, f"{_type(mine)} → {_type(theirs)}"
        return
    yield from _values(mine, theirs, place)
    yield from _bounds(mine, theirs, place)
    yield from _alternatives(mine, theirs, place, pair)
    yield from _members(mine, theirs, place, pair)
    if "items" in mine and "items" in theirs:
        yield from schema_changes(mine["items"], theirs["items"], place.below("*", pair))


def _flat(schema: Schema, spec: Spec, depth: int = 0) -> dict[str, Any]:
    """A schema with its references followed and its `allOf` put together."""
    meant = resolved(spec.document, schema)[0]
    parts = [_flat(part, spec, depth + 1) for part in meant.get("allOf", ())] if depth < _DEEPEST else []
    found: dict[str, Any] = {}
    for part in (*parts, {key: value for key, value in meant.items() if key != "allOf"}):
        members = {**found.get("properties", {}), **part.get("properties", {})}
        required = [*found.get("required", ()), *part.get("required", ())]
        found |= part
        if members:
            found["properties"] = members
        if required:
            found["required"] = required
    return found


def _type(schema: Schema) -> str:
    kind, form = str(schema.get("type", "anything")), _format(schema)
    return f"{kind} ({form})" if form else kind


def _format(schema: Schema) -> Any:
    """The format, where it is one that values may break: `password` only asks people to hide them."""
    return None if schema.get("format") == "password" else schema.get("format")


def _type_broken(old: Schema, new: Schema, place: Place) -> bool:
    """Whether a value of one side is none of the other: requests may widen, answers may narrow."""
    given, taken = (old, new) if place.direction == "request" else (new, old)
    if "type" not in taken or given.get("type") == taken["type"]:
        return bool(_format(taken) and _format(taken) != _format(given))
    return not (given.get("type") == "integer" and taken["type"] == "number")


def _values(old: Schema, new: Schema, place: Place) -> Iterator[Found]:
    mine, theirs = old.get("enum"), new.get("enum")
    if place.direction == "request":
        if theirs is not None and mine is None:
            yield place.rule("became-enum"), place.path, ", ".join(map(str, theirs))
        kept = (mine if theirs is None else theirs) or ()
        yield from ((place.rule("enum-value-removed"), place.path, str(it)) for it in mine or () if it not in kept)
        if old.get("nullable") is True and new.get("nullable") is not True:
            yield place.rule("became-not-nullable"), place.path, ""
    else:
        known = mine or ()
        added = [it for it in theirs or () if it not in known] if known else []
        yield from ((place.rule("enum-value-added"), place.path, str(it)) for it in added)
        if mine and theirs is None:
            yield place.rule("enum-value-added"), place.path, "any other value"
        if new.get("nullable") is True and old.get("nullable") is not True:
            yield place.rule("became-nullable"), place.path, ""
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        word = "changed" if before and after else "added" if after else "removed"
        if (before and after) or word == ("added" if place.direction == "request" else "removed"):
            yield place.rule(f"pattern-{word}"), place.path, f"{before or 'none'} → {after or 'none'}"


def _bounds(old: Schema, new: Schema, place: Place) -> Iterator[Found]:
    request = place.direction == "request"
    for keyword, word, upper in BOUNDS:
        before, after = (_bound(it, keyword, upper) for it in (old, new))
        if before == after:
            continue
        text = f"{old.get(keyword, 'none')} → {new.get(keyword, 'none')}"
        if before is None and after is not None:
            if request:
                yield place.rule(f"{word}-set"), place.path, text
        elif after is None:
            if not request:
                yield place.rule(f"{word}-unset"), place.path, text
        elif before is not None and (after < before) is (upper is request):
            yield place.rule(f"{word}-{'decreased' if after < before else 'increased'}"), place.path, text


def _bound(schema: Schema, keyword: str, upper: bool) -> tuple[float, bool] | None:
    """A bound that can be compared with another: one that is exclusive is the narrower of two equal ones."""
    if keyword not in schema:
        return None
    exclusive = schema.get("exclusive" + keyword[0].upper() + keyword[1:], False) is True
    return float(schema[keyword]), exclusive is not upper


def _alternatives(old: Schema, new: Schema, place: Place, pair: tuple[int, int]) -> Iterator[Found]:
    for key, word in (("oneOf", "one-of"), ("anyOf", "any-of")):
        mine, theirs = list(old.get(key, ())), list(new.get(key, ()))
        if theirs and not mine:
            if place.direction == "request":
                yield place.rule("wrapped-in-one-of"), place.path, key
            continue
        if not theirs:
            continue
        known = {_canonical(it, place.new): it for it in theirs}
        left = [it for it in mine if known.pop(_canonical(it, place.old), None) is None]
        fresh = list(known.values())
        for before, after in zip(left, fresh, strict=False):
            yield from schema_changes(before, after, place.below(f"({key})", pair))
        if place.direction == "request":
            for gone in left[len(fresh) :]:
                yield place.rule(f"{word}-removed"), place.path, _named(gone, place.old)
        else:
            for added in fresh[len(left) :]:
                yield place.rule(f"{word}-added"), place.path, _named(added, place.new)


def _canonical(schema: Schema, spec: Spec) -> bytes:
    """Equal for equal alternatives, whatever they are called."""
    return orjson.dumps(_flat(schema, spec), option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _named(schema: Schema, spec: Spec) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] or _type(_flat(schema, spec))


def _members(old: Schema, new: Schema, place: Place, pair: tuple[int, int]) -> Iterator[Found]:
    mine, theirs = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    hidden = "readOnly" if place.direction == "request" else "writeOnly"
    for name in dict.fromkeys((*mine, *theirs, *sorted(needs))):
        before, after = mine.get(name), theirs.get(name)
        path = f"{place.path}/{name}"
        if _is(hidden, before, place.old) or _is(hidden, after, place.new):
            continue  # It does not travel this way.
        if place.direction == "request":
            if name in needs and name not in needed:
                rule = "new-required-request-property" if before is None else "request-property-became-required"
                yield rule, path, ""
            elif after is None and before is not None:
                yield "request-property-removed", path, ""
        elif after is None and before is not None:
            yield f"response-{'required' if name in needed else 'optional'}-property-removed", path, ""
        elif name in needed and name not in needs:
            yield "response-property-became-optional", path, ""
        if before is not None and after is not None:
            yield from schema_changes(before, after, place.below(name, pair))


def _is(key: str, schema: Schema | None, spec: Spec) -> bool:
    return schema is not None and _flat(schema, spec).get(key) is True
