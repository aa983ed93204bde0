"""Callbacks of a target that is no mock: sent to a public URL, which is passed on to a port of this machine."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.process import own_mock
from contracts.settings import Settings
from tests.contracts.conftest import Gate
from tests.contracts.local import Local, Quiet


@pytest.fixture(scope="module")
def vibes() -> Iterator[str]:
    with own_mock(Settings("vibes")) as url:
        yield url


@pytest.fixture
def credentials(tmp_path: Path) -> str:
    path = tmp_path / "credentials.toml"
    path.write_text('username = "VibesUser"\npassword = "Password123"\n')
    return str(path)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


class Public(Local):
    """A public URL that passes on what is posted to it, below another path; `changed` headers go on as said here."""

    def __init__(self, port: int, **changed: str) -> None:
        self.port, self.passed = port, list[str]()
        self.changed = {name.replace("_", "-"): value for name, value in changed.items()}
        super().__init__(_Passes)


class _Passes(Quiet):
    owner: Public

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() != "host"}
        onward = http.client.HTTPConnection("127.0.0.1", self.owner.port)
        onward.request("POST", self.path.removeprefix("/hooks"), content, headers | self.owner.changed)
        self.owner.passed.append(self.path)
        self.send_response(onward.getresponse().status)
        self.end_headers()
        onward.close()


HEARING = ("--operation", "callbacks.add_callback", "--profile", "smoke", "--rate", "0", "--allow-writes")
ONLY = ("--only", "callback-as-described")


def test_what_arrives_through_a_public_url_is_held_against_the_spec(gate: Gate, vibes: str, credentials: str) -> None:
    arguments = (*HEARING, *ONLY, "--credentials", credentials, "--url", f"{vibes}/vibes")
    for changed, code in (({"x_company_id": "XYZ789"}, 1), ({}, 0)):
        port = free_port()
        with Public(port, **changed) as public:
            receiver = ("--callback-url", f"{public.url}/hooks", "--callback-port", str(port))
            outcome = gate("vibes", *arguments, *receiver)
        assert outcome.code == code, outcome.text
        assert len(public.passed) == 1, outcome.text
        assert ("person_added with headers that agree with its body" in outcome.text) == (code == 1)


def test_without_a_public_url_nothing_is_told_of_callbacks(gate: Gate, vibes: str, credentials: str) -> None:
    outcome = gate("vibes", *HEARING, *ONLY, "--credentials", credentials, "--url", f"{vibes}/vibes")
    assert outcome.code == 0, outcome.text
    assert "(--callback-url)" in outcome.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--callback-url", "https://crm.example.com"), "go together"),
        (("--callback-port", "9000"), "go together"),
        (("--callback-url", "crm.example.com", "--callback-port", "9000"), "no http:// or https:// URL"),
        (("--callback-url", "https://crm.example.com", "--callback-port", "9000", "-n", "2"), "goes without -n"),
    ],
)
def test_a_receiver_that_nobody_could_reach_is_wrong_usage(gate: Gate, arguments: tuple[str, ...], words: str) -> None:
    outcome = gate("vibes", *arguments)
    assert (outcome.code, words in outcome.text) == (2, True), outcome.text


def test_a_port_that_is_taken_is_wrong_usage(gate: Gate) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = gate("vibes", "--callback-url", "https://crm.example.com", "--callback-port", str(port))
    assert (outcome.code, f"--callback-port {port}" in outcome.text) == (2, True), outcome.text
