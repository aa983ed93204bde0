"""The tables of a SQL store and every statement on them, compiled once to the text its driver takes.

`records` holds the bodies in order of `seq`, a record's place among those of its kind. `entries` leads to them: a row
for the key of each record (the field without a name) and for each of its indexed fields, in an order that serves every
search: a value, at most a value, those between two, or all values in order, each oldest first. `tallies` say how many
records have a value of a paged field among each CHUNK places, since databases count by reading.

None has a second index, and what belongs together is fetched by a scalar subquery instead of a join. So a planner
has nothing to choose: PostgreSQL's, without statistics (a table just filled), picks plans that read every record.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

VERSION = 2
CHUNK = 1024
PREFIX = "bodydouble_"

Test = Literal["is", "at most", "between", "any"]
Order = Literal["oldest", "up", "down"]

_metadata = sa.MetaData()


def _table(name: str, *columns: Any) -> sa.Table:
    # Without a rowid SQLite keeps the rows in the tree of the primary key: one tree less to walk and to write.
    return sa.Table(PREFIX + name, _metadata, *columns, sqlite_with_rowid=False)


def _bytes(name: str, *, primary: bool = True) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, primary_key=primary, nullable=False)


def _number(name: str, *, primary: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=primary, autoincrement=False, nullable=False)


_schema = _table("schema", _number("version"))
_kinds = _table("kinds", _bytes("kind"), _bytes("fields", primary=False))
_records = _table(
    "records",
    _bytes("world"),
    _bytes("kind"),
    _number("seq"),
    _bytes("key", primary=False),
    _bytes("body", primary=False),
)
_entries = _table("entries", _bytes("world"), _bytes("kind"), _bytes("field"), _bytes("value"), _number("seq"))
_counters = _table("counters", _bytes("world"), _bytes("name"), _number("value", primary=False))
_tallies = _table(
    "tallies",
    _bytes("world"),
    _bytes("kind"),
    _bytes("field"),
    _bytes("value"),
    _number("chunk"),
    _number("records", primary=False),
)
_per_world = (_records, _entries, _tallies, _counters)
KEY = b""
"""The field under which a record's key is found."""

_one: Any = sa.literal_column("1")
_none: Any = sa.literal_column("0")


def _bind(column: sa.ColumnElement[Any], name: str | None = None) -> Any:
    return sa.bindparam(name or column.name, type_=column.type)


def _where(table: Any, *names: str, **renamed: str) -> list[sa.ColumnElement[bool]]:
    """The columns equal parameters of their names, or of other names."""
    parameters = {**{name: name for name in ("world", "kind", *names)}, **renamed}
    return [table.c[column] == _bind(table.c[column], name) for column, name in parameters.items()]


def _first(found: sa.Select[Any]) -> sa.Select[Any]:
    return found.limit(_one).offset(_none)  # SQLite's dialect adds an offset, as a parameter if it is not given


