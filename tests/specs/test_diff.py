"""Spec evolution: each rule is provoked, each change the other way round is no break, and the command tells."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import specs
from contracts.cli import verify
from mockserver.cli import main
from mockserver.cli_diff import spec_diff
from specs import Spec
from specs.diff import RULES, Change, affected, compare
from specs.diff.rules import BOUNDS

TEXT: dict[str, Any] = {"type": "string"}
JSON = "application/json"


def document(**changed: Any) -> dict[str, Any]:
    """One operation, whose parts are what a test gives."""
    operation = {"operationId": "things.add_thing", "responses": {"200": {"description": "Done"}}} | changed
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}, "basic": {"type": "http", "scheme": "basic"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "x-rate-limit": {"fast": {"requests": 100, "seconds": 1}, "slow": {"requests": 10, "seconds": 1}},
        "paths": {"/things/{id}": {"post": operation}},
        "components": {"securitySchemes": schemes, "schemas": {}},
    }


def spec(written: dict[str, Any]) -> Spec:
    return Spec("things", Path("things.yaml"), written)


def found(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return compare(spec(old), spec(new))


def rules(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [change.rule for change in found(old, new)]


def body(schema: Any, kind: str = JSON, **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {kind: {"schema": schema}}, **more}}


def answer(schema: Any, kind: str = JSON, status: str = "200", **more: Any) -> dict[str, Any]:
    content = {} if schema is None else {"content": {kind: {"schema": schema}}}
    return {"responses": {status: {"description": "Done", **content, **more}}}


def parameter(schema: Any = TEXT, place: str = "query", name: str = "q", **more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": place, "schema": schema, **more}]}


def having(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(required)}


NONE: dict[str, Any] = {}
HEADER = {"headers": {"X-Id": {"schema": TEXT}}}
NEEDED = {"headers": {"X-Id": {"required": True, "schema": TEXT}}}
# Rule, old, new; where the way back is no break of any kind, `True`.
OPERATIONS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("api-operation-id-removed", {"operationId": "a.b"}, {"operationId": "a.c"}, False),
    ("api-security-added", NONE, {"security": [{"key": []}]}, True),
    ("api-security-added", {"security": [{"key": []}, {}]}, {"security": [{"key": []}]}, True),
    ("api-security-removed", {"security": [{"key": []}, {"basic": []}]}, {"security": [{"key": []}]}, True),
    ("request-body-added-required", NONE, body(TEXT, required=True), False),
    ("request-body-became-required", body(TEXT), body(TEXT, required=True), True),
    ("request-body-removed", body(TEXT), NONE, True),
    ("request-body-media-type-removed", body(TEXT), body(TEXT, "text/xml"), False),
    ("new-required-request-parameter", NONE, parameter(required=True), False),
    ("request-parameter-became-required", parameter(), parameter(required=True), True),
    ("request-parameter-removed", parameter(), NONE, True),
    ("request-parameter-removed", parameter(), parameter(place="header"), False),
    ("request-parameter-default-value-changed", parameter({**TEXT, "default": "a"}),
     parameter({**TEXT, "default": "b"}), False),
    ("new-required-request-property", body(having(a=TEXT)), body(having("b", a=TEXT, b=TEXT)), False),
    ("request-property-became-required", body(having(a=TEXT)), body(having("a", a=TEXT)), True),
    ("request-property-removed", body(having(a=TEXT)), body(having()), True),
    ("response-success-status-removed", answer(TEXT, status="200"), answer(TEXT, status="201"), False),
    ("response-non-success-status-removed", answer(TEXT, status="404"), answer(TEXT, status="410"), False),
    ("response-media-type-removed", answer(TEXT), answer(TEXT, "text/xml"), False),
    ("response-required-property-removed", answer(having("a", a=TEXT)), answer(having()), True),
    ("response-optional-property-removed", answer(having(a=TEXT)), answer(having()), True),
    ("response-property-became-optional", answer(having("a", a=TEXT)), answer(having(a=TEXT)), True),
    ("required-response-header-removed", answer(None, **NEEDED), answer(None), True),
    ("optional-response-header-removed", answer(None, **HEADER), answer(None), True),
    ("response-header-became-optional", answer(None, **NEEDED), answer(None, **HEADER), True),
    ("x-empty-body-allowed", answer(TEXT), answer(TEXT, **{"x-empty-body": "allowed"}), True),
    ("x-rate-limit-decreased", {"x-rate-limit": "fast"}, {"x-rate-limit": "slow"}, True),
    ("x-rate-limit-decreased", NONE, {"x-rate-limit": "slow"}, True),
    ("x-pagination-changed", {"x-pagination": {"parameter": "page"}}, {"x-pagination": {"parameter": "start"}}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "old", "new", "one_way"), OPERATIONS, ids=lambda it: it if isinstance(it, str) else ""
)
def test_a_change_of_an_operation(rule: str, old: dict[str, Any], new: dict[str, Any], one_way: bool) -> None:
    assert rules(document(**old), document(**new)) == [rule]
    if one_way:
        assert rules(document(**new), document(**old)) == []


# What narrows: the end of the rule, the wider schema and the narrower one.
NARROWS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("type-changed", TEXT, {"type": "integer"}),
    ("type-changed", {"type": "number"}, {"type": "integer"}),
    ("type-changed", {}, TEXT),
    ("type-changed", TEXT, {**TEXT, "format": "uuid"}),
    ("became-enum", TEXT, {**TEXT, "enum": ["a", "b"]}),
    ("enum-value-removed", {**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["a"]}),
    ("became-not-nullable", {**TEXT, "nullable": True}, TEXT),
    ("pattern-added", TEXT, {**TEXT, "pattern": "^a"}),
    ("pattern-changed", {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^ab"}),
    ("one-of-removed", {"oneOf": [TEXT, {"type": "integer"}]}, {"oneOf": [TEXT]}),
    ("any-of-removed", {"anyOf": [TEXT, {"type": "integer"}]}, {"anyOf": [TEXT]}),
    ("wrapped-in-one-of", having(a=TEXT), {**having(a=TEXT), "oneOf": [{"required": ["a"]}]}),
    *((f"{word}-set", {}, {keyword: 5}) for keyword, word, _ in BOUNDS),
    *((f"{word}-decreased", {keyword: 5}, {keyword: 4}) for keyword, word, upper in BOUNDS if upper),
    *((f"{word}-increased", {keyword: 5}, {keyword: 6}) for keyword, word, upper in BOUNDS if not upper),
    ("max-decreased", {"maximum": 5}, {"maximum": 5, "exclusiveMaximum": True}),
    ("min-increased", {"minimum": 5}, {"minimum": 5, "exclusiveMinimum": True}),
]
# What widens, in answers: the end of the rule, the narrower schema and the wider one.
WIDENS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("type-changed", {"type": "integer"}, TEXT),
    ("type-changed", {"type": "integer"}, {"type": "number"}),
    ("type-changed", TEXT, {}),
    ("became-nullable", TEXT, {**TEXT, "nullable": True}),
    ("enum-value-added", {**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["a", "b"]}),
    ("enum-value-added", {**TEXT, "enum": ["a"]}, TEXT),
    ("pattern-changed", {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^ab"}),
    ("pattern-removed", {**TEXT, "pattern": "^a"}, TEXT),
    ("one-of-added", {"oneOf": [TEXT]}, {"oneOf": [TEXT, {"type": "integer"}]}),
    ("any-of-added", {"anyOf": [TEXT]}, {"anyOf": [TEXT, {"type": "integer"}]}),
    *((f"{word}-unset", {keyword: 5}, {}) for keyword, word, _ in BOUNDS),
    *((f"{word}-increased", {keyword: 5}, {keyword: 6}) for keyword, word, upper in BOUNDS if upper),
    *((f"{word}-decreased", {keyword: 5}, {keyword: 4}) for keyword, word, upper in BOUNDS if not upper),
]
REQUESTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "body": body,
    "property": lambda schema: body(having(a={"type": "array", "items": having(b=schema)})),
    "parameter": parameter,
}
ANSWERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "body": answer,
    "property": lambda schema: answer({"allOf": [having(a=TEXT), having(b=schema)]}),
}


@pytest.mark.parametrize("noun", REQUESTS)
@pytest.mark.parametrize(("what", "wide", "narrow"), NARROWS)
def test_a_request_may_not_become_narrower(noun: str, what: str, wide: Any, narrow: Any) -> None:
    make = REQUESTS[noun]
    assert rules(document(**make(wide)), document(**make(narrow))) == [f"request-{noun}-{what}"]
    if what != "pattern-changed":
        assert rules(document(**make(narrow)), document(**make(wide))) in ([], [f"request-{noun}-type-changed"])


@pytest.mark.parametrize("noun", ANSWERS)
@pytest.mark.parametrize(("what", "narrow", "wide"), WIDENS)
def test_an_answer_may_not_become_wider(noun: str, what: str, narrow: Any, wide: Any) -> None:
    make = ANSWERS[noun]
    assert rules(document(**make(narrow)), document(**make(wide))) == [f"response-{noun}-{what}"]
    if what != "pattern-changed":
        assert rules(document(**make(wide)), document(**make(narrow))) in ([], [f"response-{noun}-type-changed"])


@pytest.mark.parametrize("deprecated", [False, True])
@pytest.mark.parametrize("whole_path", [False, True])
def test_an_operation_that_is_gone(deprecated: bool, whole_path: bool) -> None:
    old, new = document(deprecated=deprecated), document(operationId="things.other")
    item = new["paths"].pop("/things/{id}")
    new["paths"]["/other" if whole_path else "/things/{thing_id}"] = {"get": item["post"]}
    what = "api-path" if whole_path else "api"
    rule = "api-removed-with-deprecation" if deprecated else f"{what}-removed-without-deprecation"
    changes = found(old, new)
    assert [(it.rule, it.operation) for it in changes] == [(rule, "things.add_thing")]
    assert affected(changes) == []  # It cannot be verified any more.


def test_every_rule_is_provoked_by_a_test_above() -> None:
    tables = [(REQUESTS, NARROWS), (ANSWERS, WIDENS)]
    pairs = [(old, new) for _, old, new, _ in OPERATIONS]
    pairs += [(make(old), make(new)) for makers, cases in tables for make in makers.values() for _, old, new in cases]
    provoked = {rule for old, new in pairs for rule in rules(document(**old), document(**new))}
    gone = {"api-path-removed-without-deprecation", "api-removed-without-deprecation", "api-removed-with-deprecation"}
    assert provoked | gone == RULES.keys()


def test_names_of_path_parameters_do_not_matter() -> None:
    old = document(**parameter(place="path", name="id", required=True))
    new = document(**parameter(place="path", name="thing_id", required=True))
    new["paths"] = {"/things/{thing_id}/": new["paths"]["/things/{id}"]}
    assert rules(old, new) == []


def test_what_does_not_travel_does_not_matter() -> None:
    members = having("a", a={**TEXT, "readOnly": True})
    assert rules(document(**body(having())), document(**body(members))) == []
    members = having("a", a={**TEXT, "writeOnly": True})
    assert rules(document(**answer(members)), document(**answer(having()))) == []


def test_a_component_is_followed_and_recursion_ends() -> None:
    old, new = (
        document(**body({"$ref": "#/components/schemas/Node"})),
        document(**body({"$ref": "#/components/schemas/N"})),
    )
    below = {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
    old["components"]["schemas"]["Node"] = having(name=TEXT, below=below)
    new["components"]["schemas"]["N"] = having(
        name={**TEXT, "maxLength": 9}, below={**below, "items": {"$ref": "#/components/schemas/N"}}
    )
    (change,) = [it for it in found(old, new) if it.where.endswith(" /name")]
    assert (change.rule, change.detail) == ("request-property-max-length-set", "none → 9")


def test_an_alternative_that_changed_is_looked_into() -> None:
    old = document(**body({"oneOf": [TEXT, having(a=TEXT)]}))
    new = document(**body({"oneOf": [having("a", a=TEXT), TEXT]}))
    assert [(it.rule, it.where) for it in found(old, new)] == [
        ("request-property-became-required", f"request body {JSON} /(oneOf)/a")
    ]


@pytest.mark.parametrize("vendor", specs.vendors())
def test_a_vendor_does_not_break_with_itself(vendor: str) -> None:
    it = specs.read(vendor)
    assert compare(it, Spec(vendor, it.path, copy.deepcopy(it.document))) == []


@pytest.fixture
def voltmx(tmp_path: Path) -> Path:
    """Volt MX with three changes: a member and a status are gone, and one more member is needed."""
    changed = copy.deepcopy(specs.read("voltmx").document)
    schemas = changed["components"]["schemas"]
    del schemas["Subscriber"]["properties"]["phoneNo"]
    schemas["Subscriber"]["required"].remove("phoneNo")
    schemas["User"]["required"].append("mobileNumber")
    del changed["paths"]["/api/v1/location"]["post"]["responses"]["400"]
    path = tmp_path / "voltmx.yaml"
    path.write_text(yaml.safe_dump(changed))
    return path


def test_the_command_lists_changes_and_operations(voltmx: Path, tmp_path: Path) -> None:
    report, names = tmp_path / "out" / "changes.json", tmp_path / "operations.txt"
    result = CliRunner().invoke(spec_diff, ["voltmx", str(voltmx), "--json", str(report), "--operations", str(names)])
    assert result.exit_code == 1, result.output
    assert "3 errors, 1 warnings; 4 operations affected" in result.output
    assert re.search(
        r"error response-required-property-removed: GET /api/v1/subscribers/{ksid}: .*/phoneNo", result.output
    )
    affected_ones = ["locations.update_location", "audience.subscribe_user"]
    affected_ones = ["subscribers.list_subscribers", "subscribers.get_subscriber", *affected_ones]
    assert names.read_text().split() == affected_ones
    written = json.loads(report.read_text())
    assert written["operations"] == affected_ones
    assert {it["rule"] for it in written["changes"]} == {
        "response-required-property-removed", "response-non-success-status-removed", "request-property-became-required",
    }  # fmt: skip


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_what_fails_is_for_the_user_to_say(tmp_path: Path, fail_on: str, code: int) -> None:
    for name, written in (("old", document(**parameter())), ("new", document())):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(written))
    arguments = [str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), "--fail-on", fail_on]
    result = CliRunner().invoke(spec_diff, arguments)
    assert result.exit_code == code, result.output
    assert (
        "warning request-parameter-removed: POST /things/{id}: a parameter is no longer read: query q" in result.output
    )


def test_that_a_value_is_to_be_hidden_restricts_nothing() -> None:
    hidden = {**TEXT, "format": "password"}
    for make in (body, answer):
        assert rules(document(**make(TEXT)), document(**make(hidden))) == []
        assert rules(document(**make(hidden)), document(**make(TEXT))) == []
    assert rules(document(**body(TEXT)), document(**body({"format": "password"}))) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (answer({"properties": [3]}), "new.yaml:21: `properties` of a schema is a mapping; found a list"),
        (body({"required": [["a"]]}), "not a schema"),
        (body({"type": "string", "nullable": True, "enum": 3}), "`enum` of a schema is a list; found 3"),
        ({"x-rate-limit": ["fast"]}, "`x-rate-limit` of an operation is the name of a class"),
        (answer({"$ref": "#/components/schemas/Nobody"}), "leads nowhere: there is no 'Nobody'"),
        ({"responses": []}, "documents no responses"),
    ],
)
def test_a_spec_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], words: str
) -> None:
    for name, written in (("old", document()), ("new", document(**changed))):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(written, sort_keys=False))
    with pytest.raises(SystemExit) as ended:
        main(["spec-diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")])
    error = capsys.readouterr().err
    assert (ended.value.code, len(error.splitlines())) == (2, 1), error
    assert words in error


def test_two_files_of_one_name_are_two_documents(voltmx: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "voltmx.yaml"
    other.parent.mkdir()
    other.write_bytes(specs.read("voltmx").path.read_bytes())
    assert CliRunner().invoke(spec_diff, [str(other), str(voltmx)]).exit_code == 1
    assert CliRunner().invoke(spec_diff, [str(other), "voltmx"]).exit_code == 0


def test_verify_runs_the_operations_of_a_file_only(tmp_path: Path) -> None:
    names, report = tmp_path / "operations.txt", tmp_path / "run.jsonl"
    names.write_text("# those of last week\nlocations.update_location  # and why\n\n")
    arguments = ["voltmx", "--profile", "smoke", "--operations-from", str(names), "--json", str(report)]
    result = CliRunner().invoke(verify, arguments)
    assert result.exit_code == 0, result.output
    end = json.loads(report.read_text().splitlines()[-1])
    assert {it["operation"] for it in end["cells"]} == {"locations.update_location"}


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "names no operations"), ("no.such", "no operation 'no.such'"), (None, "cannot be read")],
)
def test_a_wrong_file_of_operations_is_wrong_usage(tmp_path: Path, text: str | None, words: str) -> None:
    names = tmp_path / "operations.txt"
    if text is not None:
        names.write_text(text)
    result = CliRunner().invoke(verify, ["voltmx", "--operations-from", str(names)])
    assert result.exit_code == 2
    assert words in result.output
