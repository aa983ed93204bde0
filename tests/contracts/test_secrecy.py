"""No secret is ever printed, logged or put in a report, whatever the target makes of it."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.credentials import Credentials
from contracts.exchange import Request, curl
from contracts.secrecy import MASK, Mask
from specs import Spec
from tests.contracts.conftest import Gate
from tests.contracts.local import Local, Quiet

SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["C"]), min_size=8, max_size=40
)
SPELLINGS = {
    "plain": str,
    "upper": lambda it: it.upper() if it.isascii() else it,
    "json": lambda it: json.dumps(it)[1:-1],
    "json of json": lambda it: json.dumps(json.dumps(it)[1:-1])[1:-1],
    "json in utf-8": lambda it: json.dumps(it, ensure_ascii=False)[1:-1],
    "repr": lambda it: repr(it)[1:-1],
    "html": html.escape,
    "html in json": lambda it: json.dumps(html.escape(it))[1:-1],
    "url": quote,
    "all of url": lambda it: quote(it, safe=""),
    "form": quote_plus,
    "base64": lambda it: base64.b64encode(it.encode()).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(max_examples=60, deadline=None, database=None)
@given(secret=SECRETS, before=st.text(max_size=5), after=st.text(max_size=5))
@example(secret="000000'\xa0", before="", after="")  # Python writes it in double quotes, and escapes it all the same
def test_every_spelling_is_masked(spelling: str, secret: str, before: str, after: str) -> None:
    written = SPELLINGS[spelling](secret)
    masked = Mask([secret])(f"{before} {written} {after}")
    assert MASK in masked
    assert written not in masked


@settings(max_examples=60, deadline=None, database=None)
@given(secret=SECRETS, seen=st.integers(4, 40))
def test_the_beginning_of_a_secret_before_a_cut_is_masked(secret: str, seen: int) -> None:
    beginning = secret[: min(seen, len(secret) - 1)]
    masked = Mask([secret])(f"a body with {beginning}… (900 bytes)")
    assert beginning[:4] not in masked.replace(MASK, "")


@settings(max_examples=60, deadline=None, database=None)
@given(secret=SECRETS, body=st.binary(max_size=20))
def test_a_curl_line_has_none(secret: str, body: bytes) -> None:
    headers = (("X-Key", secret), ("Content-Type", "application/json"))
    sent = Request("POST", f"http://x/a?key={quote(secret)}", headers, body + json.dumps(secret).encode())
    line = curl(sent, "http://x", "http://x", Mask([secret]))
    assert secret not in line
    assert secret not in unquote(line)
    assert secret not in repr(sent)


def test_a_short_secret_takes_no_letters_out_of_words() -> None:
    assert Mask(["a"])("a banana: 'a', <a>") == f"{MASK} banana: '{MASK}', <{MASK}>"
    assert Mask([])("nothing to hide") == "nothing to hide"


def test_what_is_masked_already_stays() -> None:
    assert Mask(["secret"])(f"a {MASK}, <Secret>, a secret") == f"a {MASK}, <{MASK}>, a {MASK}"


def test_public_credentials_are_shown() -> None:
    assert Credentials("me", "password-in-the-docs", public=True).mask("password-in-the-docs") == "password-in-the-docs"


SCHEMES: dict[str, dict[str, Any]] = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
}
# What shells, JSON, XML, URLs and Python escape; long enough to be cut.
NASTY = """it's-a"key&<b>%41+/=\\x5c`$(id)`;{"x":'y'}-""" + "z9" * 20


