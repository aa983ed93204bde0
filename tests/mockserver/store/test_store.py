"""One suite for all stores: what one says, the others say."""

# ruff: noqa: PT012 (what raises here is a transaction, and its statements are the test)

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mockserver.store import AtMost, Between, Kind, Record, Store, StoreError, Taken
from mockserver.store.memory import MemoryStore
from mockserver.store.sql import SqlStore

THING = Kind(
    "acme/things",
    key="id",
    unique=("email", "phone.number"),
    searched=("colour", "rank", "phone.region"),
    ordered=("rank", "at"),
    paged=("colour",),
)
OTHER = Kind("acme/others", key="id", unique=("email",))


def put_all(store: Store, world: str, *records: Record, kind: Kind = THING) -> None:
    with store.transaction(world):
        for record in records:
            store.put(world, kind, str(record["id"]), record)


def found(store: Store, world: str = "w", kind: Kind = THING, **asked: Any) -> list[Any]:
    with store.transaction(world):
        return [record["id"] for record in store.find(world, kind, **asked)]


def _rank(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def got(store: Store, key: str, world: str = "w", kind: Kind = THING) -> Record | None:
    with store.transaction(world):
        return store.get(world, kind, key)


class TestRecords:
    def test_what_is_put_is_got(self, store: Store) -> None:
        record = {"id": "a", "nested": {"list": [1, 2.5, None, True, "é"]}, "empty": {}}
        put_all(store, "w", record)
        assert got(store, "a") == record
        assert got(store, "A") is None
        assert got(store, "a", world="W") is None
        assert got(store, "a", kind=OTHER) is None

    def test_delete_says_whether_there_was_one(self, store: Store) -> None:
        put_all(store, "w", {"id": "a", "email": "e"})
        with store.transaction("w"):
            assert store.delete("w", THING, "a")
            assert not store.delete("w", THING, "a")
            assert store.find("w", THING, {"email": "e"}) == []
            assert store.count("w", THING) == 0

    @pytest.mark.parametrize("odd", ["nul\0in", "\0", "", "ünï😀", "\ue000\U00010000", "a" * 5000, "%' \"\\", "x\n"])
    def test_any_text_is_a_key_a_value_and_a_world(self, store: Store, odd: str) -> None:
        world = odd[:100]
        put_all(
            store, world, {"id": odd, "email": odd, "colour": odd, "at": odd}, {"id": odd + "!", "email": odd + "!"}
        )
        with store.transaction(world):
            record = store.get(world, THING, odd)
            assert record is not None
            assert record["colour"] == odd
            for where in ({"email": odd}, {"colour": odd}, {"at": AtMost(odd)}):
                assert [r["id"] for r in store.find(world, THING, where)] == [odd]
            with pytest.raises(Taken) as taken:
                store.put(world, THING, "new", {"id": "new", "email": odd})
            assert (taken.value.owner, taken.value.value) == (odd, odd)
            assert store.bump(world, odd) == 1
            assert store.delete(world, THING, odd)
        assert world in store.worlds()

    def test_long_texts_that_begin_alike_are_told_apart(self, store: Store) -> None:
        long = "a" * 9000
        put_all(store, "w", *({"id": long + end, "email": long + end, "colour": long} for end in "xyz"))
        assert found(store, where={"email": long + "y"}) == [long + "y"]
        assert len(found(store, where={"colour": long})) == 3

    @pytest.mark.parametrize("value", ["\ud800", 10**25, -(10**25), 2**64, [10**30, {"deep": "\udfff"}]])
    def test_what_json_can_say_comes_back(self, store: Store, value: Any) -> None:
        put_all(store, "w", {"id": "a", "value": value})
        assert got(store, "a") == {"id": "a", "value": value}

    def test_a_lone_surrogate_is_looked_for_without_harm(self, store: Store) -> None:
        assert got(store, "\udc80") is None
        assert found(store, where={"email": "\udc80"}) == []


class TestFind:
    def test_a_replaced_record_keeps_its_place_and_a_deleted_one_loses_it(self, store: Store) -> None:
        put_all(store, "w", *({"id": key, "colour": "red"} for key in "abc"))
        put_all(store, "w", {"id": "a", "colour": "red", "new": 1})
        assert found(store) == found(store, where={"colour": "red"}) == ["a", "b", "c"]
        with store.transaction("w"):
            store.delete("w", THING, "a")
            store.put("w", THING, "a", {"id": "a", "colour": "red"})
        assert found(store) == found(store, where={"colour": "red"}) == ["b", "c", "a"]

    def test_pages(self, store: Store) -> None:
        put_all(store, "w", *({"id": n, "colour": "red", "rank": n % 2} for n in range(7)))
        assert found(store, offset=2, limit=3) == [2, 3, 4]
        assert found(store, offset=5, limit=3) == [5, 6]
        assert found(store, offset=9, limit=3) == found(store, limit=0) == []
        assert found(store, offset=5) == [5, 6]
        assert found(store, where={"colour": "red", "rank": 1}, offset=1, limit=1) == [3]
        assert found(store, order="-rank", offset=2, limit=3) == [5, 0, 2]

    def test_far_pages_after_any_change(self, store: Store) -> None:
        """Records that come, go, and change what they are searched by; also of a fork, and of what it replaces."""
        colours = {n: "red" if n % 5 else "blue" for n in range(3000)}
        put_all(store, "w", *({"id": n, "colour": colour} for n, colour in colours.items()))
        for n in range(100, 2900, 7):
            colours[n] = "blue" if colours[n] == "red" else "red"
        gone = [*range(0, 1100, 3), 2999]
        put_all(store, "w", *({"id": n, "colour": colours[n]} for n in range(100, 2900, 7)))
        with store.transaction("w"):
            for n in gone:
                store.delete("w", THING, str(n))
                del colours[n]
        put_all(store, "other", *({"id": n, "colour": "red"} for n in range(10)))
        with store.copied("w", "other"):
            pass
        for world in ("w", "other"):
            for colour in ("red", "blue"):
                expected = [n for n in colours if colours[n] == colour]
                for offset in (1023, 1024, 1025, 1500, 1800, 2000, 2700, 10**6):
                    pages = found(store, world, where={"colour": colour}, offset=offset, limit=3)
                    assert pages == expected[offset : offset + 3]

    def test_order_is_of_numbers_then_of_text_by_code_point(self, store: Store) -> None:
        values = [10, 9, -1, 2.5, True, -2.5, 0, 10**20, -(10**20), 2**53, 2**53 + 1, 1e300]
        values += ["b", "B", "a", "é", "😀", "\uffff", "", "9", "10", "a\0", "ab"]
        put_all(store, "w", *({"id": n, "rank": value} for n, value in enumerate(values)), {"id": "none"})
        ranked = sorted(range(len(values)), key=lambda n: (isinstance(values[n], str), values[n]))
        assert found(store, order="rank") == ranked
        assert found(store, order="-rank") == ranked[::-1]
        for value in values:
            below = [n for n in ranked if ranked.index(n) <= ranked.index(values.index(value))]
            assert found(store, where={"rank": AtMost(value)}, order="rank") == below
            assert found(store, where={"rank": AtMost(value)}) == sorted(below)

    def test_ties_are_oldest_first_both_ways(self, store: Store) -> None:
        put_all(store, "w", *({"id": n, "at": n // 3} for n in range(9)))
        assert found(store, order="at") == [*range(9)]
        assert found(store, order="-at") == [6, 7, 8, 3, 4, 5, 0, 1, 2]
        assert found(store, order="-at", where={"at": AtMost(1)}, limit=4) == [3, 4, 5, 0]

    def test_values_are_the_same_when_python_says_so(self, store: Store) -> None:
        values = [1, 1.0, True, "1", 0, False, -0.0, "True", "", 2**53, float(2**53), 2**53 + 1]
        put_all(store, "w", *({"id": n, "rank": value} for n, value in enumerate(values)))
        for value in values:
            same = [n for n, other in enumerate(values) if other == value]
            assert found(store, where={"rank": value}) == same
            with store.transaction("w"):
                assert store.count("w", THING, {"rank": value}) == len(same)
        put_all(store, "w", {"id": "x", "email": 1})
        with pytest.raises(Taken):
            put_all(store, "w", {"id": "y", "email": True})

    @pytest.mark.parametrize("nothing", [None, [], ["a"], {"a": 1}, float("nan")])
    def test_what_is_no_scalar_is_neither_indexed_nor_found(self, store: Store, nothing: Any) -> None:
        fields = {"email": nothing, "colour": nothing, "at": nothing, "phone": nothing}
        put_all(store, "w", {"id": "a", **fields}, {"id": "b", **fields}, {"id": "c"})
        put_all(store, "w", {"id": "a", **fields, "more": 1})
        for where in ({"email": nothing}, {"colour": nothing}, {"at": AtMost(nothing)}, {"phone.number": nothing}):
            assert found(store, where=where) == []
            with store.transaction("w"):
                assert store.count("w", THING, where) == 0
        assert found(store, order="at") == []
        assert found(store, order="rank", where={"colour": nothing}) == []
        with store.transaction("w"):
            assert store.delete("w", THING, "a")

    def test_at_most_on_a_field_that_is_also_searched(self, store: Store) -> None:
        put_all(store, "w", *({"id": n, "rank": n, "colour": "red"} for n in range(4)))
        assert found(store, where={"rank": AtMost(1)}) == [0, 1]
        assert found(store, where={"rank": AtMost(2), "colour": "red"}, order="-rank") == [2, 1, 0]
        with store.transaction("w"):
            assert store.count("w", THING, {"rank": AtMost(1)}) == 2

    def test_between_two_values_both_included(self, store: Store) -> None:
        values = [10, -1, 2.5, 0, 10**20, "b", "", "a", "a\0", "ab", 10]
        put_all(
            store, "w", *({"id": n, "at": value, "colour": "red"} for n, value in enumerate(values)), {"id": "none"}
        )
        ranked = sorted(range(len(values)), key=lambda n: (isinstance(values[n], str), values[n]))
        for low in values:
            for high in values:
                within = [n for n in ranked if _rank(low) <= _rank(values[n]) <= _rank(high)]
                where = {"at": Between(low, high)}
                assert found(store, where=where, order="at") == within
                assert found(store, where=where) == sorted(within)
                assert found(store, where=where | {"colour": "red"}, order="at", offset=1, limit=2) == within[1:3]
                assert found(store, where=where | {"colour": "blue"}) == []
                assert {*found(store, where=where, order="-at")} == {*within}
                assert found(store, where=where, order="at", offset=1, limit=2) == within[1:3]
        with store.transaction("w"):
            assert store.count("w", THING, {"at": Between(0, 10)}) == 4
            assert store.count("w", THING, {"at": Between(0, None)}) == 0  # type: ignore[arg-type]

    def test_dotted_fields_and_several_conditions(self, store: Store) -> None:
        put_all(
            store,
            "w",
            {"id": 1, "phone": {"number": "5", "region": "x"}, "colour": "red"},
            {"id": 2, "phone": {"number": "6", "region": "x"}, "colour": "blue"},
            {"id": 3, "phone": "x", "colour": "red"},
        )
        assert found(store, where={"phone.region": "x"}) == [1, 2]
        assert found(store, where={"phone.region": "x", "colour": "blue"}) == [2]
        assert found(store, where={"phone.number": "5", "colour": "blue"}) == []
        with store.transaction("w"):
            assert store.count("w", THING, {"phone.region": "x", "colour": "red"}) == 1

    @pytest.mark.parametrize(
        "asked",
        [
            {"where": {"at": 1}},
            {"where": {"colour": AtMost("x")}},
            {"where": {"colour": Between("a", "x")}},
            {"order": "colour"},
            {"where": {"no": 1}},
        ],
    )
    def test_a_search_that_is_not_declared_is_refused(self, store: Store, asked: Any) -> None:
        with store.transaction("w"), pytest.raises(LookupError, match="does not declare"):
            store.find("w", THING, **asked)


class TestUnique:
    def test_taken_names_the_first_field_that_is(self, store: Store) -> None:
        put_all(store, "w", {"id": "a", "email": "e"}, {"id": "b", "phone": {"number": "5"}})
        with store.transaction("w"):
            with pytest.raises(Taken) as taken:
                store.put("w", THING, "c", {"id": "c", "email": "e", "phone": {"number": "5"}})
            assert vars(taken.value) == {"kind": "acme/things", "field": "email", "value": "e", "owner": "a"}
            with pytest.raises(Taken) as taken:
                store.put("w", THING, "a", {"id": "a", "email": "e", "phone": {"number": "5"}})
            assert (taken.value.field, taken.value.owner) == ("phone.number", "b")
        assert got(store, "c") is None
        assert got(store, "a") == {"id": "a", "email": "e"}

    def test_a_value_is_free_again_after_its_record(self, store: Store) -> None:
        put_all(store, "w", {"id": "a", "email": "e"}, {"id": "b", "email": "f"})
        put_all(store, "w", {"id": "a", "email": "g"})
        put_all(store, "w", {"id": "b", "email": "e"})
        with store.transaction("w"):
            store.delete("w", THING, "b")
        put_all(store, "w", {"id": "c", "email": "e"})
        put_all(store, "w", {"id": "a", "email": "e"}, kind=OTHER)
        put_all(store, "v", {"id": "a", "email": "e"})

    def test_one_of_many_threads_wins(self, sql: SqlStore) -> None:
        start, results = threading.Barrier(8), []

        def write(name: str) -> None:
            start.wait()
            try:
                put_all(sql, "w", {"id": name, "email": "e"})
                results.append("written")
            except Taken as taken:
                results.append(taken.owner)

        run_all(write, [str(n) for n in range(8)])
        (winner,) = found(sql)
        assert sorted(results) == sorted(["written"] + [winner] * 7)


def run_all(work: Callable[[str], None], names: list[str]) -> None:
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class TestTransactions:
    @pytest.mark.parametrize("crash", [ValueError, KeyboardInterrupt, SystemExit])
    def test_a_crash_leaves_the_world_as_it_was(self, store: Store, crash: type[BaseException]) -> None:
        put_all(store, "w", {"id": "a", "email": "e"}, {"id": "b"})
        with pytest.raises(crash), store.transaction("w"):
            store.put("w", THING, "a", {"id": "a", "email": "f"})
            store.put("w", THING, "c", {"id": "c", "email": "e"})
            store.delete("w", THING, "b")
            store.put("w", THING, "b", {"id": "b", "moved": 1})
            assert store.bump("w", "n") == 1
            raise crash
        assert found(store) == ["a", "b"]
        assert found(store, where={"email": "e"}) == ["a"]
        assert found(store, where={"email": "f"}) == []
        with store.transaction("w"):
            assert store.bump("w", "n") == 1

    def test_a_world_of_which_nothing_is_left_is_not_listed(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.transaction("w"):
            store.put("w", THING, "a", {"id": "a"})
            store.bump("w", "n")
            raise ZeroDivisionError
        put_all(store, "v", {"id": "a"})
        with store.transaction("v"):
            store.delete("v", THING, "a")
        assert store.worlds() == []

    def test_a_savepoint_undoes_only_itself(self, store: Store) -> None:
        with store.transaction("w"):
            store.put("w", THING, "a", {"id": "a"})
            with pytest.raises(Taken), store.savepoint():
                store.put("w", THING, "b", {"id": "b", "email": "e"})
                with pytest.raises(ValueError, match="inner"), store.savepoint():
                    store.bump("w", "n")
                    raise ValueError("inner")
                assert store.bump("w", "n") == 1
                store.put("w", THING, "c", {"id": "c", "email": "e"})
            with store.savepoint():
                store.put("w", THING, "d", {"id": "d", "email": "e"})
            assert store.bump("w", "n") == 1
        assert found(store) == ["a", "d"]

    def test_one_that_only_reads_is_waited_for_as_well(self, sql: SqlStore, url: str) -> None:
        other, entered = SqlStore(url), threading.Event()

        def enter() -> None:
            with other.transaction("w"):
                entered.set()

        waiting = threading.Thread(target=enter)
        with sql.transaction("w"):
            assert sql.count("w", THING) == 0
            waiting.start()
            assert not entered.wait(0.3)
            sql.bump("w", "n")
        assert entered.wait(10)
        waiting.join()
        other.close()

    def test_counters_do_not_lose_a_count(self, sql: SqlStore) -> None:
        def count(world: str) -> None:
            for _ in range(20):
                with sql.transaction(world[0]):
                    sql.bump(world[0], "n")

        run_all(count, ["a1", "a2", "a3", "b1", "b2"])
        for world, expected in (("a", 61), ("b", 41)):
            with sql.transaction(world):
                assert sql.bump(world, "n") == expected

    def test_calls_outside_of_the_transaction_are_mistakes(self, sql: SqlStore) -> None:
        with pytest.raises(RuntimeError, match="outside"):
            sql.get("w", THING, "a")
        with pytest.raises(RuntimeError, match="outside"), sql.savepoint():
            pass
        with sql.transaction("w"):
            with pytest.raises(RuntimeError, match="not of 'v'"):
                sql.get("v", THING, "a")
            with pytest.raises(RuntimeError, match="nest"), sql.transaction("w"):
                pass
            others: list[str] = []

            def intrude(name: str) -> None:
                try:
                    sql.get("w", THING, name)
                except RuntimeError as error:
                    others.append(str(error))

            run_all(intrude, ["a"])
            assert others == ["the store was called outside of a transaction"]

    def test_worlds_do_not_wait_for_each_other_on_postgresql(self, postgres_url: str) -> None:
        store = SqlStore(postgres_url)
        with store.transaction("v"):
            store.bump("v", "n")
            run_all(lambda world: put_all(store, world, {"id": "a"}), ["w"])
            assert store.worlds() == ["v", "w"]
        store.close()


class TestWorlds:
    def test_a_fork_holds_the_same_and_goes_its_own_way(self, store: Store) -> None:
        put_all(store, "w", *({"id": n, "email": str(n), "at": -n} for n in range(3)))
        put_all(store, "v", {"id": "gone"})
        with store.transaction("w"):
            store.bump("w", "n")
        with store.copied("w", "v"):
            pass
        assert found(store, world="v") == [0, 1, 2]
        assert found(store, world="v", order="at") == [2, 1, 0]
        put_all(store, "v", {"id": 0, "email": "new"}, {"id": 4, "email": "4"})
        put_all(store, "w", {"id": 5, "email": "4"})
        assert found(store) == [0, 1, 2, 5]
        assert found(store, where={"email": "0"}) == [0]
        assert found(store, world="v", where={"email": "0"}) == []
        for world in ("w", "v"):
            with store.transaction(world):
                assert store.bump(world, "n") == 2
        assert store.worlds() == ["v", "w"]
        assert store.kinds("w") == {THING.name: 4}

    def test_drop_and_reset(self, store: Store) -> None:
        put_all(store, "w", {"id": 1, "email": "e"})
        with store.copied("w", "w"):
            pass
        assert found(store) == [1]
        with store.copied("nowhere", "w"):
            pass
        assert (found(store), store.worlds()) == ([], [])
        put_all(store, "w", {"id": 1, "email": "e"})
        store.drop("w")
        store.drop("nowhere")
        assert found(store, where={"email": "e"}) == []
        assert {name: n for name, n in store.kinds("w").items() if n} == {}
        put_all(store, "w", {"id": 2, "email": "e"})


FIELDS = {
    "email": st.sampled_from(["a", "b", "c", 1, True, None]),
    "phone": st.sampled_from([None, "odd", {"number": "1"}, {"number": 2, "region": "x"}, {"region": "y"}]),
    "colour": st.sampled_from(["red", "blue", "", "\0", 0, False]),
    "rank": st.one_of(st.integers(-2, 2), st.sampled_from([0.5, -1.5, "x", "X", "é"])),
    "at": st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(),
        st.text(max_size=3).filter(lambda t: t.isprintable()),
    ),
    "note": st.integers(),
}
RECORDS = st.fixed_dictionaries({}, optional=FIELDS)
KEYS = st.sampled_from(["a", "b", "c", "d", "\0", "A"])
WORLDS = st.sampled_from(["one", "two", "One"])
WHERES = st.fixed_dictionaries(
    {},
    optional={
        "email": FIELDS["email"],
        "phone.number": st.sampled_from(["1", 2, 2.0]),
        "phone.region": st.sampled_from(["x", "y"]),
        "colour": FIELDS["colour"],
        "rank": FIELDS["rank"].flatmap(lambda value: st.sampled_from([value, AtMost(value)])),
        "at": FIELDS["at"].map(AtMost),
    },
)
ORDERS = st.sampled_from([None, "rank", "-rank", "at", "-at"])


class UndoneError(Exception):
    pass


class Agreement(RuleBasedStateMachine):
    """A store does what the memory store does, whatever is asked of it."""

    make: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.stores: list[Store] = []
        self.open: list[list[AbstractContextManager[None]]] = []
        self.world: str | None = None

    @initialize()
    def start(self) -> None:
        self.stores = [MemoryStore(), type(self).make()]

    def both(self, ask: Callable[[Store], Any]) -> Any:
        answers = []
        for store in self.stores:
            try:
                answers.append(ask(store))
            except Taken as taken:
                answers.append(("taken", taken.kind, taken.field, taken.value, taken.owner))
        assert answers[0] == answers[1]
        return answers[0]

    def enter(self, contexts: Callable[[Store], AbstractContextManager[None]]) -> None:
        entered = [contexts(store) for store in self.stores]
        for context in entered:
            context.__enter__()
        self.open.append(entered)

    def leave(self, error: Exception | None) -> None:
        for context in self.open.pop():
            with suppress(UndoneError):
                context.__exit__(type(error) if error else None, error, None)
        if not self.open:
            self.world = None

    @precondition(lambda self: not self.open)
    @rule(world=WORLDS)
    def begin(self, world: str) -> None:
        self.world = world
        self.enter(lambda store: store.transaction(world))

    @precondition(lambda self: 0 < len(self.open) < 4)
    @rule()
    def savepoint(self) -> None:
        self.enter(lambda store: store.savepoint())

    @precondition(lambda self: self.open)
    @rule(back=st.booleans())
    def end(self, back: bool) -> None:
        self.leave(UndoneError() if back else None)

    @precondition(lambda self: self.open)
    @rule(kind=st.sampled_from([THING, OTHER]), key=KEYS, record=RECORDS)
    def put(self, kind: Kind, key: str, record: Record) -> None:
        self.both(lambda store: store.put(self.world or "", kind, key, {"id": key, **record}))

    @precondition(lambda self: self.open)
    @rule(records=st.lists(RECORDS, min_size=3, max_size=6))
    def fill(self, records: list[Record]) -> None:
        for key, record in zip("abcdef", records, strict=False):
            self.put(THING, key, record)

    @precondition(lambda self: self.open)
    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        self.both(lambda store: store.delete(self.world or "", THING, key))

    @precondition(lambda self: self.open)
    @rule(key=KEYS)
    def get(self, key: str) -> None:
        self.both(lambda store: store.get(self.world or "", THING, key))

    @precondition(lambda self: self.open)
    @rule(counter=st.sampled_from(["n", "m"]))
    def bump(self, counter: str) -> None:
        self.both(lambda store: store.bump(self.world or "", counter))

    @precondition(lambda self: self.open)
    @rule(where=WHERES, order=ORDERS, offset=st.integers(0, 3), limit=st.none() | st.integers(0, 4))
    def find(self, where: dict[str, Any], order: str | None, offset: int, limit: int | None) -> None:
        self.both(lambda store: store.find(self.world or "", THING, where, order, offset, limit))
        self.both(lambda store: store.count(self.world or "", THING, where))

    @precondition(lambda self: not self.open)
    @rule(source=WORLDS, fork=WORLDS)
    def copy(self, source: str, fork: str) -> None:
        def copied(store: Store) -> bool:
            with store.copied(source, fork) as held:
                return held

        self.both(copied)

    @precondition(lambda self: not self.open)
    @rule(world=WORLDS)
    def drop(self, world: str) -> None:
        self.both(lambda store: store.drop(world))

    @invariant()
    def same(self) -> None:
        if not self.stores or self.open:
            return
        for world in self.both(lambda store: store.worlds()):
            self.both(partial(everything, world))

    def teardown(self) -> None:
        while self.open:
            self.leave(UndoneError())
        for store in self.stores:
            for world in store.worlds():
                store.drop(world)


def everything(world: str, store: Store) -> list[Any]:
    with store.transaction(world):
        records = [store.find(world, kind) for kind in (THING, OTHER)]
        ranked = [store.find(world, THING, None, order) for order in ("rank", "-rank")]
    return [*records, *ranked, {name: number for name, number in store.kinds(world).items() if number}]


def test_it_agrees_with_the_memory_store(sql: SqlStore) -> None:
    machine = type("Machine", (Agreement,), {"make": staticmethod(lambda: sql)})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    limits = settings(
        max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=checks, database=None
    )
    run_state_machine_as_test(machine, settings=limits)


ASKED: list[dict[str, Any]] = [
    {},
    {"where": {"email": "e7"}},
    {"where": {"colour": "red"}},
    {"where": {"colour": "red", "phone.region": "r7"}},
    {"order": "at"},
    {"order": "-at", "where": {"colour": "red"}},
    {"where": {"at": AtMost(500)}, "order": "at"},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_search_reads_what_it_returns(sql: SqlStore, url: str, asked: dict[str, Any]) -> None:
    """What the database says of the very statement: it uses an index, and in it goes no further than asked."""
    put_all(
        sql,
        "w",
        *(
            {"id": n, "email": f"e{n}", "colour": "red", "at": n, "phone": {"number": n, "region": f"r{n % 50}"}}
            for n in range(1000)
        ),
    )
    statement, parameters = caught(sql, asked)
    with sql.transaction("w"):
        session = sql._session("w")
        if url.startswith("sqlite"):
            plan = [row[3] for row in session.run(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()]
            assert plan
            assert not [line for line in plan if "SCAN bodydouble" in line or "TEMP B-TREE FOR ORDER" in line]
            return
        lines = [row[0] for row in session.run(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", parameters).fetchall()]
    plan = [line if isinstance(line, str) else line.decode() for line in lines]
    assert not [line for line in plan if "Seq Scan" in line or "Rows Removed" in line]
    read = [int(float(rows)) for line in plan for rows in re.findall(r"actual rows=([\d.]+)", line)]
    assert max(read) <= 20


def test_a_far_page_passes_over_few(sql: SqlStore) -> None:
    put_all(sql, "w", *({"id": n, "colour": "red"} for n in range(3000)))
    statement, parameters = caught(sql, {"where": {"colour": "red"}, "offset": 2990})
    assert parameters["offset"] < 1024
    with sql.transaction("w"):
        rows = sql._session("w").run(statement, parameters).fetchall()
    assert len(rows) == 5


def caught(sql: SqlStore, asked: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The last statement of a search for five records, and its parameters."""
    seen: list[tuple[str, dict[str, Any]]] = []
    with sql.transaction("w"):
        session = sql._session("w")

        class Watched:
            world = "w"

            def run(self, statement: str, parameters: dict[str, Any]) -> Any:
                seen.append((statement, parameters))
                return session.run(statement, parameters)

        sql._here.session = Watched()
        sql.find("w", THING, **asked, limit=5)
    return seen[-1]


def test_records_are_indexed_anew_when_their_kind_is_declared_otherwise(sql: SqlStore, url: str) -> None:
    plain = Kind(THING.name, "id", searched=("colour",))
    first = SqlStore(url, [plain, OTHER])
    put_all(first, "w", {"id": "a", "email": "e", "at": 2}, {"id": "b", "at": 1}, kind=plain)
    put_all(first, "v", {"id": "a", "email": "e"}, kind=plain)
    first.close()
    second = SqlStore(url, [THING, OTHER])
    assert found(second, order="at") == ["b", "a"]
    assert got(second, "b") == {"id": "b", "at": 1}
    with pytest.raises(Taken):
        put_all(second, "v", {"id": "x", "email": "e"})
    second.close()


class TestDurability:
    def test_a_second_process_sees_and_continues(self, url: str) -> None:
        one, two = SqlStore(url), SqlStore(url)
        put_all(one, "w", {"id": "a", "email": "e"})
        with pytest.raises(Taken):
            put_all(two, "w", {"id": "b", "email": "e"})
        put_all(two, "w", {"id": "c"})
        assert found(one) == ["a", "c"]
        one.close()
        two.close()
        again = SqlStore(url)
        assert found(again, where={"email": "e"}) == ["a"]
        again.close()

    def test_processes_that_write_at_once_agree(self, sql: SqlStore, url: str) -> None:
        put_all(sql, "w", {"id": "before"})
        writers = [writer(url, name, "e") for name in ("p", "q")]
        outputs = [process.communicate(timeout=30) for process in writers]
        assert [process.returncode for process in writers] == [0, 0], outputs
        with sql.transaction("w"):
            assert sql.bump("w", "n") == 2 * 50 + 1
            assert sql.count("w", THING) == 1 + 50
            numbers = [record["rank"] for record in sql.find("w", THING, None, "rank")]
        assert numbers == [*range(50)]

    def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(self, url: str) -> None:
        process = writer(url, "p", None, rounds=10**6)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(60)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.communicate()[0].split("\n")[:-1]]
        again = SqlStore(url)
        with again.transaction("w"):
            held = [record["rank"] for record in again.find("w", THING)]
        again.close()
        assert held[: len(acknowledged)] == acknowledged
        assert len(held) <= len(acknowledged) + 1


def writer(url: str, name: str, email: str | None, rounds: int = 50) -> subprocess.Popen[str]:
    """A process that writes a record per round, its number taken only by one, and says so after each commit."""
    program = f"""
from mockserver.store import Kind, Taken
from mockserver.store.sql import SqlStore
kind = Kind({THING.name!r}, "id", {THING.unique!r}, {THING.searched!r}, {THING.ordered!r})
store = SqlStore({url!r})
for n in range({rounds}):
    try:
        with store.transaction("w"):
            before = store.count("w", kind)
            with store.savepoint():
                store.bump("w", "n")
            with store.savepoint():
                email = {email!r} and {email!r} + str(n)
                key = {name!r} + str(n)
                try:
                    store.put("w", kind, key, {{"id": key, "email": email, "rank": n}})
                except Taken:
                    pass
        print(n, flush=True)
    except BrokenPipeError:
        break
store.close()
"""
    root = Path(__file__).parents[3]
    return subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)


def refused(url: str) -> str:
    with pytest.raises(StoreError) as refusal:
        SqlStore(url)
    line = str(refusal.value)
    assert len(line.splitlines()) == 1
    assert "secret" not in line
    return line


class TestRefusals:
    def test_a_file_that_cannot_be_made(self, tmp_path: Path) -> None:
        assert refused(f"sqlite:///{tmp_path}/missing/x.db") == (
            f"SQLite file {tmp_path}/missing/x.db: unable to open database file"
        )
        assert "unable to open" in refused(f"sqlite:///{tmp_path}")

    def test_a_file_that_holds_something_else(self, tmp_path: Path) -> None:
        (tmp_path / "text").write_text("no database, but long enough to look like one" * 100)
        assert "not a database" in refused(f"sqlite:///{tmp_path}/text")
        other = sqlite3.connect(tmp_path / "other")
        other.execute("CREATE TABLE cookies (name)")
        other.close()
        assert "holds something else" in refused(f"sqlite:///{tmp_path}/other")

    def test_a_server_that_is_not_there(self) -> None:
        line = refused("postgresql://me:secret@127.0.0.1:9/things")
        assert line.startswith("PostgreSQL things on 127.0.0.1:9: connection failed")

    def test_a_database_or_an_account_that_is_not_there(self, postgres: Any) -> None:
        socket = postgres.get_postmaster_info().socket_dir
        assert '"nothing" does not exist' in refused(f"postgresql://postgres:secret@/nothing?host={socket}")
        assert '"nobody" does not exist' in refused(f"postgresql://nobody:secret@/postgres?host={socket}")

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "store.db",
            "sqlite://",
            "mysql://u:secret@h/d",
            "postgresql://u:secret@h:port/d",
            "postgresql://u:secret",
        ],
    )
    def test_a_url_that_is_none(self, url: str) -> None:
        refused(url)

    def test_another_version(self, sql: SqlStore, url: str) -> None:
        execute(url, "UPDATE bodydouble_schema SET version = 99")
        assert "schema 99, this one reads 2" in refused(url)

    def test_a_statement_that_fails_is_one_line_and_undone(self, sql: SqlStore, url: str) -> None:
        put_all(sql, "w", {"id": "a"})
        execute(url, "ALTER TABLE bodydouble_counters RENAME TO elsewhere")
        with pytest.raises(StoreError, match="counters") as refusal, sql.transaction("w"):
            sql.put("w", THING, "b", {"id": "b"})
            with pytest.raises(StoreError):
                sql.bump("w", "n")
        assert len(str(refusal.value).splitlines()) == 1
        execute(url, "ALTER TABLE elsewhere RENAME TO bodydouble_counters")
        assert found(sql) == ["a"]


def execute(url: str, statement: str) -> list[Any]:
    if url.startswith("sqlite"):
        lite = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        rows = lite.execute(statement).fetchall()
        lite.close()
        return rows
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_a_database_that_goes_away_and_comes_back(postgres: Any, postgres_url: str) -> None:
    store = SqlStore(postgres_url)
    put_all(store, "w", {"id": "a"})
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    execute(postgres_url, cut)
    assert found(store) == ["a"]
    with pytest.raises(StoreError), store.transaction("w"):
        store.put("w", THING, "b", {"id": "b"})
        execute(postgres_url, cut)
        store.put("w", THING, "c", {"id": "c"})
    assert found(store) == ["a"]
    postgres.stop()
    try:
        with pytest.raises(StoreError, match="No such file"):
            found(store)
    finally:
        postgres.ensure_postgres_running()
    assert found(store) == ["a"]
    store.close()
