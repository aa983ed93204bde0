"""What the spec alone promises about sequences of requests: each is held, and nothing else is."""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.process import own_mock
from contracts.settings import Settings
from tests.contracts.conftest import Gate, Outcome
from tests.contracts.shop import Shop
from tests.contracts.warped import Answer, Front

LINK = "https://api.accengage.com/v1/me/apps/myPartnerId/campaigns?page=1"
ADD, DELETE, LIST = "items.add_item", "items.delete_item", "items.list_items"


@pytest.mark.parametrize(
    ("bug", "operation", "check"),
    [
        ("no-charset", ADD, "accepts-valid"),
        ("loses-price", ADD, "read-your-write"),
        ("keeps-nothing", ADD, "read-your-write location-leads"),
        ("", DELETE, "delete-deletes"),
        ("deletes-once", DELETE, "idempotent-retry"),
        ("lenient-query", LIST, "rejects-invalid"),
    ],
)
def test_what_breaks_a_promise_is_found(judge: Gate, bug: str, operation: str, check: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop, "--operation", operation, "--skip", "grid")
    assert outcome.code == 1, outcome.text
    assert outcome.checks() == {*check.split()}, outcome.text


def test_a_thing_that_lives_as_documented_is_clean(judge: Gate) -> None:
    with Shop("deletes") as shop:
        outcome = judge(shop, "--skip", "grid")
    assert (outcome.code, outcome.checks()) == (0, set()), outcome.text
    assert any(b"charset" not in line and b"DELETE /items/" in line for line in shop.log)
    assert 1 in shop.items or 1 in shop.gone


@pytest.fixture(scope="module")
def vibes() -> Iterator[str]:
    with own_mock(Settings("vibes")) as url:
        yield url


@pytest.fixture(scope="module")
def accengage() -> Iterator[str]:
    with own_mock(Settings("accengage")) as url:
        yield url


@contextmanager
def _held(front: Front, gate: Gate, *arguments: str, vendor: str = "vibes") -> Iterator[Outcome]:
    with front:
        control = ["--url", f"{front.url}/{vendor}", "--control", front.url, "--profile", "smoke"]
        yield gate(vendor, *control, "--skip", "grid", *arguments)


class Careless(Front):
    """Compares passwords without regard to case, and takes what stands before the colon for a user without one."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        scheme, _, rest = headers.get("authorization", headers.get("Authorization", "")).partition(" ")
        try:
            text = base64.b64decode(rest).decode().lower()
        except ValueError:
            return None
        if scheme == "Basic" and text == "vibesuser:password123":
            for name in [it for it in headers if it.lower() == "authorization"]:
                headers[name] = "Basic " + base64.b64encode(b"VibesUser:Password123").decode()
        return None


class Forgetful(Front):
    """Knows nothing of one of the documented examples."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if method == "PUT" and b'"mobile_phone":null' in body.replace(b" ", b""):
            return 422, json.dumps({"errors": [{"message": "no such thing", "code": 2}]}).encode()
        return None


class Literal(Front):
    """Takes a charset only in the spelling that its author knew."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if '"' in kind:
            return 400, json.dumps({"errors": [{"message": "what charset?", "code": 2}]}).encode()
        return None


class LowerCase(Front):
    """Takes a media type in lower case only."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if kind != kind.lower() and "charset" not in kind:
            return 400, json.dumps({"errors": [{"message": "what is that?", "code": 2}]}).encode()
        return None


class Reborn(Front):
    """Says of a thing that it was made whenever it is read."""

    year = 2026

    def warp(self, body: bytes) -> bytes:
        self.year += 1
        return re.sub(rb'"created_at":"....', b'"created_at":"%d' % self.year, body)


class Renamed(Front):
    """Names addresses at which nothing is."""

    def warp(self, body: bytes) -> bytes:
        return body.replace(b"/incentives/pools/", b"/incentives/pool/")


class Removed(Front):
    """Names addresses at which nothing is any more."""

    def warp(self, body: bytes) -> bytes:
        return body.replace(b"/incentives/pools/101", b"/incentives/pools/7")


class Neighbours(Front):
    """Names somebody else's address."""

    def warp(self, body: bytes) -> bytes:
        return body.replace(b"/incentives/pools/101", b"/incentives/pools/102")


class OneForAll(Front):
    """Lists the same for everybody."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if method == "GET" and path.endswith("/mobiledb/custom_fields") and "authorization" in map(str.lower, headers):
            url = "/companies/ABC123/mobiledb/custom_fields/1"
            return 200, json.dumps([{"id": "1", "name": "first_name", "type": "string", "url": url}]).encode()
        return None


class Everywhere(Front):
    """Shows a field of one account below the address of any other."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if method == "GET" and "/custom_fields/" in path and "authorization" in map(str.lower, headers):
            return 200, json.dumps({"id": "1", "name": "first_name", "type": "string"}).encode()
        return None