class Statements:
    """The statements for one database, as text; parameters are named."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        r, e = _records, _entries
        by_seq = _where(r, "seq")
        self.create = [self._text(CreateTable(table)) for table in _metadata.sorted_tables]
        self.version = self._text(sa.select(_schema.c.version))
        self.write_version = self._text(_schema.insert().values(version=_bind(_schema.c.version)))
        self.get = self._text(sa.select(e.c.seq, _body_of(e)).where(*_keyed(e)))
        self.owner = self._text(sa.select(r.c.key).where(*by_seq))
        self.add = self._text(r.insert().values({c: _bind(c) for c in r.c}))
        self.replace = self._text(r.update().where(*by_seq).values(body=_bind(r.c.body, "new_body")))
        self.delete = self._text(r.delete().where(*by_seq))
        self.forget = self._text(e.delete().where(*_where(e, "field", "value", "seq")))
        self.bump = self._text(self._bump())
        self.tally = self._text(self._tally())
        self.chunks = self._text(_chunks())
        self.untally = self._text(_tallies.delete().where(_tallies.c.kind == _bind(_tallies.c.kind)))
        self.kinds = self._text(
            sa.select(r.c.kind, sa.func.count()).where(r.c.world == _bind(r.c.world)).group_by(r.c.kind)
        )
        self.worlds = [self._text(_worlds(table)) for table in (r, _counters)]
        self.holders = self._text(_worlds(r, holding=True))
        self.drop = [self._text(table.delete().where(table.c.world == _bind(table.c.world))) for table in _per_world]
        self.copy = [self._text(_copy(table)) for table in _per_world]
        self.declared = self._text(sa.select(_kinds.c.kind, _kinds.c.fields))
        self.undeclare = self._text(_kinds.delete().where(_kinds.c.kind == _bind(_kinds.c.kind)))
        self.declare = self._text(_kinds.insert().values({c: _bind(c) for c in _kinds.c}))
        self.lock = [f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE" for table in _per_world]
        self.bodies = self._text(sa.select(r.c.world, r.c.seq, r.c.body).where(r.c.kind == _bind(r.c.kind)))
        self.unindex = self._text(e.delete().where(e.c.kind == _bind(e.c.kind), e.c.field != _bind(e.c.field)))
        self.look = cache(self._look)
        self.index = cache(self._index)
        self.find = cache(self._find)
        self.count = cache(self._count)
        self.measure = cache(self._measure)

    def _text(self, statement: sa.ClauseElement) -> str:
        return str(statement.compile(dialect=self._dialect))

    def _bump(self) -> sa.ClauseElement:
        c = _counters.c
        insert = sqlite.insert if self._dialect.name == "sqlite" else postgresql.insert
        added = insert(_counters).values(world=_bind(c.world), name=_bind(c.name), value=_one)
        raised = added.on_conflict_do_update(index_elements=[c.world, c.name], set_={"value": c.value + _one})
        return raised.returning(c.value)

    def _tally(self) -> sa.ClauseElement:
        c = _tallies.c
        insert = sqlite.insert if self._dialect.name == "sqlite" else postgresql.insert
        place = [c.world, c.kind, c.field, c.value, c.chunk]
        change = _bind(c.records, "change")
        added = insert(_tallies).values({**{column: _bind(column) for column in place}, c.records: change})
        return added.on_conflict_do_update(index_elements=place, set_={"records": c.records + change})

    def _look(self, unique: int) -> str:
        """Where a record goes: the last place, its own place and body if it has one, who holds each unique value."""
        r, e = _records, _entries
        found: list[Any] = [
            _first(sa.select(r.c.seq).where(*_where(r)).order_by(r.c.seq.desc())),
            sa.select(e.c.seq).where(*_keyed(e)),
            sa.select(_body_of(e)).where(*_keyed(e)),
        ]
        for n in range(unique):
            found.append(_first(sa.select(e.c.seq).where(*_where(e, field=f"field{n}", value=f"value{n}"))))
        return self._text(sa.select(*(part.scalar_subquery() for part in found)))

    def _index(self, size: int) -> str:
        c = _entries.c
        shared = {c.world: _bind(c.world), c.kind: _bind(c.kind), c.seq: _bind(c.seq)}
        rows = [
            {**shared, c.field: _bind(c.field, f"field{n}"), c.value: _bind(c.value, f"value{n}")} for n in range(size)
        ]
        return self._text(_entries.insert().values(rows))

    def _find(self, tests: tuple[Test, ...], order: Order, later: bool = False) -> str:
        """Bodies of the records that pass; in an order, it is by the field of the first test.

        `later`: only of those in the places from `first` on, of records with a value.
        """
        limit, offset = (sa.bindparam(name, type_=sa.BigInteger) for name in ("limit", "offset"))
        if not tests:
            bodies = sa.select(_records.c.body).where(*_where(_records)).order_by(_records.c.seq)
            return self._text(bodies.limit(limit).offset(offset))
        first, conditions = _tested(tests)
        if later:
            conditions.append(first.c.seq >= _bind(first.c.seq, "first"))
        by = {"oldest": [], "up": [first.c.value], "down": [first.c.value.desc()]}[order]
        page = sa.select(first.c.seq).where(*conditions).order_by(*by, first.c.seq).limit(limit).offset(offset)
        found = page.subquery("page")
        return self._text(
            sa.select(_body_of(found)).select_from(found)
        )  # in the order of the page, as there is no other

    def _count(self, tests: tuple[Test, ...]) -> str:
        if not tests:
            return self._text(sa.select(sa.func.count()).select_from(_records).where(*_where(_records)))
        first, conditions = _tested(tests)
        return self._text(sa.select(sa.func.count()).select_from(first).where(*conditions))

    def _measure(self, size: int) -> str:
        """How many records have each value, as far as it matters for where to begin: up to a thousand."""
        c = _entries.c
        enough: Any = sa.literal_column("1000")
        rows = [
            sa.select(c.seq).where(*_where(_entries, field=f"field{n}", value=f"value{n}")).limit(enough).offset(_none)
            for n in range(size)
        ]
        counts = (sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery() for found in rows)
        return self._text(sa.select(*counts))


def _keyed(table: Any) -> list[sa.ColumnElement[bool]]:
    return [*_where(table, value="key"), table.c.field == _bind(table.c.field)]


def _body_of(found: Any) -> Any:
    r = _records.alias("r")
    return sa.select(r.c.body).where(*_where(r), r.c.seq == found.c.seq).correlate(found).scalar_subquery()


def _chunks() -> sa.ClauseElement:
    """How many records have a value among each chunk of places, where there was ever one."""
    c = _tallies.c
    found = sa.select(c.chunk, c.records).where(*_where(_tallies, field="field0", value="value0"))
    return found.order_by(c.chunk)


def _tested(tests: tuple[Test, ...]) -> tuple[Any, list[Any]]:
    """The entries that the first test is about, and what they and the other entries of their records must fulfil."""
    first = _entries.alias("e0")
    conditions: list[Any] = []
    for n, test in enumerate(tests):
        entry = _entries.alias(f"e{n}") if n else first
        own = _where(entry, field=f"field{n}")
        value = _bind(entry.c.value, f"value{n}")
        if test == "between":
            own += [entry.c.value >= value, entry.c.value <= _bind(entry.c.value, f"high{n}")]
        elif test != "any":
            own.append(entry.c.value == value if test == "is" else entry.c.value <= value)
        if n:
            passed = sa.select(entry.c.seq).where(*own, entry.c.seq == first.c.seq).correlate(first)
            conditions.append(passed.scalar_subquery().is_not(None))
        else:
            conditions += own
    return first, conditions


def _worlds(table: sa.Table, holding: bool = False) -> sa.ClauseElement:
    """Each world once, by leaping from one to the next: DISTINCT would read every record.

    `holding`: only those that hold a record of a kind.
    """

    def next_world(*after: sa.ColumnElement[bool]) -> Any:
        return _first(sa.select(table.c.world).where(*after).order_by(table.c.world)).scalar_subquery()

    found = sa.select(next_world().label("world")).cte("found", recursive=True)
    found = found.union_all(sa.select(next_world(table.c.world > found.c.world)).where(found.c.world.is_not(None)))
    worlds = sa.select(found.c.world).where(found.c.world.is_not(None))
    if not holding:
        return worlds
    of_kind = sa.select(table.c.seq).where(table.c.world == found.c.world, table.c.kind == _bind(table.c.kind))
    return worlds.where(_first(of_kind).scalar_subquery().is_not(None))


def _copy(table: sa.Table) -> sa.ClauseElement:
    columns = [column for column in table.c if column.name != "world"]
    target = sa.bindparam("target", type_=sa.LargeBinary)
    rows = sa.select(target, *columns).where(table.c.world == _bind(table.c.world))
    return table.insert().from_select(["world", *(column.name for column in columns)], rows)
