"""Stories: what each vendor's mock makes of the portable ones, and those that users write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import specs
from contracts.process import own_mock
from contracts.settings import Settings
from contracts.swap import portable
from contracts.swap.cli import swap
from contracts.swap.stories import Told, found
from contracts.swap.tales import Tale, told_by
from mockserver.cli import main

ACME = Path(__file__).parents[2] / "acme"


def ran(*arguments: str) -> tuple[int, str]:
    with specs.passing():
        result = CliRunner().invoke(swap, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, result.output


@pytest.fixture(scope="session")
def told() -> Callable[[str], dict[str, Told]]:
    """The portable stories by title, as one vendor's mock went through them."""
    return cache(lambda vendor: {it.title: it for it in told_by([*found(portable)], Settings(vendor))})


def outcomes(told: Told) -> list[str]:
    return [outcome for _, outcome in told.outcomes]


def ends(told: dict[str, Any]) -> list[str]:
    """The same of a told story in a JSON report."""
    return [step["outcome"] for step in told["steps"]]


# The scenarios of the capability map, section 3: how each step ends with Vibes, Accengage and Volt MX.
LACKS = ["unsupported"]
EXPECTED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "Make a device of a user reachable": (["ok", "ok: pending", "ok: reachable"], LACKS,
                                          ["ok", "ok: reachable", "ok: reachable"]),
    "Register the same device twice": (["ok", "ok", "ok: no"], LACKS, ["ok", "ok", "ok: yes"]),
    "Ask about a device that is not there": (["not found"], ["not found"], ["not found"]),
    "Change a user's data": (["ok", "ok", "ok"], ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    "Change a key that cannot change": (["ok", "conflict"], ["ok", "invalid"], ["ok", "ok"]),
    "Send a text to one user": (["ok", "unsupported"], ["ok", "ok"], ["ok", "ok"]),
    "Opt out twice": (["ok", "ok: out now", "ok: out already"], ["ok", "unsupported"],
                      ["ok", "ok: out now", "ok: out already"]),
    "Call with wrong credentials": (["unauthenticated"], ["unauthenticated"], ["unauthenticated"]),
    "Send 1001 items in one request": (["too large"], ["invalid"], LACKS),
    "Send a request with two faults": (["invalid: 2 reasons"], ["invalid: 2 reasons"], ["invalid"]),
    "Read a page past the last one": (LACKS, ["ok: 0"], ["ok: 0"]),
}  # fmt: skip


@pytest.mark.parametrize("title", EXPECTED)
@pytest.mark.parametrize(("place", "vendor"), [*enumerate(("vibes", "accengage", "voltmx"))])
def test_a_portable_story(told: Callable[[str], dict[str, Told]], title: str, place: int, vendor: str) -> None:
    assert outcomes(told(vendor)[title]) == EXPECTED[title][place]


def test_every_portable_story_is_expected() -> None:
    assert [story.title for story in found(portable)] == list(EXPECTED)


def test_what_is_compared_is_how_each_step_ended(told: Callable[[str], dict[str, Told]]) -> None:
    here, there = told("vibes"), told("voltmx")
    same = {title for title in EXPECTED if Tale(title, here[title], there[title]).same}
    assert same == {title for title, (vibes, _, voltmx) in EXPECTED.items() if vibes == voltmx}
    tale = Tale("", here["Make a device of a user reachable"], told("accengage")["Make a device of a user reachable"])
    assert [theirs is None for _, theirs in tale.steps] == [False, True, True]


def test_a_step_tells_the_calls_that_it_took(told: Callable[[str], dict[str, Told]]) -> None:
    calls = {name: [it.calls for it in told(name)["Opt out twice"].steps[1:]] for name in ("vibes", "voltmx")}
    person = "/companies/{company_key}/mobiledb/persons/external/{external_person_id}"
    path = f"{person}/subscriptions/{{subscription_list_id}}"
    assert calls["vibes"] == [(f"DELETE {path} → 200",), (f"DELETE {path} → 404",)]
    assert calls["voltmx"] == [("POST /vpns/subscription → 200",)] * 2


def test_what_a_vendor_lacks_has_a_reason(told: Callable[[str], dict[str, Told]]) -> None:
    (step,) = told("accengage")["Register the same device twice"].steps
    assert (step.reason, step.calls) == ("a server cannot register a device", ())


