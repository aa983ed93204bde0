"""The command line: what is asked for, and each mistake answered with one clear line and an exit code."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

import specs
from mockserver.cli import main
from tests.conftest import ACME, Server, answering, document

ACME_PLACE = ("--vendor-path", str(ACME))


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command that ends, in a forked process: a server that starts
    after all can be stopped."""
    with tempfile.TemporaryDirectory() as directory:
        names = [str(Path(directory) / name) for name in ("out", "err")]
        child = multiprocessing.get_context("fork").Process(target=_carry_out, args=(arguments, *names))
        child.start()
        child.join(timeout=20)
        if child.exitcode is None:
            child.kill()
            child.join()
            pytest.fail(f"{arguments} did not end")
        out, err = (Path(name).read_text() for name in names)
        return child.exitcode, out, err


def _carry_out(arguments: Sequence[str], out: str, err: str) -> None:
    for descriptor, name in ((1, out), (2, err)):
        os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY), descriptor)
    sys.stdout, sys.stderr = (os.fdopen(descriptor, "w") for descriptor in (1, 2))
    try:
        main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def is_one_clear_line(outcome: tuple[int, str, str], *parts: str) -> None:
    code, out, err = outcome
    assert code != 0
    assert out == ""
    assert err.count("\n") == 1, err
    assert err.startswith("bodydouble: ")
    assert "Traceback" not in err
    for part in parts:
        assert part in err


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["nonsense"], ["nonsense"]),
        (["--nonsense"], ["--nonsense"]),
        (["serve", "nobody"], ["unknown vendor 'nobody'", "vibes, voltmx"]),
        (["serve", "--nonsense"], ["--nonsense", "bodydouble serve --help"]),
        (["serve", "voltmx", "--port", "99999"], ["--port", "65535"]),
        (["serve", "voltmx", "--port", "http"], ["--port"]),
        (["serve", "voltmx", "--host", "192.0.2.1", "--control-token", "x"], ["cannot listen on 192.0.2.1:8080"]),
        (["serve", "voltmx", "--host", "no..such", "--control-token", "x"], ["cannot listen on", "no..such"]),
        (["serve", "voltmx", "--host", "0.0.0.0"], ["--control-token"]),
        (["serve", "voltmx", "--fixture", "nothing", "--port", "0"], ["no fixture 'nothing'", "default, empty"]),
        (["serve", "voltmx", "--fixture", "nothing.yaml", "--port", "0"], ["nothing.yaml", "No such file"]),
        (["serve", "voltmx", "--switch", "x"], ["VENDOR.NAME=VALUE"]),
        (["serve", "voltmx", "--switch", "voltmx.x=1", "--port", "0"], ["voltmx has no switch 'x'", "authToken"]),
        (["serve", "voltmx", "--switch", "vibes.x=1", "--port", "0"], ["unknown vendor 'vibes'"]),
        (["serve", "voltmx", "--switch", "voltmx.messageText=loud", "--port", "0"], ["'loud'", "printed"]),
        (["serve", "voltmx", "--workers", "2"], ["--store"]),
        (["serve", "voltmx", "--workers", "0"], ["--workers"]),
        (["serve", "voltmx", "--store", "nonsense", "--port", "0"], ["store", "sqlite:///FILE"]),
        (["serve", "voltmx", "--store", "klingon://x", "--port", "0"], ["klingon"]),
        (["serve", "voltmx", "--store", "sqlite:////no/such/place/x.db", "--port", "0"], ["/no/such/place"]),
        (["serve", "voltmx", "--store", "sqlite:////proc/x.db", "--port", "0"], ["/proc/x.db"]),
        (["serve", "voltmx", "--store", "postgresql://127.0.0.1:1/x", "--port", "0"], ["127.0.0.1"]),
        (["serve", "voltmx", "--journal-size", "0"], ["--journal-size"]),
        (["serve", "voltmx", "--body-limit", "-1"], ["--body-limit"]),
        (["serve", "voltmx", "--vendor-path", "/no/such/place"], ["/no/such/place"]),
        (["serve", "voltmx", "--vendor-path", "/tmp"], ["/tmp has no specs/*.yaml"]),
        (["serve", "voltmx", "--tls-cert", __file__], ["--tls-key"]),
        (["serve", "voltmx", "--tls-key", __file__, "--tls-cert", "/no/such"], ["/no/such"]),
        (["serve", "voltmx", "--tls-key", __file__, "--tls-cert", __file__, "--port", "0"], ["TLS"]),
        (["serve", "voltmx", "--client-ca", __file__], ["--tls-cert"]),
        (["serve", "/no/such/file.yaml"], ["/no/such/file.yaml", "no such file"]),
        (["routes", "nobody"], ["unknown vendor 'nobody'"]),
        (["routes", "a", "b"], ["b"]),
        (["routes", "../specs/voltmx"], ["unknown vendor"]),
        (["spec"], ["VENDOR"]),
        (["spec", "nobody"], ["unknown vendor 'nobody'"]),
        (["lint", "nobody"], ["unknown vendor 'nobody'"]),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_mistake_is_one_clear_line(arguments: list[str], parts: list[str]) -> None:
    is_one_clear_line(run(*arguments), *parts)


