"""Any OpenAPI document: 3.1 with its own schemas, several files, and what of it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import anyapi, plan
from contracts.settings import Settings
from specs import SpecError
from specs.schemas import Direction
from tests.contracts.conftest import Gate, Outcome
from tests.contracts.pets import KEY, Pets
from tests.contracts.shop import Shop

PETS = Path(__file__).with_name("pets.yaml")


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.toml"
    path.write_text(f'key = "{KEY}"')
    return path


def _judge(gate: Gate, credentials: Path, pets: Pets, *arguments: str) -> Outcome:
    common = ("--spec", str(PETS), "--credentials", str(credentials), "--allow-writes")
    return gate(*common, "--url", pets.url, *arguments)


def test_a_right_implementation_of_3_1_is_clean(gate: Gate, credentials: Path) -> None:
    with Pets() as pets:
        outcome = _judge(gate, credentials, pets, "--require", "100")
    assert outcome.code == 0, outcome.text
    assert "6 cells: 6 witnessed" in outcome.text
    assert KEY not in outcome.text


@pytest.mark.parametrize(
    ("bug", "check"),
    [
        ("other-const", "body-schema"),
        ("null-for-id", "body-schema"),
        ("too-many-legs", "body-schema"),
        ("third-spot", "body-schema"),
        ("unknown-kind", "body-schema"),
        ("unknown-member", "body-schema"),
        ("wrong-header", "headers"),
        ("no-auth", "auth-enforced"),
        ("lenient", "rejects-invalid"),
    ],
)
def test_a_wrong_one_is_a_finding(gate: Gate, credentials: Path, bug: str, check: str) -> None:
    with Pets(bug) as pets:
        outcome = _judge(gate, credentials, pets, "--profile", "smoke")
    assert outcome.code == 1, outcome.text
    assert f"\n{check} " in outcome.text, outcome.text


def _document(schema: Any, version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    media = {"application/json": {"schema": schema}}
    operation = {"requestBody": {"content": media}, "responses": {"200": {"description": "It", "content": media}}}
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {"/a": {"put": operation}}, **more}


def _read(tmp_path: Path, document: Any) -> anyapi.AnySpec:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document))
    return anyapi.read("api", path)


HIDDEN = {
    "type": "object",
    "required": ["id", "secret"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}},
}
TREE = {"$ref": "#/components/schemas/Tree"}
TREES = {"schemas": {"Tree": {"type": "object", "properties": {"kids": {"type": "array", "items": TREE}}}}}


@pytest.mark.parametrize(
    ("schema", "direction", "good", "bad"),
    [
        ({"type": ["string", "null"]}, "response", [None, "a"], [1]),
        ({"type": ["string", "integer"]}, "response", [1, "a"], [None, 1.5]),
        ({"const": None}, "response", [None], [0]),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 9}}, "response", ["ab", 9], ["a", 1]),
        ({"type": "array", "contains": {"const": 1}, "maxContains": 1}, "response", [[1, 2]], [[2], [1, 1]]),
        ({"dependentRequired": {"a": ["b"]}}, "response", [{"b": 1}, {"a": 1, "b": 1}], [{"a": 1}]),
        ({"type": "integer", "format": "int32"}, "response", [1], [2**31]),
        ({"type": "string", "format": "uuid"}, "response", ["12345678-1234-1234-1234-123456789012"], ["x"]),
        ({"$defs": {"A": {"type": "string"}}, "$ref": "#/paths/~1a/put/responses/200/description"}, "response", [], []),
        (HIDDEN, "request", [{"secret": "s"}, {"secret": "s", "id": "ignored"}], [{"id": 1}]),
        (HIDDEN, "response", [{"id": 1}], [{"secret": "s"}]),
        (TREE, "response", [{"kids": [{"kids": []}]}], [{"kids": [{"kids": 1}]}]),
        (True, "response", [1, None], []),
    ],
)
def test_schemas_of_3_1_mean_what_they_say(
    tmp_path: Path, schema: Any, direction: Direction, good: list[Any], bad: list[Any]
) -> None:
    spec = _read(tmp_path, _document(schema, components=TREES))
    operation = next(iter(spec.operations.values()))
    media = (operation.body if direction == "request" else operation.responses["200"].content)["application/json"]
    validator = spec.schemas.validator(media.schema or {}, direction)
    assert [value for value in good if not validator.ok(value)] == []
    assert [value for value in bad if validator.ok(value)] == []


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"swagger": "2.0"}, "version of OpenAPI is 2.0"),
        ({"openapi": "4.0.0", "paths": {}}, "version of OpenAPI is 4.0.0"),
        ([], "expected a mapping, found a list"),
        ({"openapi": "3.1.0", "paths": []}, "`paths` must be a mapping"),
        (_document({"$ref": "https://elsewhere.example/pets.yaml"}), "only files beside the document"),
        (_document({"$ref": "nowhere.yaml#/A"}), "nowhere.yaml"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/nowhere"}}}, "leads nowhere"),
    ],
)
def test_what_is_no_document_is_one_line(tmp_path: Path, document: Any, words: str) -> None:
    with pytest.raises(SpecError, match=words.replace("`", ".")) as caught:
        _read(tmp_path, document)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("schema", [{"type": "string", "pattern": "("}, {"$ref": "#/components/schemas/Nobody"}])
def test_a_schema_that_cannot_be_used_is_a_note(tmp_path: Path, version: str, schema: Any) -> None:
    document = _document({"type": "array", "items": schema}, version)
    spec = _read(tmp_path, document)
    assert any("a schema cannot be used" in note for note in spec.notes)
    media = next(iter(spec.operations.values())).body["application/json"]
    assert spec.schemas.validator(media.schema or {}, "request").ok("anything")


@pytest.mark.parametrize(
    "schema", [{"properties": ["a"]}, {"properties": "a"}, {"allOf": {"a": 1}}, {"allOf": ["a"]}, {"items": "a"}]
)
def test_a_malformed_schema_gets_its_note_and_a_plan(tmp_path: Path, schema: Any) -> None:
    document = _document(schema, "3.0.3")
    document["paths"]["/a"]["get"] = {**document["paths"]["/a"]["put"], "operationId": ["no", "text"]}
    del document["paths"]["/a"]["get"]["requestBody"]
    spec = _read(tmp_path, document)
    assert any("a schema cannot be used" in note for note in spec.notes)
    assert any("is no text; the operation is `get /a` here" in note for note in spec.notes)
    made = plan.make(spec, Settings("api", url="http://127.0.0.1:9", allow_writes=True))
    assert {"get /a", "put /a"} <= {recipe.operation for recipe in made.recipes}


def test_an_operation_that_cannot_be_read_is_left_out_with_a_note(tmp_path: Path) -> None:
    paths = _document(True)["paths"]
    paths["/b"] = {"get": {"parameters": [{"name": "nowhere"}], "responses": {"200": {"description": "It"}}}}
    paths["/c"] = {"get": {"operationId": "silent"}, "delete": {"responses": {"twice": {"description": "No status"}}}}
    spec = _read(tmp_path, _document(True, paths=paths))
    assert [*spec.operations] == ["put /a", "silent"]
    assert [note.partition(":")[0] for note in spec.notes] == [
        "`get /c` documents no answers, so any will do", "`get /b` is left out", "`delete /c` is left out",
    ]  # fmt: skip
    with pytest.raises(SpecError, match="a parameter needs `name`"):
        _read(tmp_path, _document(True, paths={"/b": paths["/b"]}))


def test_what_schemathesis_cannot_read_gets_no_generated_requests(gate: Gate, tmp_path: Path) -> None:
    """A tuple whose further items are like the whole takes it into an endless recursion."""
    tree = {"type": "object", "properties": {"kids": {"type": "array", "prefixItems": [{}], "items": TREE}}}
    document = _document({"$ref": "#/components/schemas/Tree"}, components={"schemas": {"Tree": tree}})
    document["paths"]["/b"] = {"get": {"operationId": "b", "responses": {"default": {"description": "Any"}}}}
    path = tmp_path / "trees.json"
    path.write_text(json.dumps(document))
    with Shop() as shop:
        outcome = gate("--spec", str(path), "--url", shop.url, "--allow-writes", "--skip", "error-envelope")
    assert outcome.code == 1, outcome.text
    assert "no requests are generated for put /a: Schemathesis cannot read its schemas" in outcome.text
    assert any(line.startswith(b"GET /b") for line in shop.log)


def test_an_operation_id_that_stands_twice_is_a_note(tmp_path: Path) -> None:
    operation = {"operationId": "same", "responses": {"200": {"description": "It"}}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": operation}, "/b": {"get": dict(operation)}}}
    spec = _read(tmp_path, document)
    assert [*spec.operations] == ["same", "get /b"]
    assert "stands twice" in spec.notes[0]


def test_without_leave_to_write_only_reads_are_sent(gate: Gate, credentials: Path) -> None:
    with Pets() as pets:
        outcome = gate("--spec", str(PETS), "--credentials", str(credentials), "--url", pets.url)
        assert len(pets.pets) == 1
    assert outcome.code == 0, outcome.text


def test_names_and_verbs_of_any_kind_are_no_mistake_of_ours(gate: Gate, tmp_path: Path) -> None:
    """Parameters called like the arguments of our own functions, and a path that leaves no verb undocumented."""
    names = ("query", "body", "method", "headers", "raw", "every", "credentials", "media_type", "claims", "parameters")
    parameters = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1}, "example": 1}
        for name in names
    ]
    answers = {"200": {"description": "Fine"}, "4XX": {"description": "Refused"}}
    verbs = ("get", "put", "post", "patch", "delete")
    item = {verb: {"operationId": f"it.{verb}", "parameters": parameters, "responses": answers} for verb in verbs}
    path = tmp_path / "verbs.json"
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "v", "version": "1"}, "paths": {"/items": item}}))
    with Shop() as shop:
        outcome = gate("--spec", str(path), "--url", shop.url, "--allow-writes", "--profile", "smoke")
    assert outcome.code in (0, 1), outcome.text
    assert shop.log
