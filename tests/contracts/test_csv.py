"""CSV in answers: what cannot be read is a finding of `csv-shape`, what can be read is held to its schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.checks import catalogue
from contracts.exchange import Exchange, Request, Response
from specs import Spec
from tests.conftest import answering, document

_CELL = {"type": "string", "maxLength": 4}
_LINES = {"type": "array", "items": {"type": "array", "items": _CELL}}


def _objections(spec_file: Callable[..., Path], body: bytes, schema: object = _LINES) -> set[str]:
    made = document(
        {"/it": {"get": {"operationId": "a.get_it", "responses": answering(schema, media_type="text/csv")}}}
    )
    spec = Spec("shop", spec_file(made), made)
    headers = (("Content-Type", "text/csv; charset=utf-8"),)
    exchange = Exchange("a.get_it", "http://it", Request("GET", "http://it/it"), Response(200, headers, body, 0.1))
    rules = [check for check in catalogue().values() if check.rule is not None]
    return {check.id for check in rules if list(check.rule(exchange, spec.operations["a.get_it"], spec))}


@pytest.mark.parametrize("body", [b'"a";"b"\n"1";"2"\n', b"a,b\r\n1,2\r\n", b'"a"\n'])
def test_good_csv_is_no_finding(spec_file: Callable[..., Path], body: bytes) -> None:
    assert _objections(spec_file, body) == set()


@pytest.mark.parametrize(
    "body", [b"", b"\n", b'"a";"b"\n"1"\n', b'"a";"b"\n"1";"2";"3"\n', b'"a";"a"\n', b'"a"\n"1\n', b'"a"\n"\xff"\n']
)
def test_bad_csv_is_a_finding_of_its_check_alone(spec_file: Callable[..., Path], body: bytes) -> None:
    assert _objections(spec_file, body) - {"empty-body"} == {"csv-shape"}


def test_what_can_be_read_is_held_to_the_schema(spec_file: Callable[..., Path]) -> None:
    assert _objections(spec_file, b'"a"\n"too long"\n') == {"body-schema"}


def test_csv_described_as_text_is_not_judged(spec_file: Callable[..., Path]) -> None:
    assert _objections(spec_file, b'"a";"b"\n"1"\n', {"type": "string"}) == set()
