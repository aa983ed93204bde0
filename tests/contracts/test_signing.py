"""Credentials of vendors that sign: over the bytes that are sent, with the right ones, wrong ones and none."""

from __future__ import annotations

import specs
from contracts import credentials
from contracts.client import Client
from contracts.credentials import Credentials
from contracts.exchange import Request
from contracts.vendors.accengage.target import CREDENTIALS, Signing, signature
from specs import Operation

SPEC = specs.read("accengage")
ME, CREATE = SPEC.operations["me.get_me"], SPEC.operations["access_tokens.create_access_token"]
BODY = b'{"email":"mymail@client.com"}'


def headers(known: Credentials, operation: Operation, body: bytes | None = None) -> dict[str, str]:
    return known.headers(operation, SPEC, body) or {}


def test_the_published_signatures() -> None:
    assert signature(BODY, "a1b2c3d4e5f6g7h8", "1507722391") == "f974f730586ce2bf49a276845060a8d38bb43770"
    assert signature(None, "a1b2c3d4e5f6g7h8", "1507722391") == "ba04fc7206950ce63d78ddbc9e65c48fb96e54d7"


def test_what_a_request_brings() -> None:
    right = headers(CREDENTIALS, ME)
    assert set(right) == {"Accengage-Time", "Accengage-Signature", "Authorization"}
    assert set(headers(CREDENTIALS, CREATE, BODY)) == {"Accengage-Time", "Accengage-Signature"}
    assert headers(CREDENTIALS.wrong(), ME)["Authorization"] != right["Authorization"]
    none = headers(CREDENTIALS.none(), ME)
    assert none["Accengage-Signature"] == signature(None, CREDENTIALS.key or "", none["Accengage-Time"])
    assert "Authorization" not in none
    assert headers(CREDENTIALS.none(), CREATE, BODY) == {}
    wrong = headers(CREDENTIALS.wrong(), CREATE, BODY)
    assert wrong["Accengage-Signature"] != signature(BODY, CREDENTIALS.key or "", wrong["Accengage-Time"])


def test_a_prepared_request_is_signed_over_its_bytes_and_keeps_its_other_headers() -> None:
    client = Client(SPEC, _target(), None, sender="it", credentials=CREDENTIALS)  # type: ignore[arg-type]
    sent = (("content-type", "application/json"), ("accengage-signature", "generated"))
    signed = client.authorized(Request("POST", "http://127.0.0.1:9/x", sent, BODY), CREATE, "right")
    time = signed.header("Accengage-Time") or ""
    assert signed.header("content-type") == "application/json"
    assert signed.header("Accengage-Signature") == signature(BODY, CREDENTIALS.key or "", time)
    assert [name.lower() for name, _ in signed.headers].count("accengage-signature") == 1


def test_what_a_user_gives_signs_too_and_stays_secret() -> None:
    given = credentials.read(
        "accengage", {"BODYDOUBLE_ACCENGAGE_KEY": "k3y", "BODYDOUBLE_ACCENGAGE_TOKEN": "t0ken"}, None, Signing
    )
    assert isinstance(given, Signing)
    assert headers(given, ME)["Authorization"] == "Bearer t0ken"
    assert given.mask("k3y t0ken") == "<secret> <secret>"
    assert Credentials().headers(ME, SPEC, None) is None


def _target() -> object:
    class Nowhere:
        base = "http://127.0.0.1:9"

    return Nowhere()
