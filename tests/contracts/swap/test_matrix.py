"""The swap matrix: each aspect is read from the specs, and each verdict follows from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import specs
from contracts.swap.cli import swap
from mockserver.cli import main
from specs import Spec
from specs.capabilities import CAPABILITIES
from specs.swap.matrix import VERDICTS, Matrix, Row, compare

TEXT = {"type": "string"}
ERROR = {"type": "object", "properties": {"error": TEXT}}


def answer(schema: dict[str, Any] | None = None, *examples: str, kind: str = "application/json") -> dict[str, Any]:
    found: dict[str, Any] = {"description": "An answer"}
    if schema is not None:
        found["content"] = {kind: {"schema": schema, "examples": {name: {"value": None} for name in examples}}}
    return found


def operation(**changed: Any) -> dict[str, Any]:
    """Reads a device; what changes is what a test is about."""
    return {
        "operationId": "devices.get_device",
        "x-capability": "get-device",
        "responses": {"200": answer({"type": "object", "properties": {"id": TEXT}}), "404": answer(ERROR)},
    } | changed


def having(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


def spec(
    vendor: str, /, method: str = "get", path: str = "/devices", root: dict[str, Any] | None = None, **changed: Any
) -> Spec:
    document = {"openapi": "3.0.3", "info": {"title": vendor}, "paths": {path: {method: operation(**changed)}}}
    return Spec(vendor, Path(f"{vendor}.yaml"), {**document, **(root or {})})


def only(matrix: Matrix) -> Row:
    (row,) = matrix.rows
    return row


def test_equal_specs_differ_in_nothing() -> None:
    row = only(compare(spec("a"), spec("b", path="/apparatus")))
    assert (row.verdict, row.differences) == ("same", ())
    assert (row.here, row.there) == (("GET /devices",), ("GET /apparatus",))


OK = answer({"type": "object", "properties": {"id": TEXT}})
KEY = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}}
BASIC = {"components": {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}}}
LISTED = {"type": "object", "properties": {"tokens": {"type": "array", "maxItems": 100, "items": TEXT}}}


def body(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "ids": (
        {"responses": {"200": answer(having(id={"type": "integer"}))}},
        {"path": "/devices/{udid}", "parameters": [{"name": "udid", "in": "path", "required": True, "schema": TEXT}],
         "responses": {"200": answer({"type": "array", "items": having(deviceId=TEXT)})}},
        "answer: id (whole number)",
        "path: udid (text); answer: deviceId (text)",
    ),
    "timing": ({}, {"description": "The request is queued."}, "at once", "later"),
    "success": ({}, {"responses": {"200": OK, "206": OK, "404": answer(ERROR)}}, "200", "200, 206"),
    "not found": ({}, {"responses": {"200": OK, "400": answer(ERROR, "unknown_id")}}, "404", "400"),
    "duplicate": (
        {"method": "post", "responses": {"200": OK, "409": answer(ERROR)}},
        {"method": "post", "responses": {"200": OK, "201": answer(ERROR, "duplicate"), "409": answer(ERROR)}},
        "409",
        "409",
    ),
    "invalid": ({}, {"responses": {"200": OK, "404": answer(ERROR), "422": answer(ERROR)}}, "not said", "422"),
    "unauthenticated": (
        {"responses": {"200": OK, "401": answer(ERROR)}},
        {"responses": {"200": OK, "403": answer(ERROR, "no_credentials")}},
        "401",
        "403",
    ),
    "error body": (
        {},
        {"responses": {"200": OK, "404": answer({"type": "object", "properties": {"errors": {"type": "array", "items":
         {"type": "object", "properties": {"code": {"type": "integer"}}}}}})}},
        "{error: text}",
        "{errors: [{code: whole number}]}",
    ),
    "limits": (
        {"method": "post", "requestBody": body(LISTED)},
        {"method": "post", "x-rate-limit": "all", "requestBody": body(TEXT),
         "root": {"x-rate-limit": {"all": {"requests": 20, "seconds": 1}}}},
        "tokens at most 100",
        "20 requests in 1 s",
    ),
    "request types": (
        {"method": "post", "requestBody": body(TEXT)},
        {"method": "post", "requestBody": body(TEXT, "text/xml")},
        "application/json",
        "text/xml",
    ),
    "answer types": (
        {},
        {"responses": {"200": answer({}, kind="text/csv"), "404": answer(ERROR)}},
        "application/json",
        "text/csv",
    ),
    "authentication": (
        {"root": KEY, "security": [{"key": []}, {}]},
        {"root": BASIC, "security": [{"key": []}]},
        "header X-Key or nothing",
        "http basic",
    ),
    "pagination": ({}, {"x-pagination": {"parameter": "page", "size": 100}}, "none", "parameter page, size 100"),
}  # fmt: skip


@pytest.mark.parametrize("aspect", CASES)
def test_an_aspect_that_differs_is_named_with_both_readings(aspect: str) -> None:
    mine, theirs, here, there = CASES[aspect]
    row = only(compare(spec("a", **mine), spec("b", **theirs)))
    found = {it.aspect: (it.here, it.there) for it in row.differences}
    if here == there:
        assert aspect not in found
    else:
        assert found[aspect] == (here, there)
        assert row.verdict == "otherwise"


def test_a_duplicate_that_is_no_error_is_told_where_no_409_is() -> None:
    mine = spec("a", method="post", responses={"200": OK, "201": answer(ERROR, "duplicate")})
    row = only(compare(mine, spec("b", method="post")))
    assert {it.aspect: it.here for it in row.differences}["duplicate"] == "201"


def test_refusals_that_may_be_empty_are_named() -> None:
    empty = {**answer(ERROR), "x-empty-body": "allowed"}
    row = only(compare(spec("a", responses={"200": OK, "404": empty}), spec("b")))
    assert {it.aspect: it.here for it in row.differences}["error body"] == "{error: text}; may be empty: 404"


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("get-device", "get-device", [("get-device", "same", "")]),
        ("get-device", "find-device", [("get-device", "by another way", "find-device"), ("find-device", "new", "")]),
        ("get-device", "get-statistics", [("get-device", "lacks", ""), ("get-statistics", "new", "")]),
        ("paint-a-fence", "get-device", [("get-device", "new", ""), ("paint-a-fence", "lacks", "")]),
        (["get-device", "list-devices"], "list-devices", [("list-devices", "same", ""), ("get-device", "lacks", "")]),
    ],
)  # fmt: skip
def test_verdicts(mine: Any, theirs: Any, expected: list[tuple[str, str, str]]) -> None:
    matrix = compare(spec("a", **{"x-capability": mine}), spec("b", **{"x-capability": theirs}))
    found = [(row.capability, row.verdict, row.instead) for row in matrix.rows]
    assert found[: len(expected)] == expected


def test_what_is_deprecated_is_not_what_is_compared() -> None:
    old = operation(deprecated=True, responses={"418": answer(ERROR)}, operationId="devices.old")
    mine = spec("a")
    mine.document["paths"] = {"/old": {"get": old}, **mine.document["paths"]}
    row = only(compare(mine, spec("b")))
    assert row.here == ("GET /devices", "GET /old (deprecated)")
    assert row.verdict == "same"


@pytest.mark.parametrize("vendor", specs.vendors())
def test_a_vendor_in_its_own_place_changes_nothing(vendor: str) -> None:
    it = specs.read(vendor)
    matrix = compare(it, it)
    assert {row.verdict for row in matrix.rows} == {"same"}
    assert [row.capability for row in matrix.rows] == [
        name for name in CAPABILITIES if any(name in op.capabilities for op in it.operations.values())
    ]


def test_vibes_to_voltmx_says_what_the_documents_say() -> None:
    rows = {row.capability: row for row in compare(specs.read("vibes"), specs.read("voltmx")).rows}
    imports = rows["import-push-tokens"]
    assert (imports.verdict, imports.instead) == ("by another way", "register-device")
    found = {it.aspect: (it.here, it.there) for it in imports.differences}
    assert found["timing"] == ("later", "at once")
    assert found["not found"] == ("404", "400")
    assert found["limits"][0].startswith("devices at most 1000, 100 requests in 1 s")
    assert found["error body"] == ("{errors: [{code: whole number, message: text}]}", "{id: text, message: text}")
    person = {it.aspect: (it.here, it.there) for it in rows["update-person"].differences}
    assert person["error body"][0].endswith("may be empty: 404, 409")
    assert person["duplicate"][0] == "409"
    assert rows["check-health"].verdict == "lacks"
    assert rows["delete-device"].verdict == "new"


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Path]:
    """The reports of one swap between two vendors of the user's own."""
    (tmp_path / "specs").mkdir()
    for vendor, path in (("aaa", "/a|b"), ("bbb", "/<b>")):
        made = spec(vendor, path=path, **({"description": "queued"} if vendor == "bbb" else {}))
        (tmp_path / "specs" / f"{vendor}.yaml").write_text(yaml.safe_dump(made.document))
    files = {name: tmp_path / "out" / f"matrix.{name}" for name in ("html", "markdown", "json")}
    options = [it for name, path in files.items() for it in (f"--{name}", str(path))]
    with specs.passing():
        result = CliRunner().invoke(swap, ["aaa", "bbb", "--vendor-path", str(tmp_path), *options])
    assert result.exit_code == 0, result.output
    (tmp_path / "out" / "terminal").write_text(result.output)
    return {**files, "terminal": tmp_path / "out" / "terminal"}


