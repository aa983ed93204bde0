"""The table of rules. An error breaks clients for certain; a warning may, and no program can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is oasdiff's, `meaning` says what happened to whom."""

    id: str
    level: Level
    meaning: str


_SINGLE = """
error   api-path-removed-without-deprecation    the path is gone
error   api-removed-without-deprecation         the operation is gone
warning api-removed-with-deprecation            the operation is gone, as it was announced
warning api-operation-id-removed                the operationId is another, so generated clients break
error   api-security-added                      credentials are needed where none were
error   api-security-removed                    a way to be let in is gone
error   request-body-added-required             a body is needed where there was none
error   request-body-became-required            the body may no longer be left out
warning request-body-removed                    the body is no longer read
error   request-body-media-type-removed         a media type is no longer taken
error   new-required-request-parameter          a parameter is needed that did not exist
error   request-parameter-became-required       a parameter may no longer be left out
warning request-parameter-removed               a parameter is no longer read
warning request-parameter-default-value-changed what a parameter means when it is left out has changed
error   new-required-request-property           a member is needed that did not exist
error   request-property-became-required        a member may no longer be left out
warning request-property-removed                a member is no longer read
error   response-success-status-removed         a status of success is no longer given
warning response-non-success-status-removed     a status of refusal is no longer given
error   response-media-type-removed             an answer no longer comes in a media type
error   response-required-property-removed      a member that was always there is gone
warning response-optional-property-removed      a member that was sometimes there is gone
error   response-property-became-optional       a member is no longer always there
error   required-response-header-removed        a header that was always there is gone
warning optional-response-header-removed        a header that was sometimes there is gone
error   response-header-became-optional         a header is no longer always there
error   x-empty-body-allowed                    an answer that had a body may have none
warning x-rate-limit-decreased                  fewer requests are granted
warning x-pagination-changed                    a list is cut into pages in another way
"""
# What becomes narrower in requests, or wider in answers. `body`, `property` and `parameter` stand before the id's end.
_REQUEST = """
error   type-changed                values of another type are wanted
error   became-enum                 only some values are taken
error   enum-value-removed          a value is no longer taken
error   became-not-nullable         null is no longer taken
error   pattern-added               text must have a form
warning pattern-changed             text must have another form
error   one-of-removed              an alternative is no longer taken
error   any-of-removed              an alternative is no longer taken
error   wrapped-in-one-of           it must be one of several alternatives
"""
_RESPONSE = """
error   type-changed                values are of another type
error   became-nullable             it may be null
warning enum-value-added            a value may come that clients do not know
warning pattern-changed             text has another form
warning pattern-removed             text may have any form
error   one-of-added                an alternative may come that clients do not know
error   any-of-added                an alternative may come that clients do not know
"""
# OpenAPI's keyword, the word in ids, and whether it bounds from above.
BOUNDS = (
    ("maximum", "max", True), ("minimum", "min", False), ("maxLength", "max-length", True),
    ("minLength", "min-length", False), ("maxItems", "max-items", True), ("minItems", "min-items", False),
)  # fmt: skip


def _table() -> Iterator[Rule]:
    yield from _lines(_SINGLE, "{}")
    for noun in ("body", "property", "parameter"):
        yield from _lines(_REQUEST, f"request-{noun}-{{}}")
        for _, word, upper in BOUNDS:
            yield Rule(f"request-{noun}-{word}-{'decreased' if upper else 'increased'}", "error", "a bound is narrower")
            yield Rule(f"request-{noun}-{word}-set", "error", "there is a bound where none was")
    for noun in ("body", "property"):
        yield from _lines(_RESPONSE, f"response-{noun}-{{}}")
        for _, word, upper in BOUNDS:
            yield Rule(f"response-{noun}-{word}-{'increased' if upper else 'decreased'}", "error", "a bound is wider")
            yield Rule(f"response-{noun}-{word}-unset", "error", "a bound is gone")


def _lines(text: str, pattern: str) -> Iterator[Rule]:
    for line in text.strip().splitlines():
        level, name, meaning = line.split(maxsplit=2)
        yield Rule(pattern.format(name), "error" if level == "error" else "warning", meaning)


RULES: Mapping[str, Rule] = {rule.id: rule for rule in _table()}
