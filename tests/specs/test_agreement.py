"""Our validators beside openapi-schema-validator's, on schemas and values that Hypothesis makes up: they agree.

They are known to differ in what `DIFFERENCES` lists; the generated schemas keep clear of that.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from specs.schemas import Problem, Schemas
from tests.specs.generated import COMPONENTS, schemas, values

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
EXAMPLES = 80
DOCUMENT = {"components": {"schemas": COMPONENTS}}


def theirs(schema: dict[str, Any], value: Any) -> bool:
    return bool(OAS30Validator({**schema, **DOCUMENT}, format_checker=oas30_format_checker).is_valid(value))


def ours(schema: dict[str, Any], value: Any) -> bool:
    return Schemas(DOCUMENT).validator(schema, "response").ok(value)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_two_agree(data: st.DataObject) -> None:
    schema = data.draw(schemas)
    for value in data.draw(st.lists(values(schema), min_size=1, max_size=6)):
        assert ours(schema, value) is theirs(schema, value), (schema, value)


@pytest.mark.parametrize("small", [1, 4])
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_piece_by_piece_the_same_is_wrong(small: int, data: st.DataObject) -> None:
    """As of a large value, whose problems are cut where they are longer than the beginning of what they speak of."""
    schema = data.draw(schemas)
    whole, pieces = (Schemas(DOCUMENT, small=it).validator(schema, "request") for it in (10**6, small))
    for value in data.draw(st.lists(values(schema), min_size=1, max_size=6)):
        expected, found = list(whole.problems(value, "body")), list(pieces.problems(value, "body"))
        assert sorted(map(_where, found)) == sorted(map(_where, expected)), (schema, value)
        for mine, theirs_ in zip(sorted(found, key=_where), sorted(expected, key=_where), strict=True):
            assert theirs_.message.startswith(mine.message[:200]), (schema, value)


def _where(problem: Problem) -> tuple[Any, ...]:
    return tuple(map(str, problem.path)), problem.keyword, tuple(map(str, problem.schema_path))


NAMED = {"$ref": "#/components/schemas/Name"}
# schema, value, what we say, why
DIFFERENCES: list[tuple[dict[str, Any], Any, bool, str]] = [
    (
        {"type": "string", "nullable": True, "enum": ["a"]},
        None,
        True,
        "the author means null; so do Connexion and Schemathesis",
    ),
    (
        {"nullable": True, "allOf": [NAMED]},
        None,
        True,
        "nullable without a type is what authors write beside a reference",
    ),
    ({"nullable": True, "enum": ["a"]}, None, True, "the same"),
    (
        {"type": "string", "pattern": "^a$"},
        "a\n",
        False,
        "`$` of JavaScript is the end; Python lets a line feed follow",
    ),
    ({"type": "string", "pattern": r"^\d$"}, "١", False, r"`\d` of JavaScript is ASCII"),
    ({"type": "string", "format": "uri"}, "a b", False, "theirs checks it only with a further package"),
    ({"type": "number"}, float("nan"), False, "not JSON"),
]


@pytest.mark.parametrize(("schema", "value", "said", "why"), DIFFERENCES, ids=lambda it: str(it)[:60])
def test_known_differences(schema: dict[str, Any], value: Any, said: bool, why: str) -> None:
    assert ours(schema, value) is said, why
    assert theirs(schema, value) is not said, "they agree now: strike it off the list"
