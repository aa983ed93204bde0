"""What of a message is masked, whatever the mask looks like."""

from __future__ import annotations

import pytest

import specs
from specs.secrets import Secrets


@pytest.mark.parametrize("mask", ["<secret>", "***"])
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"auth_token": "t0ken-1", "device": {"id": "d"}}', '{"auth_token": "MASK", "device": {"id": "d"}}'),
        ("<a><password>pa55word</password><b>kept</b></a>", "<a><password>MASK</password><b>kept</b></a>"),
        ("<a>\n <x:password a='1'>\n pa55\n </x:password></a>", "<a>\n <x:password a='1'>\n MASK\n </x:password></a>"),
        ("<password><![CDATA[pa<55>word]]></password>", "<password>MASK</password>"),
        ("<a><password>cut o", "<a><password>MASK"),
        ('{"b": "/x?b=1&api_key=key1&c=2"}', '{"b": "/x?b=1&api_key=MASK&c=2"}'),
        ("<a>/x?b=1&amp;api_key=key1</a>", "<a>/x?b=1&amp;api_key=MASK</a>"),
    ],
)
def test_only_the_secret_is_masked_and_what_follows_is_kept(text: str, masked: str, mask: str) -> None:
    seen: set[str] = set()
    assert specs.read("vibes").secrets.body(text, False, mask, seen) == masked.replace("MASK", mask)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<a><password/>\n <b>kept</b></a>", "<a><password />\n <b>kept</b></a>", "<secret>\n <b>kept</b></secret>",
        "<password_hint>kept</password_hint>", '{"password": null, "x_password": "kept"}', "/x?my_api_key=kept",
        '{"password": "<secret>", "b": "kept"}', "/x?api_key=<secret>&b=kept",
    ],
)  # fmt: skip
def test_what_is_no_secret_or_masked_already_is_kept(text: str) -> None:
    assert specs.read("vibes").secrets.body(text, False, "<secret>", set()) == text


def test_a_secret_is_noted_as_it_is_written_and_as_it_is_meant() -> None:
    seen: set[str] = set()
    secrets = specs.read("vibes").secrets
    secrets.text('{"password": "a\\"bcd", "secret": 12345} <secret>x&amp;yz</secret>', "…", seen)
    secrets.target("/x?api_key=k%20y1", "…", seen)
    assert seen == {'a\\"bcd', 'a"bcd', "12345", "x&amp;yz", "x&yz", "k%20y1", "k y1"}


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("Authorization", True), ("X-Api-Key", True), ("Cookie", True), ("X-Session", True), ("Accengage-Time", True),
        ("Idempotency-Key", False), ("X-Trace", False), ("Author", False),
    ],
)  # fmt: skip
def test_headers_are_told_by_what_everybody_calls_them_and_by_the_security_schemes(name: str, secret: bool) -> None:
    assert specs.read("accengage").secrets.header(name) is secret


def test_a_vendor_may_have_members_that_its_document_does_not_mark() -> None:
    secrets = Secrets(specs.read("vibes").document, ("ticket",))
    assert secrets.body("<a><Ticket>kept not</Ticket></a>", False, "…", set()) == "<a><Ticket>…</Ticket></a>"
    assert secrets.body("ticket=a%26b&b=kept", True, "…", set()) == "ticket=…&b=kept"