@contextmanager
def parrot() -> Iterator[tuple[str, list[str]]]:
    """A server that says all it hears, in many ways and at the end of an excerpt. Its URL, and what it heard."""
    heard: list[str] = []

    class Handler(Quiet):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = [value for name, value in self.headers.items() if name in ("Authorization", "X-Key", "Cookie")]
            said.append(self.path)
            heard.extend(said)
            words = [json.dumps(said), repr(said), html.escape(str(said)), unquote_plus(self.path)]
            body = ("." * (40 * (len(heard) % 7)) + " ".join([*said, *words])).encode()
            self.send_response((200, 404, 418, 500)[len(heard) % 4])
            self.send_header("Content-Type", ("text/html", "application/json")[len(heard) % 2])
            self.send_header("X-Echo", said[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with Local(Handler) as server:
        yield server.url, heard


def _document(scheme: str) -> dict[str, Any]:
    text = {"type": "string", "maxLength": 2}
    content = {"application/json": {"schema": text}}
    ok = {"description": "It", "headers": {"X-Echo": {"schema": text}}, "content": content}
    operations = {
        method: {"operationId": f"it.{method}_it", "responses": {"200": ok, "404": ok}} for method in ("get", "post")
    }
    return {
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "security": [{"it": []}],
        "paths": {"/it": operations}, "components": {"securitySchemes": {"it": SCHEMES[scheme]}},
    }  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_report_has_a_secret(gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    spec, summary = tmp_path / "it.json", tmp_path / "summary.md"
    spec.write_text(json.dumps(_document(scheme)))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for name in ("PASSWORD", "TOKEN", "KEY"):
        monkeypatch.setenv(f"BODYDOUBLE_IT_{name}", NASTY)
    monkeypatch.setenv("BODYDOUBLE_IT_USERNAME", "somebody")
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("junit", "html", "json")}
    files = [word for kind, path in reports.items() for word in (f"--{kind}", str(path))]
    with parrot() as (url, heard):
        outcome = gate("--spec", str(spec), "--url", url, "--allow-writes", "--github", *files)
    assert outcome.code == 1, outcome.text
    spelled = base64.b64encode(f"somebody:{NASTY}".encode()).decode()
    said = "\n".join([*heard, *map(unquote, heard)])
    assert NASTY in said or spelled in said, "the target heard it"
    tree = ElementTree.parse(reports["junit"])
    texts = [outcome.text, *(path.read_text() for path in (*reports.values(), summary))]
    texts += ["\n".join(it for element in tree.iter() for it in (element.text or "", *element.attrib.values()))]
    texts += [str(json.loads(line)) for line in reports["json"].read_text().splitlines()]
    assert MASK in "\n".join(texts)
    for text in [decoded for it in texts for decoded in (it, html.unescape(it), unquote(it), unquote_plus(it))]:
        for part in (NASTY, NASTY[:12], NASTY[12:30], spelled, spelled[:20]):
            assert part not in text, text[max(0, text.find(part) - 200) :][:500]


@pytest.mark.parametrize("value", ["with\nbreak", "tab\there", "key-with-ü"])
def test_a_secret_that_no_header_can_carry_is_wrong_usage(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    spec = tmp_path / "it.json"
    spec.write_text(json.dumps(_document("header")))
    monkeypatch.setenv("BODYDOUBLE_IT_KEY", value)
    outcome = gate("--spec", str(spec), "--url", "http://127.0.0.1:9")
    assert outcome.code == 2, outcome.text
    assert "characters that no header can carry" in outcome.text
    assert value not in outcome.text


def test_credentials_do_not_belong_in_the_url(gate: Gate) -> None:
    outcome = gate("voltmx", "--url", "http://me:hunter22@127.0.0.1:9")
    assert outcome.code == 2
    assert "hunter22" not in outcome.text


def test_no_repr_has_a_secret() -> None:
    known = Credentials("me", "hunter22", "token22", "key22")
    operation = Spec("it", Path("it.json"), _document("header")).operations["it.get_it"]
    headers = known.headers(operation, Spec("it", Path("it.json"), _document("header")), None) or {}
    texts = repr(known) + repr(Request("GET", "http://x", tuple(headers.items())))
    assert not [it for it in ("hunter22", "token22", "key22") if it in texts]