def test_all_reports_tell_the_same(written: dict[str, Path]) -> None:
    found = json.loads(written["json"].read_text())
    assert (found["old"], found["new"]) == ("aaa", "bbb")
    assert found["counts"] == {**dict.fromkeys(VERDICTS, 0), "otherwise": 1}
    (row,) = found["rows"]
    assert row["differences"] == [{"aspect": "timing", "here": "at once", "there": "later"}]
    for name, path in written.items():
        text = path.read_text()
        assert "get-device" in text, name
        assert "at once" in text, name
    assert "1 otherwise" in written["terminal"].read_text()


def test_what_a_spec_says_cannot_break_a_report(written: dict[str, Path]) -> None:
    assert "GET /a\\|b" in written["markdown"].read_text()
    page = written["html"].read_text()
    assert "/&lt;b&gt;" in page
    assert "<b>get-device</b>" in page
    assert "/<b>" not in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["vibes"], "Missing argument 'TO'"),
        (["vibes", "nobody"], "unknown vendor 'nobody'"),
        (["vibes", "voltmx", "--html", "/proc/nowhere/x.html"], "cannot be written"),
        (["vibes", "voltmx", "--vendor-path", "/nowhere"], "does not exist"),
    ],
)
def test_wrong_usage_is_one_clear_line(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["swap", *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert words in error
    assert len(error.strip().splitlines()) == 1
