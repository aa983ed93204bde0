"""A Store in a SQLite file or a PostgreSQL database, for what must outlive the process or be shared by several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import local
from typing import Any

from mockserver.store import AtMost, Between, Kind, Record, Taken, bounds, check_declared, getter, impossible
from mockserver.store.database import Database, Session
from mockserver.store.encoding import body, scalar, short, text, unbody, untext
from mockserver.store.statements import CHUNK, KEY, Order, Test

_ALL = 2**63 - 1
_Entries = list[tuple[bytes, bytes]]
_TESTS: dict[type, Test] = {AtMost: "at most", Between: "between"}


class _Plan:
    """A kind as the tables know it."""

    __slots__ = ("fields", "kind", "name", "paged", "unique")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.name = text(kind.name)
        self.unique = [(field, text(field), getter(field)) for field in kind.unique]
        # a field that is declared twice (searched and ordered) is one entry
        fields = dict.fromkeys((*kind.unique, *kind.searched, *kind.ordered))
        self.fields = [(text(field), getter(field)) for field in fields]
        self.paged = frozenset(map(text, kind.paged))

    @property
    def declared(self) -> bytes:
        """The declaration as it is kept; what is written depends on nothing else."""
        fields = sorted(field for field, _ in self.fields)
        return b"\n".join(field + b" paged" * (field in self.paged) for field in fields)

    def entries(self, record: Record) -> list[tuple[bytes, bytes]]:
        """Field and value of every row of the index."""
        found = ((name, read(record)) for name, read in self.fields)
        return [(name, scalar(value)) for name, value in found if value is not None]


class SqlStore:
    """A Store in the database at `url`: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`.

    Calls may come from many threads; a transaction belongs to the thread that began it. `kinds` are those whose
    declaration may have changed since the database was written: their records are indexed anew if it has. Everything
    raises StoreError when the database fails, and works again when the database does.
    """

    name = "sql"

    def __init__(self, url: str, kinds: Iterable[Kind] = ()) -> None:
        self._database = Database(url)
        self._statements = self._database.statements
        self._here = local()
        self._plans: dict[str, _Plan] = {}
        self._declare(kinds)

    @contextmanager
    def transaction(self, world: str) -> Iterator[None]:
        with self._transaction(world):
            yield

    @contextmanager
    def _transaction(self, *worlds: str) -> Iterator[Session]:
        if getattr(self._here, "session", None) is not None:
            raise RuntimeError("a transaction is open in this thread, and they do not nest: use a savepoint")
        with self._database.transaction(*worlds) as session:
            self._here.session = session
            try:
                yield session
            finally:
                self._here.session = None

    def _session(self, world: str | None = None) -> Session:
        session: Session | None = getattr(self._here, "session", None)
        if session is None:
            raise RuntimeError("the store was called outside of a transaction")
        if world is not None and session.world != world:
            raise RuntimeError(f"the transaction is one of world {session.world!r}, not of {world!r}")
        return session

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self._session().savepoint():
            yield

    def _plan(self, kind: Kind) -> _Plan:
        plan = self._plans.get(kind.name)
        if plan is None or plan.kind is not kind:
            plan = self._plans[kind.name] = _Plan(kind)
        return plan

    def get(self, world: str, kind: Kind, key: str) -> Record | None:
        row = self._session(world).run(self._statements.get, _place(world, self._plan(kind), key)).fetchone()
        return unbody(row[1]) if row else None

    def put(self, world: str, kind: Kind, key: str, record: Record) -> None:
        session, plan = self._session(world), self._plan(kind)
        written = body(record)
        place = _place(world, plan, key)
        unique = [(field, name, value) for field, name, read in plan.unique if (value := read(record)) is not None]
        held = _numbered((name, scalar(value)) for _, name, value in unique)
        look = self._statements.look(len(unique))
        last, seq, old, *holders = session.run(look, {**place, **held}).fetchone()
        for (field, _, value), holder in zip(unique, holders, strict=True):
            if holder is not None and holder != seq:
                owner = session.run(self._statements.owner, {**place, "seq": holder}).fetchone()
                raise Taken(kind.name, field, value, untext(bytes(owner[0])))
        new = plan.entries(record)
        if seq is None:
            place["seq"] = (last or 0) + 1
            self._index(session, plan, place, [(KEY, place["key"]), *new])
            session.run(self._statements.add, {**place, "key": text(key), "body": written})
        elif old != written:
            place["seq"] = seq
            session.run(self._statements.replace, {**place, "new_body": written})
            before = plan.entries(unbody(old))
            self._forget(session, plan, place, [entry for entry in before if entry not in new])
            self._index(session, plan, place, [entry for entry in new if entry not in before])

    def delete(self, world: str, kind: Kind, key: str) -> bool:
        session, plan = self._session(world), self._plan(kind)
        place = _place(world, plan, key)
        row = session.run(self._statements.get, place).fetchone()
        if row is None:
            return False
        place["seq"] = row[0]
        session.run(self._statements.delete, place)
        self._forget(session, plan, place, [(KEY, place["key"]), *plan.entries(unbody(row[1]))])
        return True

    def _index(self, session: Session, plan: _Plan, place: dict[str, Any], entries: _Entries) -> None:
        if entries:
            session.run(self._statements.index(len(entries)), {**place, **_numbered(entries)})
            self._tally(session, plan, place, entries, 1)

    def _forget(self, session: Session, plan: _Plan, place: dict[str, Any], entries: _Entries) -> None:
        if entries:
            gone = [{**place, "field": field, "value": value} for field, value in entries]
            session.run_each(self._statements.forget, gone)
            self._tally(session, plan, place, entries, -1)

    def _tally(self, session: Session, plan: _Plan, place: dict[str, Any], entries: _Entries, change: int) -> None:
        counted = {**place, "chunk": place["seq"] // CHUNK, "change": change}
        for field, value in entries:
            if field in plan.paged:
                session.run(self._statements.tally, {**counted, "field": field, "value": value})

    def find(
        self,
        world: str,
        kind: Kind,
        where: Mapping[str, Any] | None = None,
        order: str | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        check_declared(kind, where.items() if where else (), order)
        session = self._session(world)
        if where and impossible(where):
            return []
        tests, parameters = self._tests(world, kind, where or {}, order)
        parameters |= {"limit": _ALL if limit is None else limit, "offset": offset}
        way: Order = "oldest" if order is None else "down" if order.startswith("-") else "up"
        later = offset >= CHUNK and order is None and tests == ("is",) and not set(kind.paged).isdisjoint(where or ())
        if later:
            parameters |= self._later(session, parameters, offset)
        rows = session.run(self._statements.find(tests, way, later), parameters).fetchall()
        return [unbody(row[0]) for row in rows]

    def _later(self, session: Session, asked: dict[str, Any], offset: int) -> dict[str, int]:
        """The place to begin at, and how many to pass over from there, instead of all from the first on."""
        for chunk, records in session.run(self._statements.chunks, asked).fetchall():
            if offset < records:
                return {"first": chunk * CHUNK, "offset": offset}
            offset -= records
        return {"first": _ALL, "offset": 0}

    def count(self, world: str, kind: Kind, where: Mapping[str, Any] | None = None) -> int:
        check_declared(kind, where.items() if where else (), None)
        session = self._session(world)
        if where and impossible(where):
            return 0
        tests, parameters = self._tests(world, kind, where or {}, None)
        counted: int = session.run(self._statements.count(tests), parameters).fetchone()[0]
        return counted

    def _tests(
        self, world: str, kind: Kind, where: Mapping[str, Any], order: str | None
    ) -> tuple[tuple[Test, ...], dict[str, Any]]:
        """What to test the entries of a record for, and the parameters. First stands the field to order by; without an
        order, the value that the fewest records have."""
        names = {"world": text(world), "kind": text(kind.name)}
        asked: list[tuple[str, Test, Any]] = [
            (field, _TESTS.get(type(value), "is"), value) for field, value in where.items()
        ]
        by = order.lstrip("-") if order else None
        if by is not None and by not in where:
            asked.append((by, "any", ""))
        asked.sort(key=lambda test: (test[0] != by, test[1] != "is", test[0] not in kind.unique))
        entries = [(text(field), scalar(bounds(value)[0])) for field, _, value in asked]
        highest = {f"high{n}": scalar(value.high) for n, (_, _, value) in enumerate(asked) if type(value) is Between}
        exact = sum(test == "is" for _, test, _ in asked)
        if by is None and exact > 1 and asked[0][0] not in kind.unique:
            measure = self._statements.measure(exact)
            sizes = self._session(world).run(measure, names | _numbered(entries[:exact])).fetchone()
            smallest = min(range(exact), key=lambda n: sizes[n])
            asked.insert(0, asked.pop(smallest))
            entries.insert(0, entries.pop(smallest))
        return tuple(test for _, test, _ in asked), names | _numbered(entries) | highest

    def bump(self, world: str, counter: str) -> int:
        parameters = {"world": text(world), "name": text(counter)}
        raised: int = self._session(world).run(self._statements.bump, parameters).fetchone()[0]
        return raised

    def worlds(self, kind: Kind | None = None) -> list[str]:
        with self._reading() as session:
            if kind is not None:
                rows = session.run(self._statements.holders, {"kind": text(kind.name)}).fetchall()
                return sorted(untext(row[0]) for row in rows)
            found = {row[0] for statement in self._statements.worlds for row in session.run(statement).fetchall()}
        return sorted(untext(world) for world in found)

    def kinds(self, world: str) -> dict[str, int]:
        with self._reading() as session:
            rows = session.run(self._statements.kinds, {"world": text(world)}).fetchall()
        return {untext(kind): number for kind, number in rows}

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """The open transaction, or one of its own that waits for no world."""
        if getattr(self._here, "session", None) is not None:
            yield self._session()
        else:
            with self._transaction() as session:
                yield session

    @contextmanager
    def copied(self, source: str, target: str) -> Iterator[bool]:
        with self._transaction(target, source) as session:
            held = target in self.worlds()
            if source != target:
                for statement in self._statements.drop:
                    session.run(statement, {"world": text(target)})
                for statement in self._statements.copy:
                    session.run(statement, {"world": text(source), "target": text(target)})
            yield held

    def drop(self, world: str) -> None:
        with self._transaction(world) as session:
            for statement in self._statements.drop:
                session.run(statement, {"world": text(world)})

    def close(self) -> None:
        self._database.close()

    def _declare(self, kinds: Iterable[Kind]) -> None:
        """Index anew the records of each kind whose declaration has changed since they were written."""
        wanted = {plan.name: plan for plan in map(_Plan, kinds)}
        if not wanted:
            return
        with self._database.exclusive() as session:
            known = dict(session.run(self._statements.declared).fetchall())
            for name, plan in wanted.items():
                if known.get(name) == plan.declared:
                    continue
                session.run(self._statements.undeclare, {"kind": name})
                session.run(self._statements.declare, {"kind": name, "fields": plan.declared})
                session.run(self._statements.untally, {"kind": name})
                session.run(self._statements.unindex, {"kind": name, "field": KEY})
                for world, seq, stored in session.run(self._statements.bodies, {"kind": name}).fetchall():
                    place = {"world": world, "kind": name, "seq": seq}
                    self._index(session, plan, place, plan.entries(unbody(stored)))


def _place(world: str, plan: _Plan, key: str) -> dict[str, Any]:
    return {"world": text(world), "kind": plan.name, "field": KEY, "key": short(text(key))}


def _numbered(entries: Iterable[tuple[bytes, bytes]]) -> dict[str, Any]:
    parameters = {}
    for number, (field, value) in enumerate(entries):
        parameters[f"field{number}"] = field
        parameters[f"value{number}"] = value
    return parameters
