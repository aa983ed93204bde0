"""`specs.read` and what is behind it: which file, what text, and where a mistake is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specs
from specs import SpecError
from specs.loading import line_of, load, pointer
from tests.specs.conftest import Read

HEAD = 'openapi: "3.0.3"\ninfo: {title: Things, version: "1"}\n'


def written(tmp_path: Path, text: str | bytes, name: str = "x.yaml") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_packaged_vendors_are_known_and_read() -> None:
    assert {"vibes", "voltmx"} <= set(specs.vendors())
    assert specs.read("vibes").title


def test_an_unknown_vendor_is_named_beside_the_known() -> None:
    with pytest.raises(SpecError, match=r"unknown vendor 'nobody'; known are .*vibes"):
        specs.read("nobody")


@pytest.mark.parametrize("name", ["", "..", "../specs/vibes", "vibes.yaml"])
def test_a_name_is_not_a_path(name: str) -> None:
    with pytest.raises(SpecError, match="unknown vendor"):
        specs.read(name)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "expected a mapping, found nothing", 1),
        ("- a\n", "expected a mapping, found a list", 1),
        ("just text\n", "expected a mapping, found 'just text'", 1),
        ("a: 1\n", "the key `openapi` is missing", 1),
        ("info: {}\nopenapi: 3.1.0\npaths: {}\n", "OpenAPI 3.1.0 is not supported, only 3.0.x", 2),
        ("openapi: 3.1\n", "OpenAPI 3.1 is not supported", 1),
        ("info: {}\nopenapi: 4.0.0\n", "OpenAPI 4.0.0 is not supported", 2),
        ("openapi: [3]\n", "is not supported", 1),
        ("info: {}\nswagger: '2.0'\npaths: {}\n", "Swagger 2.0 is not supported, only OpenAPI 3.0.x", 2),
        ("openapi: 3.0.3\ninfo: {}\n", "`paths` must be there", 1),
        ("openapi: 3.0.3\ninfo: {}\n\npaths: [a]\n", "`paths` must be there, and be a mapping", 4),
        ("openapi: 3.0.3\npaths: {}\ninfo: text\n", "`info` must be there, and be a mapping", 3),
        ("a:\n  b: [\n", "is not YAML", 3),
        ("a: 1\n b: 2\n", "is not YAML", 2),
        ("a: 1\n---\nb: 2\n", "is not YAML", 2),
        ("a: !!python/object:os.system x\n", "is not YAML", 1),
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "the key 'c' stands twice", 5),
        ("200: a\n'200': b\n", "the key '200' stands twice", 2),
        ("? [a]\n: 1\n", "a key must be text", 1),
        (b"a: 1\nb: \xff\n", "is not UTF-8 text", 2),
        (b"a: 1\nb: \xe4\n", "is not UTF-8 text", 2),
        (b"a: \x00\n", "is not UTF-8 text", 1),
        ("a: &x\n  b: *x\n", "holds itself by a YAML anchor", None),
        ("a: " + "[" * 3000 + "]" * 3000, "is nested too deeply", None),
    ],
)
def test_a_file_that_is_no_spec_is_refused_with_its_line(
    read: Read, text: str | bytes, message: str, line: int | None
) -> None:
    with pytest.raises(SpecError) as caught:
        read(text)
    assert message in str(caught.value)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{caught.value.path}:")
    assert "\n" not in str(caught.value)


def test_aliases_that_multiply_are_refused_in_no_time(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(SpecError, match="YAML anchors make more than"):
        load(written(tmp_path, "\n".join(rows)))


def test_anchors_and_merge_keys_are_read(tmp_path: Path) -> None:
    text = "base: &base {a: 1, b: 2}\nuser: {<<: *base, b: 3}\nsame: *base\n"
    document = load(written(tmp_path, text))
    assert document["user"] == {"a": 1, "b": 3}
    assert document["same"] == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-17", "2024-05-17"),
        ("2024-05-17T09:30:00Z", "2024-05-17T09:30:00Z"),
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("-7", -7),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.0.0", "1.0.0"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ("=", "="),
        ("12345678901234567890123", 12345678901234567890123),
    ],
)
def test_scalars_are_read_as_yaml_1_2_has_them(tmp_path: Path, text: str, value: object) -> None:
    found = load(written(tmp_path, f"a: {text}\n"))["a"]
    assert (found, type(found)) == (value, type(value))


def test_infinity_and_nan_are_numbers(tmp_path: Path) -> None:
    first, second, third = load(written(tmp_path, "[.inf, -.INF, .nan]"))
    assert (first, second, third != third) == (float("inf"), -float("inf"), True)


def test_keys_are_the_text_that_was_written(tmp_path: Path) -> None:
    text = "200: a\n1.10: b\non: c\ntrue: d\n~: e\n2024-01-01: f\n0x10: g\n"
    assert list(load(written(tmp_path, text))) == ["200", "1.10", "on", "true", "~", "2024-01-01", "0x10"]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_json_document_is_read_with_tabs_escapes_and_mark(read: Read, suffix: str) -> None:
    document = {"openapi": "3.0.3", "info": {"title": "\U0001f600", "version": "1"}, "paths": {}}
    text = json.dumps(document, indent="\t").replace("3.0.3", "3\\u002e0.3")
    assert "\\ud83d" in text
    assert read(b"\xef\xbb\xbf" + text.encode(), suffix=suffix).title == "\U0001f600"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{\n"a": 1,\n}', "is not JSON", 2),
        ('{\n"a": 1,\n"a": 2}', "the key 'a' stands twice", 3),
        ("[" * 100_000, "nested too deeply", None),
    ],
)
def test_bad_json_is_refused_with_its_line(tmp_path: Path, text: str, message: str, line: int | None) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        load(written(tmp_path, text, "x.json"))
    # Python says where the comma is, or from 3.13 on where its successor is missing.
    assert caught.value.line in (line, line and line + 1)


def test_a_flow_mapping_of_yaml_is_no_json(tmp_path: Path) -> None:
    assert load(written(tmp_path, "{a: [1, two]}")) == {"a": [1, "two"]}


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.yaml: cannot be read: No such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("file", "vendor"),
    [("Pet Store.yaml", "pet-store"), ("petstore.v3.yml", "petstore-v3"), ("__.yaml", "api"), ("Ä.json", "api")],
)
def test_a_single_file_is_a_vendor_named_by_its_stem(tmp_path: Path, file: str, vendor: str) -> None:
    path = written(tmp_path, HEAD + "paths: {}\n", file)
    assert specs.add_file(path) == vendor
    assert vendor in specs.vendors()
    assert specs.read(vendor).path == path


def test_a_single_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        specs.add_file(tmp_path / "none.yaml")


def test_a_place_of_the_users_adds_its_vendors(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    written(tmp_path / "specs", HEAD + "paths: {}\n", "acme.yaml")
    specs.add_place(tmp_path)
    specs.add_place(tmp_path)
    assert specs.places() == (tmp_path,)
    assert "acme" in specs.vendors()
    assert specs.vendors() == sorted(specs.vendors())
    assert specs.read("acme").title == "Things"


def test_a_place_outlives_a_change_of_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    written(tmp_path / "specs", HEAD + "paths: {}\n", "acme.yaml")
    monkeypatch.chdir(tmp_path)
    specs.add_place(Path())
    specs.add_file(Path("specs/acme.yaml"))
    monkeypatch.chdir("/")
    assert specs.read("acme").title == "Things"
    assert specs.places() == (tmp_path,)


@pytest.mark.parametrize("directory", ["nowhere", "."])
def test_a_place_without_specs_is_refused(tmp_path: Path, directory: str) -> None:
    with pytest.raises(SpecError, match=r"has no specs/\*\.yaml"):
        specs.add_place(tmp_path / directory)


def test_what_is_added_in_passing_is_forgotten(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "paths: {}\n", "gone.yaml")
    with specs.passing():
        specs.add_file(path)
    assert "gone" not in specs.vendors()


@pytest.mark.parametrize(
    ("urls", "hosts"),
    [
        (["https://API.Example.com/v1", "http://b.example:8080"], ("api.example.com", "b.example")),
        (["HTTPS://example.com"], ("example.com",)),
        (["http://{host}:{port}", "/v1", "http://localhost:1", "http://127.0.0.1"], ()),
    ],
)
def test_hosts_are_the_vendors_real_ones(read: Read, urls: list[str], hosts: tuple[str, ...]) -> None:
    assert read(servers=[{"url": url} for url in urls]).hosts == hosts


DOCUMENT = {"a/b": {"~x": [10, {"y": 20}]}, "p%q": 1, "": 2, "{k}": 3}


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("#/a~1b/~0x/0", 10),
        ("#/a~1b/~0x/1/y", 20),
        ("#/p%25q", 1),
        ("#/", 2),
        ("#/%7Bk%7D", 3),
    ],
)
def test_a_pointer_leads_to_its_value(reference: str, value: int) -> None:
    assert pointer(DOCUMENT, reference) == value


@pytest.mark.parametrize(
    "reference", ["#/none", "#/a~1b/~0x/2", "#/a~1b/~0x/-1", "#/a~1b/~0x/y", "#/p%25q/x", "#/a~1b/~0x/²"]
)
def test_a_pointer_that_leads_nowhere_says_so(reference: str) -> None:
    with pytest.raises(SpecError, match="leads nowhere: there is no"):
        pointer(DOCUMENT, reference)


@pytest.mark.parametrize("reference", ["other.yaml#/a", "http://example.com/#/a", "a", "", "#", 3, None])
def test_only_local_references_are_followed(reference: object) -> None:
    with pytest.raises(SpecError, match="is not local"):
        pointer(DOCUMENT, reference)


@pytest.mark.parametrize(
    ("steps", "line"),
    [([], 1), (["b"], 2), (["b", 1], 4), (["b", "1", "c"], 5), (["b", 9], 2), (["none", "b"], 1), (["200"], 6)],
)
def test_the_line_of_a_value_or_of_its_deepest_ancestor(tmp_path: Path, steps: list[str | int], line: int) -> None:
    path = written(tmp_path, "a: 1\nb:\n- x\n- d: 1\n  c: 2\n200: x\n")
    assert line_of(path, steps) == line


def test_no_line_is_known_of_what_is_no_yaml(tmp_path: Path) -> None:
    assert line_of(written(tmp_path, "a: ["), ["a"]) is None
    assert line_of(written(tmp_path, ""), ["a"]) is None
