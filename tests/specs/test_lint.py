"""Each rule of docs/specs.md: kept by a small vendor, and broken in one place, which the message names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import specs
from specs import SpecError
from specs.handlers import folder, functions, locate
from specs.lint import RULES, Broken, lint

SPEC = """\
openapi: 3.0.3
info: {title: Acme, version: "1"}
servers: [{url: https://api.acme.example}]
tags:
  - name: things
  - name: notes
security: [{basic: []}]
x-rate-limit: {read: {requests: 10, seconds: 1}}
paths:
  /things/{id}:
    get:
      tags: [things]
      summary: Get a thing
      operationId: things.get_thing
      x-capability: get-thing
      x-source: [{stated: 'Guide, Things'}]
      x-rate-limit: read
      parameters:
        - {$ref: '#/components/parameters/x-id'}
      responses:
        "200":
          description: The thing
          headers: {x-version: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                one: {value: {id: 1, x-name: a}}
        "404":
          description: None
          x-empty-body: always
    put:
      tags: [things]
      summary: Change a thing
      operationId: things.put_thing
      x-capability: put-thing
      x-source: [{inferred: 'R1'}, {stated: 'Guide, Things'}]
      parameters:
        - {$ref: '#/components/parameters/x-id'}
      requestBody:
        content:
          text/xml:
            schema: {$ref: '#/components/schemas/Thing'}
            example: <Thing><id>1</id></Thing>
      responses:
        default: {$ref: '#/components/responses/Failed'}
  /notes:
    get:
      tags: [notes]
      summary: List notes
      operationId: notes.list_notes
      x-capability: list-notes
      x-source: [{stated: 'Guide, Notes'}]
      responses:
        "200":
          description: Notes
          content:
            application/json: {schema: {type: array, items: {type: string}}, example: [a]}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
  parameters:
    x-id: {name: id, in: path, required: true, schema: {type: integer}, example: 1}
  responses:
    Failed:
      description: It failed
      content:
        application/json:
          schema: {type: object}
          example: {x-anything: goes}
  schemas:
    Thing:
      type: object
      x-source: [{stated: 'Guide, Things'}]
      required: [id]
      properties: {id: {type: integer}, x-name: {type: string}}
"""
THINGS = '''"""Things."""


def get_thing(world, id):
    return _answer(id)


def put_thing(world, id, body):
    world.due("things.finish")


def finish(world):
    """Due work, which no request names."""


def _answer(id):
    return id
'''
FILES = {
    "things.py": THINGS,
    "notes.py": "def list_notes(world):\n    pass\n",
    "auth.py": "def basic(world, request):\n    pass\n",
    "errors.py": "def refuse(world, refusal, operation):\n    pass\n",
}
Vendor = Callable[..., list[Broken]]


@pytest.fixture
def broken(tmp_path: Path) -> Vendor:
    """Lints the small vendor with one text of its spec, or of a handler's file, replaced by another."""

    def broken(old: str = "", new: str = "", file: str | None = None, handlers: bool = True) -> list[Broken]:
        (tmp_path / "specs").mkdir()
        assert not old or old in (SPEC if file is None else FILES[file])
        text = SPEC.replace(old, new, 1) if file is None and old else SPEC
        (tmp_path / "specs" / "acme.yaml").write_text(text)
        if handlers:
            directory = tmp_path / "mockserver" / "vendors" / "acme"
            directory.mkdir(parents=True)
            for name, content in FILES.items():
                (directory / name).write_text(content.replace(old, new, 1) if name == file else content)
        specs.add_place(tmp_path)
        return lint(specs.read("acme"))

    return broken


def line(text: str, inside: str = SPEC, after: str = "") -> int:
    """The line on which a text stands first, counted from after another."""
    return inside[: inside.index(text, inside.index(after))].count("\n") + 1


def test_the_vendor_keeps_all_rules(broken: Vendor) -> None:
    assert broken() == []


def test_a_vendor_without_handlers_keeps_them_too(broken: Vendor) -> None:
    assert broken(handlers=False) == []


BROKEN: list[tuple[str, str, str, str, int]] = [
    # rule, text, its replacement, message, line
    ("openapi", "description: The thing\n", "note: x\n", "'description' is a required property", line('"200"')),
    ("openapi", "{type: integer}, x-name", "{type: integral}, x-name", "", line("properties: {id:")),
    (
        "openapi",
        "#/components/schemas/Thing'}\n              ex",
        "#/components/schemas/Thong'}\n              ex",
        "leads nowhere: there is no 'Thong'",
        line("schema: {$ref"),
    ),
    (
        "openapi",
        "{type: string}}, example: [a]",
        "{$ref: 'a.yaml#/A'}}, example: [a]",
        "is not local",
        line("application/json: {schema"),
    ),
    (
        "openapi",
        "type: object\n      x-source",
        "$ref: '#/components/schemas/Thing'\n      x-source",
        "goes round in circles",
        line("    Thing:\n"),
    ),
    (
        "openapi",
        "parameters:\n        - {$ref",
        "parameters:\n        - {name: id, in: body}\n        - {$ref",
        "a parameter needs `name`",
        line("- {$ref"),
    ),
    (
        "openapi",
        "operationId: things.put_thing",
        "operationId: things.get_thing",
        "the operationId 'things.get_thing' stands twice",
        line("put:"),
    ),
    ("openapi", "x-empty-body: always", "x-empty-body: perhaps", "x-empty-body is one of", line("x-empty-body")),
    (
        "openapi",
        "{requests: 10, seconds: 1}",
        "{requests: 10}",
        "expected `requests` and `seconds`",
        line("x-rate-limit"),
    ),
    (
        "key-order",
        "tags:\n  - name: things\n  - name: notes\nsecurity: [{basic: []}]\n",
        "security: [{basic: []}]\ntags:\n  - name: things\n  - name: notes\n",
        "top-level keys stand in the order openapi, info, servers, tags, security",
        1,
    ),
    (
        "extension-keys",
        "x-rate-limit: read",
        "x-rate-limit: read\n      x-extra: 1",
        "unknown extension key 'x-extra'",
        line("x-rate-limit: read") + 1,
    ),
    (
        "pagination",
        "x-rate-limit: read",
        "x-rate-limit: read\n      x-pagination: {parameter: page, size: 10}",
        "things.get_thing has no query parameter 'page' for `parameter` of x-pagination",
        line("x-rate-limit: read") + 1,
    ),
    (
        "pagination",
        "x-rate-limit: read",
        "x-rate-limit: read\n      x-pagination: {parameter: id, offset: id}",
        "x-pagination has `parameter` or `offset`",
        line("x-rate-limit: read") + 1,
    ),
    (
        "pagination",
        "x-rate-limit: read",
        "x-rate-limit: read\n      x-pagination: {parameter: id, rows: items}",
        "x-pagination has `parameter` or `offset`",
        line("x-rate-limit: read") + 1,
    ),
    (
        "extension-keys",
        "type: object\n      x-source",
        "type: object\n      x-hint: 1\n      x-source",
        "unknown extension key 'x-hint'",
        line("x-source: [{stated: 'Guide, Things'}]\n      required"),
    ),
    (
        "extension-keys",
        "description: It failed",
        "description: It failed\n      x-hint: 1",
        "unknown extension key 'x-hint'",
        line("description: It failed") + 1,
    ),
    (
        "extension-keys",
        "default: {$ref: '#/components/responses/Failed'}",
        "default: {description: d, x-hint: 1, content: {application/json: {schema: {}, example: 1}}}",
        "unknown extension key 'x-hint'",
        line("default: {$ref"),
    ),
    (
        "extension-keys",
        "{type: http, scheme: basic}",
        "{type: http, scheme: basic, x-hint: 1}",
        "unknown extension key 'x-hint'",
        line("{type: http"),
    ),
    (
        "extension-keys",
        "{stated: 'Guide, Notes'}",
        "{said: 'Guide, Notes'}",
        "x-source is a list of `stated",
        line("{stated: 'Guide, Notes'}"),
    ),
    (
        "extension-keys",
        "[{stated: 'Guide, Notes'}]",
        "Guide",
        "x-source is a list of `stated",
        line("{stated: 'Guide, Notes'}"),
    ),
    (
        "extension-keys",
        "{inferred: 'R1'}, {",
        "{inferred: 'R1', ",
        "x-source is a list of `stated",
        line("{inferred: 'R1'}"),
    ),
    (
        "operation-keys",
        "      summary: List notes\n",
        "",
        "notes.list_notes lacks summary",
        line("get:", after="/notes"),
    ),
    (
        "operation-keys",
        "      x-capability: list-notes\n",
        "",
        "notes.list_notes lacks x-capability",
        line("get:", after="/notes"),
    ),
    (
        "operation-keys",
        "      x-source: [{stated: 'Guide, Notes'}]\n",
        "",
        "notes.list_notes lacks x-source",
        line("get:", after="/notes"),
    ),
    (
        "operation-keys",
        "tags: [notes]",
        "tags: [notes, things]",
        "has not exactly one tag",
        line("get:", after="/notes"),
    ),
    ("operation-keys", "List notes", "List notes.", "ends in a full stop", line("get:", after="/notes")),
    (
        "operation-keys",
        "x-rate-limit: read",
        "x-rate-limit: write",
        "names the unknown rate class 'write'",
        line("get:"),
    ),
    (
        "operation-keys",
        "      parameters:\n",
        "      parameters:\n        - {name: ID, in: query, schema: {type: string}, example: a}\n",
        "two parameters that a handler calls 'id'",
        line("get:"),
    ),
    ("functions", "things.put_thing", "things.set_thing", "has no function set_thing in things.py", line("put:")),
    (
        "functions",
        "notes.list_notes",
        "things.list_notes",
        "does not begin with its tag 'notes'",
        line("get:", after="/notes"),
    ),
    (
        "functions",
        "notes.list_notes",
        "list_notes",
        "does not begin with its tag 'notes'",
        line("get:", after="/notes"),
    ),
    (
        "tags",
        "  - name: notes\n",
        "",
        "tags are declared as ['things'] and used in the order ['things', 'notes']",
        line("tags:"),
    ),
    (
        "tags",
        "  - name: things\n  - name: notes\n",
        "  - name: notes\n  - name: things\n",
        "tags are declared as",
        line("tags:"),
    ),
    ("tags", "  - name: notes\n", "  - name: notes\n  - name: unused\n", "tags are declared as", line("tags:")),
    (
        "error-schemas",
        "          x-empty-body: always\n",
        "",
        "things.get_thing 404 has no schema, and no x-empty-body",
        line('"404"'),
    ),
    (
        "error-schemas",
        "          schema: {type: object}\n",
        "",
        "default application/json has no schema",
        line("application/json:", after="Failed:"),
    ),
    (
        "error-schemas",
        "description: The thing\n",
        "description: The thing\n          x-empty-body: always\n",
        "`x-empty-body: always` and `content` disagree",
        line('"200"'),
    ),
    (
        "error-schemas",
        "x-empty-body: always",
        "x-empty-body: allowed",
        "`x-empty-body: allowed` and `content` disagree",
        line('"404"'),
    ),
    (
        "examples",
        "id: 1, x-name: a",
        "id: one, x-name: a",
        'example \'one\': value.id: "one" is not of type "integer"',
        line("one: {value"),
    ),
    ("examples", "<id>1</id>", "<id>one</id>", "example 'example': value.id", line("example: <Thing>")),
    (
        "examples",
        "<Thing><id>1</id></Thing>",
        "<Thong/>",
        "the root element is <Thong>, not <Thing>",
        line("example: <Thing>"),
    ),
    ("examples", "<Thing><id>1</id></Thing>", "<Thing>", "not XML", line("example: <Thing>")),
    (
        "examples",
        "          example: {x-anything: goes}\n",
        "",
        "application/json of the response has no example",
        line("application/json:", after="Failed:"),
    ),
    (
        "examples",
        "            example: <Thing><id>1</id></Thing>\n",
        "",
        "text/xml of the request has no example",
        line("text/xml:"),
    ),
    ("examples", ", example: 1}", "}", "parameter 'id' has no example", line("x-id:")),
    ("examples", ", example: 1}", ", example: a}", "example of id", line("x-id:")),
    (
        "security-schemes",
        "    basic: {type: http",
        "    token: {type: http",
        "security scheme 'token' has no function of that name in auth.py",
        line("basic: {type"),
    ),
]


@pytest.mark.parametrize(("rule", "old", "new", "message", "where"), BROKEN, ids=lambda it: str(it)[:40])
def test_a_broken_rule_is_named_with_its_line(
    broken: Vendor, rule: str, old: str, new: str, message: str, where: int
) -> None:
    found = broken(old, new)
    match = [it for it in found if it.rule == rule and message in it.message]
    assert match, [str(it) for it in found]
    assert where in [it.line for it in match], [str(it) for it in found]
    assert str(match[0]).startswith(f"{match[0].path}:{match[0].line}: {rule}: ")


HANDLERS: list[tuple[str, str, str, str, int]] = [
    # file, text, its replacement, message, line in that file
    ("things.py", "def _answer", "def answer", "things.py has a public function answer that no operationId names", 16),
    ("things.py", 'world.due("things.finish")', "pass", "things.py has a public function finish", 12),
    ("notes.py", "def list_notes", "def list_notez", "notes.py has a public function list_notez", 1),
    ("notes.py", "def list_notes(", "def list_notes(:", "is not Python", 1),
]


@pytest.mark.parametrize(("file", "old", "new", "message", "where"), HANDLERS, ids=lambda it: str(it)[:40])
def test_a_function_that_no_operation_names(
    broken: Vendor, file: str, old: str, new: str, message: str, where: int
) -> None:
    found = broken(old, new, file=file)
    match = [it for it in found if message in it.message]
    assert [(it.rule, Path(it.path).name, it.line) for it in match] == [("functions", file, where)]


def test_operations_in_another_order_than_their_functions(broken: Vendor) -> None:
    text = THINGS[THINGS.index("def get_thing") : THINGS.index("def put_thing")]
    (found,) = broken(text, "def put_thing(world, id, body):\n    pass\n\n\n" + text, file="things.py")
    assert found.message == (
        "the operations of things do not stand in the order of their functions: 'get_thing', not 'put_thing'"
    )
    assert (found.rule, found.line) == ("functions", line("get:"))


def test_a_scheme_without_its_function(broken: Vendor) -> None:
    (found,) = broken("def basic", "def _basic", file="auth.py")
    assert (found.rule, found.line) == ("security-schemes", line("basic: {type"))


def test_every_rule_is_tested() -> None:
    # `capabilities` holds for the package's own vendors only: see test_capabilities.
    assert set(RULES) == {it[0] for it in BROKEN} | {"capabilities"}


def test_one_mistake_is_said_once(broken: Vendor) -> None:
    found = broken("x-empty-body: always", "x-empty-body: perhaps")
    assert len(found) == 1


@pytest.mark.parametrize("vendor", specs.vendors())
def test_the_packaged_specs_keep_all_rules(vendor: str) -> None:
    assert [str(it) for it in lint(specs.read(vendor))] == []


def test_where_a_function_stands(broken: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken()
    path = tmp_path / "mockserver/vendors/acme/things.py"
    assert folder("acme") == path.parent
    assert locate("acme", "things.put_thing") == f"{path}:8"
    monkeypatch.chdir(tmp_path)
    assert locate("acme", "things.put_thing") == "mockserver/vendors/acme/things.py:8"
    assert functions(path) == {"get_thing": 4, "put_thing": 8, "finish": 12}


@pytest.mark.parametrize(
    "address", ["things.none", "none.get_thing", "get_thing", "", ".", "things.", "things._answer"]
)
def test_where_there_is_no_function(broken: Vendor, address: str) -> None:
    broken()
    assert locate("acme", address) is None
    assert locate("nobody", address) is None


def test_a_function_that_moved_is_found_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("def a(): ...\n")
    assert functions(path) == {"a": 1}
    path.write_text("\n\n@decorated\ndef a(): ...\nasync def b(): ...\n")
    assert functions(path) == {"a": 4}
    path.write_text("def (")
    with pytest.raises(SpecError, match=r"a\.py:1: is not Python"):
        functions(path)
    path.unlink()
    assert functions(path) == {}
