"""`bodydouble compare` when a side is a bad partner: it limits the rate, has another time, or answers garbage.

Neither side has a control API, as real vendors have none.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.contracts.compare.conftest import Compare, Outcome
from tests.contracts.drawers import MACHINE, Drawers, vendor_in

RECIPES = """
from contracts.recipes import recipe


@recipe("drawers.list_drawers", 200, anywhere=True)
def a_drawer_is_filled_and_looked_into(client):
    name = f"top-{client.tag}"
    for _ in range(3):
        client.call("drawers.fill_drawer", name=name, body={"holds": "hats"})
        client.call("drawers.get_drawer", name=name)
    client.call("drawers.list_drawers")


@recipe("drawers.get_drawer", 404, anywhere=True)
def an_empty_drawer(client):
    client.call("drawers.get_drawer", name=f"low-{client.tag}")
"""
HOUR = 3600.0
_OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
_PIECE = b"10000\r\n" + b" " * 65536 + b"\r\n"


class Odd(Drawers):
    """Answers some requests by the bytes given, from the `first` one to the one before `last`."""

    def __init__(self, *pieces: bytes, first: int = 3, last: int = 4, endless: bool = False) -> None:
        self._pieces, self._span, self._endless = pieces, range(first, last), endless
        super().__init__()

    def instead(self, out: BinaryIO) -> bool:
        if len(self.log) not in self._span:
            return False
        for it in self._sent():
            try:
                out.write(it)
            except OSError:
                break  # Whoever asked has gone.
        return True

    def _sent(self) -> Iterator[bytes]:
        yield from self._pieces
        while self._endless:
            yield self._pieces[-1]


LIMITED = b"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
SOON = b"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
GARBAGE = {
    "half a status line": (b"HTTP/1.1 2",),
    "no HTTP": (b"\x16\x03\x01\x00 what do you want?\r\n\r\n",),
    "nothing": (b"",),
    "too short": (_OK + b'Content-Length: 99\r\n\r\n{"holds": "hats"}',),
    "no length": (_OK + b"Content-Length: many\r\n\r\n{}",),
    "broken chunks": (_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",),
    "endless": (_OK + b"Transfer-Encoding: chunked\r\n\r\n", _PIECE),
}


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A user's directory with drawers under a name that no other test loads recipes for."""
    return vendor_in(tmp_path, "bureau", MACHINE, RECIPES)


@pytest.mark.parametrize("side", ["baseline", "candidate"])
@pytest.mark.parametrize("profile", ["smoke", pytest.param("quick", marks=pytest.mark.long)])
def test_one_that_limits_the_rate_is_no_difference(run_compare: Compare, vendor: Path, side: str, profile: str) -> None:
    with Drawers() as free, Odd(LIMITED, last=10**9) as limited:
        sides = (limited, free) if side == "baseline" else (free, limited)
        outcome = _compared(run_compare, vendor, *sides, "--profile", profile)
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
    assert any(f"the {side} alone limits the rate" in note for note in outcome.notes), outcome.notes


def test_one_that_says_when_to_come_again_is_asked_again(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as free, Odd(SOON) as limited:
        outcome = _compared(run_compare, vendor, free, limited)
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
    assert not any("limits the rate" in note for note in outcome.notes), outcome.notes
    assert len(limited.log) == len(free.log) + 1


@pytest.mark.parametrize("ahead", [-5 * HOUR, 26 * HOUR])
def test_clocks_that_are_hours_apart_are_no_difference(run_compare: Compare, vendor: Path, ahead: float) -> None:
    with Drawers(ahead=0.0) as right, Drawers(ahead=ahead) as elsewhere:
        outcome = _compared(run_compare, vendor, right, elsewhere)
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
    assert outcome.exchanges > 20


@pytest.mark.parametrize(("tolerance", "code"), [("5", 1), ("200", 0)])
def test_times_beyond_the_tolerance_are_a_difference(
    run_compare: Compare, vendor: Path, tolerance: str, code: int
) -> None:
    with Drawers(ahead=0.0) as right, Drawers("late", ahead=HOUR) as late:
        outcome = _compared(run_compare, vendor, right, late, "--tolerance", tolerance)
    assert outcome.code == code, outcome.text
    assert outcome.kinds() == ({"same-values"} if code else set())


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_once_is_a_difference_and_the_rest_is_compared(
    run_compare: Compare, vendor: Path, garbage: str
) -> None:
    with Drawers() as right, Odd(*GARBAGE[garbage], endless=garbage == "endless") as odd:
        outcome = _compared(run_compare, vendor, right, odd)
    assert outcome.code == 1, outcome.text
    assert outcome.kinds() == {"same-answer"}
    (finding,) = outcome.findings
    assert finding["expected"].startswith("200: ")
    assert len(odd.log) > 3, "the other recipe was tried"


def test_json_that_is_cut_off_is_a_difference(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Odd(_OK + b'Content-Length: 10\r\n\r\n{"holds": ') as odd:
        outcome = _compared(run_compare, vendor, right, odd)
    assert outcome.code == 1, outcome.text
    assert outcome.kinds() == {"same-shape"}
    assert "cannot be read" in outcome.findings[0]["seen"]


@pytest.mark.parametrize("side", ["baseline", "candidate"])
def test_one_that_answers_nothing_but_garbage_is_trouble(run_compare: Compare, vendor: Path, side: str) -> None:
    with Drawers() as right, Odd(*GARBAGE["no HTTP"], last=10**9) as odd:
        sides = (odd, right) if side == "baseline" else (right, odd)
        outcome = _compared(run_compare, vendor, *sides, "--profile", "quick")
    assert outcome.code == 3, outcome.text
    (line,) = [line for line in outcome.text.splitlines() if "target trouble" in line]
    assert f"the {side}: {odd.url}" in line
    assert outcome.exchanges >= 4
    assert outcome.kinds() <= {"same-answer"}, "what was found until then is kept"


COLLECTED = """
import gc, time
from contracts import environment

class Unlucky:
    def __del__(self):
        raise KeyboardInterrupt

try:
    with environment.stoppable():
        it = Unlucky()
        del it
        time.sleep(20)
except KeyboardInterrupt:
    print("stopped")
"""


def test_ctrl_c_is_not_lost_while_garbage_is_collected() -> None:
    ended = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, text=True, timeout=15, check=True)
    assert (ended.stdout, ended.stderr) == ("stopped\n", "")


def _compared(run_compare: Compare, vendor: Path, one: Drawers, other: Drawers, *more: str) -> Outcome:
    sides = [text for name, it in (("baseline", one), ("candidate", other)) for text in (
        f"--{name}", it.url, f"--{name}-credentials", str(vendor / "credentials.toml"),
    )]  # fmt: skip
    profile = () if "--profile" in more else ("--profile", "smoke")
    outcome = run_compare(
        "bureau", "--vendor-path", str(vendor), *sides, "--allow-writes", "--rate", "0", *profile, *more
    )
    assert "Traceback" not in outcome.text
    return outcome