def test_the_port_is_in_use(taken: str) -> None:
    is_one_clear_line(run("serve", "voltmx", "--port", taken), f"127.0.0.1:{taken}", "--port")


def test_an_address_without_an_answer_is_not_an_excuse_for_a_traceback(tmp_path: Path) -> None:
    """In a process of its own: what is printed after `main`, at exit, counts too."""
    missing = tmp_path / "no" / "ready.json"
    command = [
        sys.executable,
        "-m",
        "mockserver",
        "serve",
        "voltmx",
        "--port",
        "0",
        "--quiet",
        "--ready-file",
        str(missing),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    is_one_clear_line((done.returncode, done.stdout, done.stderr), "ready.json", "No such file")


GET = {"responses": answering({"type": "string"}, "a")}
BAD_SPECS: dict[str, tuple[Any, int | None, str]] = {
    "no YAML": ("openapi: 3.0.3\ninfo: [\n", 3, "is not YAML"),
    "a tab": ("openapi: 3.0.3\n\tinfo: 1\n", 2, "is not YAML"),
    "empty": ("", 1, "not an OpenAPI document"),
    "a list": ("- 1", 1, "found a list"),
    "Swagger": ("swagger: '2.0'\n", 1, "only OpenAPI 3.0.x"),
    "3.1": (document({}) | {"openapi": "3.1.0"}, None, "OpenAPI 3.1.0 is not supported, only 3.0.x"),
    "4": (document({}) | {"openapi": "4.0.0"}, None, "OpenAPI 4.0.0 is not supported"),
    "no paths": ("openapi: 3.0.3\ninfo: {title: t, version: '1'}\n", 1, "paths"),
    "paths a list": ("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: []\n", None, "paths"),
    "no responses": (document({"/a": {"get": {}}}), None, "documents no responses"),
    "an operation that is a list": (document({"/a": {"get": []}}), None, "get"),
    "a path without an item": (document({"/a": None}), None, ""),
    "a dangling parameter": (document({"/a": {"get": {**GET, "parameters": [{"$ref": "#/x"}]}}}), None, "leads nowhere"),  # noqa: E501
    "a dangling schema": (document({"/a": {"get": {"responses": answering({"$ref": "#/x"})}}}), None, "leads nowhere"),
    "a foreign reference": (document({"/a": {"get": {"responses": answering({"$ref": "b.yaml"})}}}), None, "not local"),
    "a loop": (
        document({"/a": {"get": {"responses": answering({"$ref": "#/components/schemas/A"})}}},
                 components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}}), None, "circle"),
    "an unknown type": (document({"/a": {"get": {"responses": answering({"type": "strng"})}}}), None, "strng"),
    "a bad pattern": (document({"/a": {"get": {"responses": answering({"pattern": "("})}}}), None, ""),
    "a parameter without a name": (document({"/a": {"get": {**GET, "parameters": [{"in": "query"}]}}}), None, "name"),
    "an unknown scheme": (document({"/a": {"get": GET}}, security=[{"nobody": []}]), None, "nobody"),
    "a bad status": (document({"/a": {"get": {"responses": {"ok": GET["responses"]["200"]}}}}), None, "ok"),
    "an operationId twice": (
        document({"/a": {"get": {**GET, "operationId": "x"}, "put": {**GET, "operationId": "x"}}}), None, "twice"),
    "a bad rate class": (document({"/a": {"get": GET}}, **{"x-rate-limit": {"a": 7}}), None, "requests"),
    "an anchor in itself": ("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: &a {/x: *a}\n", None, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_SPECS)
