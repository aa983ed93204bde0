"""Callbacks from a toy vendor to a real receiver, on a clock that stands, in memory and in a SQLite file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.callbacks.destination import Destinations, NotAllowed
from mockserver.clock import stopwatch
from mockserver.settings import Settings
from tests.conftest import Mock, wait_for
from tests.mockserver.hooks import lay_out, statuses
from tests.receiver import LONG, Answer, Receiver

HANGING_MS = 150


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


class Hooks:
    """The toy vendor in a world whose clock stands."""

    def __init__(self, mock: Mock, vendor: str, world: str) -> None:
        self.mock, self.vendor, self.world = mock, vendor, world

    def call(self, url: str, expected: int = 202, **more: Any) -> list[str]:
        path = f"/w/{self.world}/{self.vendor}/calls"
        answer = self.mock.post(path, json={"url": url, **more})
        assert answer.status_code == expected, answer.text
        found: list[str] = answer.json() if expected == 202 else []
        return found

    def control(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        return self.mock.control(method, path, body, world=self.world, **query)

    def wait(self, seconds: float = 10.0) -> dict[str, Any]:
        found: dict[str, Any] = self.control("POST", "/wait-for-callbacks", {"seconds": seconds})
        return found

    def deliveries(self, **wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", "/callbacks", **wanted)["deliveries"]
        return found

    def advance(self, seconds: float) -> None:
        self.mock.advance(seconds, self.world)
        assert self.wait()["idle"]

    def switch(self, **values: Any) -> None:
        self.control("PATCH", f"/switches/{self.vendor}", values)


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mock, str]]:
    directory = tmp_path_factory.mktemp("hooks")
    vendor = f"hooks{request.param}"
    place = lay_out(directory, vendor)
    store = "memory" if request.param == "memory" else f"sqlite:///{directory / 'store.db'}"
    with Mock(Settings(vendors=(vendor,), vendor_paths=(place,), store=store, journal_size=10)) as made:
        yield made, vendor


@pytest.fixture
def hooks(served: tuple[Mock, str]) -> Hooks:
    mock, vendor = served
    world = mock.post("/_control/worlds", json={"frozen_at": "2026-01-31T08:00:00Z"}).json()["name"]
    return Hooks(mock, vendor, world)


def test_a_callback_arrives(hooks: Hooks, receiver: Receiver) -> None:
    (event,) = hooks.call(receiver.url("/hook?a=b%20c"), method="PUT")
    assert hooks.wait() == {
        "idle": True, "next_at": None, "pending": 0, "delivered": 1, "failed": 0, "cancelled": 0,
    }  # fmt: skip
    (got,) = receiver.requests
    assert (got.method, got.path, got.body) == ("PUT", "/hook?a=b%20c", {"number": 0, "of": hooks.vendor})
    assert (got.event, got.attempt, got.headers["x-event-type"]) == (event, 1, "called")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    (delivery,) = hooks.deliveries()
    assert delivery["attempts"] == [
        {"number": 1, "at": "2026-01-31T08:00:00.000Z", "status": 200, "error": None,
         "seconds": delivery["attempts"][0]["seconds"]}
    ]  # fmt: skip
    hooks.advance(10_000)
    assert len(receiver.requests) == 1


def test_a_request_that_is_refused_tells_nobody(hooks: Hooks, receiver: Receiver) -> None:
    hooks.call(receiver.url(), 422, refuse=True, times=3)
    assert hooks.wait()["pending"] == 0
    assert (receiver.requests, hooks.deliveries()) == ([], [])


@pytest.mark.parametrize("answers", [[400], [404], [429], [410], [500, 422]], ids=str)
def test_4xx_ends_it_at_any_attempt(hooks: Hooks, receiver: Receiver, answers: list[Answer]) -> None:
    receiver.answers["/hook"] = list(answers)
    hooks.call(receiver.url())
    for _ in range(4):
        hooks.advance(100)
    assert statuses(hooks.deliveries()) == [("failed", len(answers))]
    assert [it.attempt for it in receiver.requests] == list(range(1, len(answers) + 1))


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (500, 500), (503, 503), (301, 301), (307, 307), ("hang", "no answer within 0.15 s"),
        ("close", "the connection was closed without an answer"), ("garbage", "the answer is no HTTP"),
        ("endless", "the head of the answer is over 65536 bytes"),
    ],
)  # fmt: skip
def test_what_passes_is_tried_again_by_the_scheme(
    hooks: Hooks, receiver: Receiver, answer: Answer, seen: int | str
) -> None:
    receiver.answers["/hook"] = [answer]
    hooks.switch(timeout_ms=HANGING_MS)
    (event,) = hooks.call(receiver.url())
    attempts = []
    for seconds in (0, 9, 1, 19, 1, 10_000):
        hooks.advance(seconds)
        attempts.append(len(receiver.requests))
    assert attempts == [1, 1, 2, 2, 3, 3]  # a redirect is followed by none of them
    assert [(it.event, it.attempt) for it in receiver.requests] == [(event, n) for n in (1, 2, 3)]
    (delivery,) = hooks.deliveries(status="failed")
    for attempt in delivery["attempts"]:
        assert attempt["status"] == seen if isinstance(seen, int) else attempt["error"].startswith(seen)


def test_a_receiver_that_comes_back_gets_it(hooks: Hooks, receiver: Receiver) -> None:
    receiver.stop()
    (event,) = hooks.call(receiver.url())
    assert hooks.wait()["next_at"] == "2026-01-31T08:00:10.000Z"
    receiver.start()
    hooks.advance(10)
    assert [(it.event, it.attempt) for it in receiver.requests] == [(event, 2)]
    assert statuses(hooks.deliveries()) == [("delivered", 2)]


def test_a_long_answer_is_not_read(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/hook"] = ["long"]
    hooks.call(receiver.url())
    assert hooks.wait()["delivered"] == 1
    wait_for(lambda: receiver.broken)
    assert receiver.sent < LONG / 2


def test_the_head_of_an_answer_decides(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/hook"] = ["late"]  # 100, then 200 with a body that never comes
    hooks.call(receiver.url())
    assert hooks.wait()["delivered"] == 1


def test_order_is_kept(hooks: Hooks, receiver: Receiver) -> None:
    events = [event for times in (1, 20, 1, 30) for event in hooks.call(receiver.url(), times=times)]
    hooks.wait()
    assert [it.event for it in receiver.requests] == events


def test_a_dead_receiver_delays_no_other(hooks: Hooks, receiver: Receiver) -> None:
    hooks.switch(timeout_ms=60_000)  # the dead ones are waited for as long as this test may take
    receiver.answers.update({f"/dead{n}": ["hang"] for n in range(5)})
    for number in range(5):
        hooks.call(receiver.url(f"/dead{number}"), times=20)
    hooks.call(receiver.url("/well"), times=20)
    started = stopwatch()
    while len(receiver.at("/well")) < 20:
        hooks.wait(0.05)
        assert stopwatch() - started < 30.0, "the others wait for the dead receivers"
    assert receiver.hanging == 5


def test_shuffled(hooks: Hooks, receiver: Receiver) -> None:
    hooks.switch(shuffled=True)
    events = hooks.call(receiver.url(), times=30)
    hooks.wait()
    seen = [it.event for it in receiver.requests]
    assert seen != events
    assert sorted(seen) == sorted(events)


def test_twice(hooks: Hooks, receiver: Receiver) -> None:
    hooks.switch(twice=True)
    one, two = hooks.call(receiver.url(), times=2)
    hooks.wait()
    assert [(it.event, it.attempt) for it in receiver.requests] == [(one, 1), (one, 2), (two, 1), (two, 2)]


def test_after(hooks: Hooks, receiver: Receiver) -> None:
    hooks.call(receiver.url("/later"), after=5)
    hooks.call(receiver.url("/later"))
    assert hooks.wait()["next_at"] == "2026-01-31T08:00:05.000Z"
    assert len(receiver.requests) == 1
    hooks.advance(5)
    assert len(receiver.requests) == 2


def test_due_work_may_cause_callbacks(hooks: Hooks, receiver: Receiver) -> None:
    hooks.call(receiver.url(), times=0, later=60)
    hooks.advance(59)
    assert receiver.requests == []
    hooks.advance(1)
    assert len(receiver.requests) == 1


def test_a_url_that_keeps_failing_is_left_alone(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500]
    hooks.switch(down_after=4)
    hooks.call(receiver.url(), times=10)
    hooks.call(receiver.url("/other"))
    hooks.wait()
    assert (len(receiver.at("/hook")), len(receiver.at("/other"))) == (4, 1)
    (known,) = hooks.control("GET", "/destinations")
    assert (known["failures"], known["down_until"], known["pending"]) == (4, "2026-01-31T08:01:00.000Z", 10)
    hooks.advance(59)
    assert len(receiver.at("/hook")) == 4
    hooks.advance(1)
    assert len(receiver.at("/hook")) == 5, "one more try, and down again"
    receiver.answers["/hook"] = [200]
    hooks.advance(60)
    assert statuses(hooks.deliveries(destination=receiver.url())) == [("delivered", n) for n in (3, *[2] * 3, *[1] * 6)]
    assert hooks.control("GET", "/destinations") == []


def test_a_pending_callback_survives_nothing_but_its_own_world(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500, 200]
    hooks.call(receiver.url())
    hooks.wait()
    fork = Hooks(hooks.mock, hooks.vendor, hooks.control("POST", "/fork", {})["name"])
    fork.advance(10_000)
    assert (fork.deliveries(), len(receiver.requests)) == ([], 1)
    assert statuses(hooks.deliveries()) == [("pending", 1)]
    hooks.control("POST", "/reset")
    hooks.advance(10_000)
    assert (len(receiver.requests), hooks.deliveries()) == (1, [])
    fork.call(receiver.url())
    fork.control("DELETE", "")
    hooks.call(receiver.url())
    assert hooks.wait()["delivered"] == 1
    assert len(receiver.requests) == 2


def test_redelivery(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers.update({"/one": [400, 500, 200], "/two": [400]})
    (event,) = hooks.call(receiver.url("/one"))
    hooks.call(receiver.url("/two"))
    hooks.call(receiver.url("/three"))
    hooks.wait()
    (one,) = hooks.deliveries(status="failed", destination=receiver.url("/one"))
    hooks.control("POST", f"/callbacks/{one['id']}/redeliver")
    hooks.wait()
    pending = hooks.mock.post(f"/_control/worlds/{hooks.world}/callbacks/{one['id']}/redeliver")
    assert (pending.status_code, pending.json()["errors"][0]["message"]) == (
        409, f"delivery {one['id']!r} has not ended yet",
    )  # fmt: skip
    hooks.advance(10)
    assert [(it.event, it.attempt) for it in receiver.at("/one")] == [(event, n) for n in (1, 2, 3)]
    receiver.answers["/two"] = [204]
    assert hooks.control("POST", "/redeliver-callbacks", {"type": "no such"}) == {"queued": 0}
    assert hooks.control("POST", "/redeliver-callbacks", {"type": "called"}) == {"queued": 1}
    assert hooks.wait()["delivered"] == 3
    assert len(receiver.at("/three")) == 1
    assert hooks.mock.post(f"/_control/worlds/{hooks.world}/callbacks/x/redeliver").status_code == 404


def test_deliveries_are_found(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/bad"] = [400]
    events = hooks.call(receiver.url("/bad"), times=3)
    hooks.call(receiver.url("/good"), times=2)
    hooks.wait()

    def count(**wanted: Any) -> tuple[int, int]:
        found = hooks.control("GET", "/callbacks", **wanted)
        return found["total"], len(found["deliveries"])

    assert count() == (5, 5)
    assert count(status="failed", limit=2) == (3, 2)
    assert count(status="failed", offset=2) == (3, 1)
    assert count(destination=receiver.url("/good"), status="delivered", type="called") == (2, 2)
    assert count(event_id=events[1]) == (1, 1)
    assert count(type="x") == (0, 0)
    shown = hooks.control("GET", "/callbacks/000000000002")
    assert (shown["event_id"], shown["url"]) == (events[1], receiver.url("/bad"))


def test_what_was_delivered_is_kept_for_a_while(hooks: Hooks, receiver: Receiver) -> None:
    receiver.answers["/bad"] = [400]
    hooks.call(receiver.url("/bad"), times=50)
    hooks.call(receiver.url(), times=150)
    hooks.wait()
    assert (hooks.wait()["delivered"], hooks.wait()["failed"]) == (10, 50)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.1/x", "this machine only"), ("http://169.254.169.254/latest/meta-data", "this machine only"),
        ("http://0.0.0.0:80/", "this machine only"), ("http://[::]/", "this machine only"),
        ("http://[::ffff:10.0.0.1]/", "this machine only"), ("http://[64:ff9b::a00:1]/", "this machine only"),
        ("http://[2002:a00:1::]/", "this machine only"), ("http://[fe80::1%25lo]/", "no host"),
        ("http://127.0.0.1@10.0.0.1/", "user name"), ("http://user:secret@127.0.0.1/", "user name"),
        ("http://127.0.0.1\\@10.0.0.1/", "backslashes"), ("http://127.0.0.1/ x", "blanks"),
        ("http://127.0.0.1/\r\nX: y", "blanks"), ("ftp://127.0.0.1/", "neither"), ("file:///etc/passwd", "neither"),
        ("http:///x", "no host"), ("//127.0.0.1/", "neither"), ("http://127.0.0.1:port/", "cannot be read"),
        ("http://[::1", "cannot be read"), ("gopher://127.0.0.1/", "neither"),
        ("http://167772161/", "this machine only"),
    ],
)  # fmt: skip
def test_nothing_is_sent_elsewhere(hooks: Hooks, url: str, reason: str) -> None:
    hooks.call(url)
    hooks.advance(10_000)
    (delivery,) = hooks.deliveries()
    assert (delivery["status"], len(delivery["attempts"])) == ("failed", 1)
    assert reason in delivery["attempts"][0]["error"]


def _place(url: str, *allowed: str) -> tuple[str, ...]:
    return asyncio.run(Destinations(allowed).place(url)).addresses


def test_every_way_to_write_this_machine_is_taken() -> None:
    for host in ("127.0.0.1", "127.8.9.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "127.1", "2130706433", "0x7f.1"):
        assert _place(f"http://{host}/")


def test_hosts_that_were_allowed() -> None:
    assert _place("https://10.1.2.3/x", "10.0.0.0/8") == ("10.1.2.3",)
    assert _place("http://[fd00::1]:81/x", "fd00::1") == ("fd00::1",)
    assert _place("http://192.0.2.7/", "*") == ("192.0.2.7",)
    for url, allowed in (
        ("http://169.254.169.254/", "*"),
        ("http://11.0.0.1/", "10.0.0.0/8"),
        ("http://0.0.0.0/", "*"),
    ):
        with pytest.raises(NotAllowed):
            _place(url, allowed)
    assert _place("http://169.254.169.254/", "*", "169.254.169.254") == ("169.254.169.254",)
    with pytest.raises(ValueError, match="no host name"):
        Destinations(["http://x"])


@pytest.mark.parametrize("name", ["crm.example.com", "localhost.example.com", "127.0.0.1.example.com", "intranet"])
def test_a_name_that_is_not_allowed_is_not_looked_up(name: str) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with pytest.raises(NotAllowed, match=name):
        asyncio.run(Destinations((), resolve).place(f"http://{name}/"))
    assert asked == []
    assert asyncio.run(Destinations((name,), resolve).place(f"http://{name}/")).addresses == ("127.0.0.1",)


@pytest.mark.parametrize(
    ("addresses", "allowed", "fine"),
    [
        (["10.0.0.7"], "crm.test", True), (["127.0.0.1"], "crm.test", True), (["169.254.169.254"], "crm.test", False),
        (["10.0.0.7", "169.254.169.254"], "crm.test", False), (["fe80::1"], "*", False),
        (["10.0.0.7"], "10.0.0.0/8", True),
        (["10.0.0.7", "11.0.0.7"], "10.0.0.0/8", False), (["::ffff:a9fe:a9fe"], "*", False),
    ],
)  # fmt: skip
def test_a_name_is_judged_by_all_that_it_resolves_to(addresses: list[str], allowed: str, fine: bool) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return addresses

    place = Destinations((allowed,), resolve).place("https://crm.test/x")
    if fine:
        assert asyncio.run(place).addresses == tuple(addresses)
    else:
        with pytest.raises(NotAllowed):
            asyncio.run(place)