BREAKS = """
from contracts.swap.stories import story


@story("It breaks")
def breaks(told):
    told.step("x", lambda it: it.no_such_thing())
"""
OWN = """
from contracts.swap.adapter import Device
from contracts.swap.stories import Telling, story


@story("A phone & a <tablet>")
def two(told: Telling) -> None:
    for token in ("phone", "tablet"):
        told.step(token, lambda it: it.register_device(Device(token, "IOS", "own-user@example.com")))
    told.answer("reached", lambda it: it.opt_out("nobody"))
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """A target that is known by its URL alone."""
    with own_mock(Settings("voltmx")) as url:
        yield f"{url}/voltmx"


def test_users_tell_stories_of_their_own(own: Path, real: str, tmp_path: Path) -> None:
    files = {name: tmp_path / f"swap.{name}" for name in ("html", "markdown", "json")}
    options = [it for name, path in files.items() for it in (f"--{name}", str(path))]
    code, text = ran("voltmx", "voltmx", "--story", str(own), "--from-url", real, "--to-url", real, "--allow-writes",
                     *options)  # fmt: skip
    assert code == 0, text
    assert "1 of 1 stories end alike" in text
    (tale,) = json.loads(files["json"].read_text())["stories"]
    assert ends(tale["here"]) == ends(tale["there"]) == ["ok", "ok", "not found"]
    assert "A phone &amp; a &lt;tablet&gt;" in files["html"].read_text()
    assert (
        "| A phone & a <tablet> | reached | not found<br>`POST /vpns/subscription → 404`"
        in files["markdown"].read_text()
    )


def test_a_real_target_is_not_written_to_unless_the_user_says_so(own: Path, real: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    code, text = ran("voltmx", "voltmx", "--story", str(own), "--from-url", real, "--json", str(report))
    assert code == 0, text
    (tale,) = json.loads(report.read_text())["stories"]
    (step,) = tale["here"]["steps"]
    assert (step["outcome"], step["calls"]) == ("unsupported", [])
    assert "--allow-writes" in step["reason"]
    assert ends(tale["there"]) == ["ok", "ok", "not found"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--story", "nowhere.py"], 2, "is no Python file that can be read"),
        (["--story", "{broken}"], 2, "NameError: name 'nothing' is not defined"),
        (["--story", "{empty}"], 2, "has no function marked with @story"),
        (["--story", "{breaks}"], 2, "breaks.py:7: the story 'It breaks' broke: AttributeError"),
        (["--stories", "--html", "/proc/nowhere/x.html"], 2, "/proc/nowhere/x.html: cannot be written"),
        (["--from-url", "http://127.0.0.1:9"], 2, "--from-url and --to-url go with --stories"),
        (["--stories", "--from-url", "ftp://x"], 2, "no http:// or https:// URL"),
        (["--stories", "--from-url", "http://127.0.0.1:9"], 3, "target trouble"),
        (["--stories", "--credentials", "nowhere.toml"], 2, "cannot be read"),
    ],
)
def test_what_cannot_be_told_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    files = {name: tmp_path / f"{name}.py" for name in ("broken", "empty", "breaks")}
    files["breaks"].write_text(BREAKS)
    files["broken"].write_text("nothing()")
    files["empty"].write_text("")
    with pytest.raises(SystemExit) as ended:
        main(["swap", "vibes", "voltmx", *(it.format(**files) for it in arguments)])
    error = capsys.readouterr().err
    assert (ended.value.code, len(error.strip().splitlines())) == (code, 1), error
    assert words in error


def test_what_was_told_before_a_target_went_away_is_kept(own: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    code, text = ran("voltmx", "voltmx", "--story", str(own), "--to-url", "http://127.0.0.1:9", "--json", str(report))
    assert code == 3, text
    assert "A phone & a <tablet>" in text
    assert "target trouble: http://127.0.0.1:9 cannot be reached" in text
    (tale,) = json.loads(report.read_text())["stories"]
    assert (ends(tale["here"]), ends(tale["there"])) == (["ok", "ok", "not found"], [])


def test_a_vendor_without_an_adapter(capsys: pytest.CaptureFixture[str]) -> None:
    with specs.passing(), pytest.raises(SystemExit) as ended:
        main(["swap", "acme", "vibes", "--vendor-path", str(ACME), "--stories"])
    assert ended.value.code == 2
    assert "acme has no adapter for stories: ADAPTER in its stories.py" in capsys.readouterr().err