class ThreeBytes(Front):
    """Keeps texts in an encoding that ends with three bytes a letter."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        return (500, b'{"errors":[{"message":"oops","code":3}]}') if b"\xf0\x9f" in body else None


class Hypocrite(Front):
    """Says 429 to what is over the limit, and carries it out."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if method != "POST" or not path.endswith("/persons"):
            return None
        status, answer = self._passed(path, headers, body)
        if status == 429:
            other = "Basic " + base64.b64encode(b"Aladdin:open sesame").decode()
            self._passed(
                path, {name: other if name.lower() == "authorization" else headers[name] for name in headers}, body
            )
        return status, answer

    def _passed(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        behind = http.client.HTTPConnection(self.mock)
        behind.request("POST", path, body, headers)
        response = behind.getresponse()
        answer = response.status, response.read()
        behind.close()
        return answer


class Shuffled(Front):
    """Shows the first rows of a list on its second page again."""

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        if "page=2" in path:
            return 200, json.dumps({"campaigns": [{"id": 91, "name": "Spring"}], "link": {"first": LINK}}).encode()
        return None


class Trusting(Front):
    """Takes one `Authorization` for another."""

    def __init__(self, origin: str, taken: str, given: str) -> None:
        super().__init__(origin)
        self.taken, self.given = taken, given

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        for name in [it for it in headers if it.lower() == "authorization"]:
            headers[name] = headers[name].replace(self.taken, self.given)
        return None


def test_a_charset_in_quotes_is_the_same(gate: Gate, vibes: str) -> None:
    with _held(Literal(vibes), gate, "--only", "charset", "--operation", "persons.update_person") as outcome:
        assert outcome.code == 1, outcome.text
    assert "too\n  seen      400" in outcome.text


PERSON, FIELDS = ("--operation", "persons.update_person"), ("--operation", "custom_fields.list_custom_fields")
FIELD = ("--operation", "custom_fields.get_custom_field")
ADDED = ("--operation", "persons.add_person")
POOL, CODE = ("--operation", "incentive_pools.get_pool"), ("--operation", "incentive_codes.get_code")


@pytest.mark.parametrize(
    ("front", "check", "arguments", "words"),
    [
        (LowerCase, "charset", PERSON, "200 for Application/Json too"),
        (Reborn, "read-your-write", PERSON, "the time at which it was made as before"),
        (OneForAll, "no-leak-between-accounts", FIELDS, "nothing of what another account lists"),
        (Everywhere, "no-leak-between-accounts", FIELD, "nothing of what another account has"),
        (ThreeBytes, "no-server-error", PERSON, "any letters"),
        (Renamed, "links-lead", POOL, "an address of the document's for url"),
        (Removed, "links-lead", CODE, "what incentive_pool.url names, at /companies/ABC123/incentives/pools/7"),
        (Neighbours, "links-lead", POOL, "what has it for its url"),
        (Hypocrite, "refusal-changes-nothing", ADDED, "when it was not refused before"),
    ],
)
def test_what_the_spec_promises_of_several_requests_is_held(
    gate: Gate, vibes: str, front: type[Front], check: str, arguments: tuple[str, ...], words: str
) -> None:
    with _held(front(vibes), gate, "--only", check, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert words in outcome.text
    with _held(Front(vibes), gate, "--only", check, *arguments) as outcome:
        assert outcome.code == 0, outcome.text


def test_each_api_user_has_a_budget_of_their_own(gate: Gate, vibes: str) -> None:
    stranger, own = (base64.b64encode(it).decode() for it in (b"OtherUser:OtherPassword1", b"VibesUser:Password123"))
    arguments = ["--only", "rate-limit", "--operation", "heartbeats.get_heartbeat"]
    with _held(Trusting(vibes, stranger, own), gate, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert "a budget of one's own for each API user" in outcome.text


def test_a_stranger_who_is_let_in_is_found(gate: Gate, vibes: str) -> None:
    stranger, own = (base64.b64encode(it).decode() for it in (b"OtherUser:OtherPassword1", b"VibesUser:Password123"))
    arguments = ["--only", "no-leak-between-accounts", "--operation", "persons.get_person"]
    with _held(Trusting(vibes, stranger, own), gate, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert "a refusal of somebody else's credentials" in outcome.text


LISTING = ("--operation", "campaigns.list_campaigns")


def test_an_expired_token_that_still_opens_is_found(gate: Gate, accengage: str) -> None:
    front = Trusting(accengage, "bodydouble-expired-access-token", "bodydouble-default-access-token")
    with _held(front, gate, "--only", "expired-token", *LISTING, vendor="accengage") as outcome:
        assert outcome.code == 1, outcome.text
    assert "a refusal of expired credentials" in outcome.text


def test_no_row_stands_on_two_pages(gate: Gate, accengage: str) -> None:
    with _held(Shuffled(accengage), gate, "--only", "pages-complete", *LISTING, vendor="accengage") as outcome:
        assert outcome.code == 1, outcome.text
    assert "every row on one page, once" in outcome.text
    assert "100 rows on every page but the last" in outcome.text


def test_credentials_that_are_almost_right_are_wrong(gate: Gate, vibes: str) -> None:
    arguments = ["--only", "auth-enforced", "--operation", "persons.get_person"]
    with _held(Careless(vibes), gate, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert "a refusal of wrong credentials" in outcome.text
    assert "almost right credentials" in outcome.text
    with _held(Front(vibes), gate, *arguments) as outcome:
        assert outcome.code == 0, outcome.text


def test_every_documented_example_succeeds(gate: Gate, vibes: str) -> None:
    arguments = ["--only", "example-succeeds", "--operation", "persons.update_person"]
    with _held(Forgetful(vibes), gate, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert "success for the documented example" in outcome.text
    assert "example mdn_removed" in outcome.text


def test_whoever_refuses_what_a_recipe_relies_on_is_a_finding(gate: Gate, vibes: str, tmp_path: Path) -> None:
    """Every answer is as documented, and none is what the recipes go on with."""
    credentials = tmp_path / "credentials.toml"
    credentials.write_text('username = "OtherUser"\npassword = "OtherPassword1"\n')
    arguments = ["--operation", "persons.get_person", "--credentials", str(credentials)]
    with _held(Front(vibes), gate, *arguments) as outcome:
        assert outcome.code == 1, outcome.text
    assert "both_versions_show_one_number" in outcome.text