def test_a_spec_with_a_mistake(spec_file: Callable[..., Path], name: str) -> None:
    written, line, message = BAD_SPECS[name]
    outcome = run("serve", str(spec_file(written)), "--port", "0")
    is_one_clear_line(outcome, "shop.yaml" + (f":{line}: " if line else ":"), message)


@pytest.mark.parametrize("text", ["acme: }", "acme:\n  parts: 7", "acme:\n  nuts: []"])
def test_a_fixture_with_a_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    outcome = run("serve", "acme", *ACME_PLACE, "--fixture", str(tmp_path / "own.yaml"), "--port", "0")
    is_one_clear_line(outcome, f"own.yaml:{1 + text.count(chr(10))}: ")


def test_no_arguments_show_the_commands() -> None:
    code, out, err = run("--help")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")][-5:]
    assert "serve" in out
    assert err == ""
    assert run() == (2, "", out)


@pytest.mark.parametrize("command", ["serve", "routes", "spec", "lint", "verify"])
def test_every_command_has_help(command: str) -> None:
    code, out, _ = run(command, "--help")
    assert (code, out.startswith(f"Usage: bodydouble {command}")) == (0, True)


def test_routes_lead_to_the_source() -> None:
    code, out, _ = run("routes", "acme", *ACME_PLACE)
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert [row[:3] for row in rows][:2] == [
        ["GET", "/acme/parts", "parts.list_parts"],
        ["POST", "/acme/parts", "parts.add_part"],
    ]
    for row in rows:
        if row[2] == "orders.get_forecast":
            assert "answers from the spec" in " ".join(row)
        else:
            file, _, line = row[3].rpartition(":")
            assert f"def {row[2].split('.')[1]}(" in Path(file).read_text().splitlines()[int(line) - 1]


def test_routes_of_all_vendors() -> None:
    code, out, _ = run("routes", *ACME_PLACE)
    assert code == 0
    assert {line.split()[1].split("/")[1] for line in out.splitlines()} >= {"acme", "vibes", "voltmx"}


def test_spec_prints_the_document_as_it_was_written() -> None:
    assert run("spec", "acme", *ACME_PLACE) == (0, (ACME / "specs" / "acme.yaml").read_text(), "")


def test_lint_finds_the_one_rule_that_the_toy_vendor_breaks_on_purpose() -> None:
    code, out, err = run("lint", "acme", *ACME_PLACE)
    assert (code, err) == (1, "")
    first, last = out.splitlines()
    assert "acme.yaml:" in first
    assert "functions: operationId 'orders.get_forecast' has no function get_forecast" in first
    assert last == "1 problems"


def test_the_packaged_specs_break_no_rule() -> None:
    packaged = sorted(path.stem for path in Path(specs.__file__).parent.glob("*.yaml"))
    assert run("lint", *packaged) == (0, "no problems\n", "")


PETS = """\
openapi: 3.0.1
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example/api/v3}]
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        200:
          description: Pets
          content:
            application/json:
              schema: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Pet'}}
        default: {description: Problem}
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses: {201: {description: Made}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties: {name: {type: string, minLength: 2}, mother: {$ref: '#/components/schemas/Pet'}}
"""


@pytest.mark.parametrize("name", ["My Pets.yaml", "pets.yml", "pets.json"])
def test_any_document_is_served(
    server: Callable[..., Server], spec_file: Callable[..., Path], name: str, tmp_path: Path
) -> None:
    import yaml

    text = json.dumps(yaml.safe_load(PETS)) if name.endswith(".json") else PETS
    mock = server(str(spec_file(text, name)))
    vendor = Path(name).stem.lower().replace(" ", "-")
    with httpx.Client(base_url=f"{mock.url}/{vendor}", trust_env=False) as client:
        pets = client.get("/pets").json()
        assert pets == client.get("/pets").json()
        assert all(len(pet["name"]) >= 2 for pet in pets)
        assert client.post("/pets", json={"name": "Rex"}).status_code == 201
        assert client.post("/pets", json={"name": "R"}).status_code == 422
        assert client.post("/pets", json={"name": "Rex"}, headers={"Prefer": "code=404"}).status_code == 400
        assert client.get("/pets", headers={"Prefer": "code=500"}).status_code == 500
    assert "Pets" in mock.printed.read_text()
