"""The default store: everything in this process, worlds sharing tables until one of them writes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from types import TracebackType
from typing import Any

from mockserver.store import AtMost, Between, Kind, Record, check_declared, getter, impossible
from mockserver.store.table import Table, descending, rank


class _Data:
    """One world's tables and counters."""

    __slots__ = ("counters", "tables")

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.counters: dict[str, int] = {}

    def held(self, kind: Kind | None = None) -> bool:
        """Whether there is anything: a table stays when its records go, a counter when it is rolled back to 0."""
        if kind is not None:
            return kind.name in self.tables and bool(self.tables[kind.name].rows)
        return any(table.rows for table in self.tables.values()) or any(self.counters.values())


class _Savepoint(AbstractContextManager[None]):
    """Undoes what happened inside when it raises. A class, since a generator costs more than the work it wraps."""

    __slots__ = ("_mark", "_roll_back", "_undo")

    def __init__(self, undo: list[Any], roll_back: Callable[[int], None]) -> None:
        self._undo = undo
        self._roll_back = roll_back
        self._mark = len(undo)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._roll_back(self._mark)


class _Transaction(_Savepoint):
    __slots__ = ()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._undo.clear()


class MemoryStore:
    """A Store in memory. Calls must come from one thread, and a transaction must not wait for anything."""

    name = "memory"

    def __init__(self) -> None:
        self._worlds: dict[str, _Data] = {}
        self._undo: list[tuple[_Data, str, str, Any]] = []

    def transaction(self, world: str) -> AbstractContextManager[None]:
        return _Transaction(self._undo, self._roll_back)

    def savepoint(self) -> AbstractContextManager[None]:
        return _Savepoint(self._undo, self._roll_back)

    def _roll_back(self, mark: int) -> None:
        while len(self._undo) > mark:
            data, kind, key, old = self._undo.pop()
            if not kind:
                data.counters[key] = old
                continue
            table = data.tables[kind]
            table.unset(key)
            if old is not None:
                table.set(key, old, table.values(old[1]))

    def get(self, world: str, kind: Kind, key: str) -> Record | None:
        data = self._worlds.get(world)
        table = data.tables.get(kind.name) if data else None
        row = table.rows.get(key) if table else None
        return row[1] if row else None

    def put(self, world: str, kind: Kind, key: str, record: Record) -> None:
        data = self._worlds.get(world)
        if data is None:
            data = self._worlds[world] = _Data()
        table = self._writable(data, kind)
        values = table.values(record)
        table.check(key, values)
        old = table.rows.get(key)
        self._undo.append((data, kind.name, key, old))
        if old is not None and values == table.values(old[1]):
            table.rows[key] = (old[0], record)
            return
        if old is None:
            table.next += 1
        else:
            table.unset(key)
        table.set(key, (old[0] if old else table.next, record), values)

    def delete(self, world: str, kind: Kind, key: str) -> bool:
        data = self._worlds.get(world)
        if data is None or kind.name not in data.tables or key not in data.tables[kind.name].rows:
            return False
        old = self._writable(data, kind).unset(key)
        self._undo.append((data, kind.name, key, old))
        return True

    @staticmethod
    def _writable(data: _Data, kind: Kind) -> Table:
        table = data.tables.get(kind.name)
        if table is None:
            table = data.tables[kind.name] = Table(kind)
        elif table.shared:
            table = data.tables[kind.name] = table.copied()
        return table

    def find(
        self,
        world: str,
        kind: Kind,
        where: Mapping[str, Any] | None = None,
        order: str | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        data = self._worlds.get(world)
        table = data.tables.get(kind.name) if data else None
        if table is not None and where and order is None and len(where) == 1:
            ((field, value),) = where.items()
            if isinstance(value, str):  # most look-ups are of this form
                if field in table.unique:
                    key = table.unique[field].get(value)
                    return [table.rows[key][1]][offset:] if key is not None and limit != 0 else []
                if field in table.buckets:
                    places = table.buckets[field].get(value, ())
                    end = None if limit is None else offset + limit
                    return [table.rows[key][1] for _, key in places[offset:end]]
        elif table is not None and not where and order in table.ordered:  # as before every request: what is due first?
            entries = table.ordered[order]
            return [table.rows[entry[2]][1] for entry in entries[offset : None if limit is None else offset + limit]]
        check_declared(kind, where.items() if where else (), order)
        if table is None or (where and impossible(where)):
            return []
        end = None if limit is None else offset + limit
        keys, rest = self._select(table, dict(where or {}), order, end)
        rows = table.rows
        if not rest:
            return [rows[place[-1]][1] for place in keys[offset:end]]
        tests = [(getter(field), value) for field, value in rest.items()]
        found = (rows[place[-1]][1] for place in keys)
        return list(islice((record for record in found if _matches(record, tests)), offset, end))

    @staticmethod
    def _select(
        table: Table, where: dict[str, Any], order: str | None, end: int | None
    ) -> tuple[list[Any], dict[str, Any]]:
        """The narrowest index that serves `where` in the asked order, and the conditions it leaves to test."""
        if order is not None:
            entries = table.ordered[order.lstrip("-")]
            first, last = 0, len(entries)
            bound = where.get(order.lstrip("-"))
            if isinstance(bound, AtMost | Between):
                where.pop(order.lstrip("-"))
                highest = bound.high if isinstance(bound, Between) else bound.value
                last = bisect_right(entries, rank(highest), key=lambda entry: entry[0])
                if isinstance(bound, Between):
                    first = bisect_left(entries, rank(bound.low), 0, last, key=lambda entry: entry[0])
            most = None if where else end
            if order.startswith("-"):
                return list(islice(descending(entries, first, last), most)), where
            return entries[first : last if most is None else min(last, first + most)], where
        for field, index in table.unique.items():
            if field in where and not isinstance(where[field], AtMost | Between):
                key = index.get(where.pop(field))
                return ([(0, key)] if key is not None else []), where
        exact = [(f, v) for f, v in where.items() if f in table.buckets and not isinstance(v, AtMost | Between)]
        buckets = [(len(table.buckets[f].get(v, ())), f) for f, v in exact]
        if buckets:
            field = min(buckets)[1]
            return table.buckets[field].get(where.pop(field), []), where
        return table.places, where

    def count(self, world: str, kind: Kind, where: Mapping[str, Any] | None = None) -> int:
        if not where:
            data = self._worlds.get(world)
            table = data.tables.get(kind.name) if data else None
            return len(table.rows) if table else 0
        field, value = next(iter(where.items()))
        if len(where) > 1 or field not in kind.searched or isinstance(value, AtMost | Between) or impossible(where):
            return len(self.find(world, kind, where))
        data = self._worlds.get(world)
        table = data.tables.get(kind.name) if data else None
        return len(table.buckets[field].get(value, ())) if table else 0

    def bump(self, world: str, counter: str) -> int:
        data = self._worlds.setdefault(world, _Data())
        old = data.counters.get(counter, 0)
        self._undo.append((data, "", counter, old))
        data.counters[counter] = old + 1
        return old + 1

    def worlds(self, kind: Kind | None = None) -> list[str]:
        return sorted(name for name, data in self._worlds.items() if data.held(kind))

    def kinds(self, world: str) -> dict[str, int]:
        data = self._worlds.get(world)
        return {name: len(table.rows) for name, table in data.tables.items()} if data else {}

    @contextmanager
    def copied(self, source: str, target: str) -> Iterator[bool]:
        before, origin = self._worlds.get(target), self._worlds.get(source, _Data())
        copied = self._worlds[target] = _Data()
        for name, table in origin.tables.items():
            table.shared = True
            copied.tables[name] = table
        copied.counters = origin.counters.copy()
        try:
            with self.transaction(target):
                yield before is not None and before.held()
        except BaseException:
            if before is None:
                del self._worlds[target]
            else:
                self._worlds[target] = before
            raise

    def drop(self, world: str) -> None:
        self._worlds.pop(world, None)

    def close(self) -> None:
        self._worlds.clear()


def _matches(record: Record, tests: list[tuple[Any, Any]]) -> bool:
    for read, expected in tests:
        value = read(record)
        if isinstance(expected, AtMost):
            if value is None or rank(value) > rank(expected.value):
                return False
        elif isinstance(expected, Between):
            if value is None or not rank(expected.low) <= rank(value) <= rank(expected.high):
                return False
        elif value != expected:
            return False
    return True
