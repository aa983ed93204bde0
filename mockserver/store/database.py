"""A SQLite file or a PostgreSQL database: connections, transactions, and one clear line when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from sqlite3 import sqlite_version_info
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from mockserver.store import StoreError
from mockserver.store.encoding import lock
from mockserver.store.statements import PREFIX, VERSION, Statements

PATIENCE = 30
"""Seconds to wait for another transaction of the same world before giving up."""

Parameters = Mapping[str, Any]

# WAL lets one process read while another writes. Its `synchronous=NORMAL` leaves a commit with the operating system, so
# no end of this process, not even SIGKILL, loses it; only a power cut may lose the last ones, and then nothing is torn.
_SQLITE = (
    f"PRAGMA busy_timeout = {PATIENCE * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
)
# Every search has its index, whatever the planner thinks of tables that it has not yet counted.
_POSTGRESQL = (
    f"SET lock_timeout = '{PATIENCE}s'",
    f"SET idle_in_transaction_session_timeout = '{2 * PATIENCE}s'",
    "SET plan_cache_mode = force_generic_plan",
    *(f"SET enable_{way} = off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")),
    "SET jit = off",
)
_SCHEMA_LOCK = "the schema"


class Session:
    """One transaction on one connection. After a failure it takes nothing more, and cannot be committed."""

    __slots__ = ("_cursor", "_database", "_depth", "connection", "failed", "world")

    def __init__(self, database: Database, connection: PoolProxiedConnection, world: str | None) -> None:
        self._database = database
        self._cursor = connection.cursor(**database.cursor_options)
        self._depth = 0
        self.connection = connection
        self.world = world
        self.failed: StoreError | None = None

    def run(self, statement: str, parameters: Parameters | None = None) -> Any:
        """The cursor, ready to fetch from. Raises StoreError."""
        if self.failed:
            raise StoreError(str(self.failed))
        try:
            return self._cursor.execute(statement, parameters or {})
        except self._database.errors as error:
            self.failed = self._database.failure(error)
            raise self.failed from error

    def run_each(self, statement: str, parameters: Sequence[Parameters]) -> None:
        if self.failed:
            raise StoreError(str(self.failed))
        try:
            self._cursor.executemany(statement, parameters)
        except self._database.errors as error:
            self.failed = self._database.failure(error)
            raise self.failed from error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self._depth += 1
        name = f"s{self._depth}"
        try:
            self.run(f"SAVEPOINT {name}")
            yield
        except BaseException:
            with suppress(StoreError):
                self.run(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        finally:
            self._depth -= 1
        self.run(f"RELEASE SAVEPOINT {name}")


class Database:
    """The database behind a URL (`sqlite:///FILE`, `postgresql://…`), its tables made if there are none.

    Raises StoreError when it cannot be reached or written, or holds something else.
    """

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.label = _label(self._url)
        self._lite = self._url.drivername == "sqlite"
        if self._lite and sqlite_version_info < (3, 35):
            raise StoreError(f"{self.label}: needs SQLite 3.35 or later")
        self._turn = Lock() if self._lite else None  # threads take turns here: SQLite's own waiting is by sleeping
        self.cursor_options = {} if self._lite else {"binary": True}
        options: dict[str, Any] = {"connect_args": {} if self._lite else {"connect_timeout": 10}}
        if self._lite:
            options["paramstyle"] = "named"
        try:
            # AUTOCOMMIT: the driver begins nothing by itself. More threads than connections wait for one.
            self._engine = sa.create_engine(
                self._url, isolation_level="AUTOCOMMIT", pool_size=8, max_overflow=24, pool_timeout=PATIENCE, **options
            )
        except ImportError as error:
            raise StoreError(f"{self.label}: its driver is not installed ({error.name})") from error
        self._dialect: Any = self._engine.dialect
        self.errors: tuple[type[Exception], ...] = (self._dialect.loaded_dbapi.Error, SQLAlchemyError)
        sa.event.listen(self._engine, "connect", self._connected)
        self.statements = Statements(self._dialect)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _connected(self, connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for setting in _SQLITE if self._lite else _POSTGRESQL:
            cursor.execute(setting)
        cursor.close()

    def failure(self, error: Exception) -> StoreError:
        lines = str(getattr(error, "orig", None) or error).strip().splitlines()
        return StoreError(f"{self.label}: {lines[0] if lines else type(error).__name__}")

    @contextmanager
    def transaction(self, *worlds: str) -> Iterator[Session]:
        """A transaction that follows all others of these worlds: PostgreSQL locks them, SQLite the whole file."""
        if self._turn and not self._turn.acquire(timeout=PATIENCE):
            raise StoreError(f"{self.label}: another transaction has not ended for {PATIENCE} seconds")
        try:
            session = self._begin(worlds)
            try:
                yield session
                session.run("COMMIT")
            except BaseException:
                self._roll_back(session)
                raise
            finally:
                session.connection.close()
        finally:
            if self._turn:
                self._turn.release()

    @contextmanager
    def exclusive(self) -> Iterator[Session]:
        """A transaction beside which no other one writes."""
        with self.transaction(_SCHEMA_LOCK) as session:
            for statement in () if self._lite else self.statements.lock:
                session.run(statement)
            yield session

    def _begin(self, worlds: tuple[str, ...]) -> Session:
        """Nothing has been done yet, so a connection that has died in the pool is quietly replaced, once."""
        begin = "BEGIN IMMEDIATE"
        if not self._lite:
            # One round trip. Each statement after it sees what was committed before the lock was had.
            locks = (f"; SELECT pg_advisory_xact_lock({number})" for number in sorted({lock(name) for name in worlds}))
            begin = "BEGIN ISOLATION LEVEL READ COMMITTED" + "".join(locks)
        for last in (False, True):
            session = None
            try:
                session = Session(self, self._engine.raw_connection(), worlds[0] if worlds else None)
                session.connection.cursor().execute(begin)
                return session
            except self.errors as error:
                if session is not None:
                    lost = self._dialect.is_disconnect(error, session.connection.dbapi_connection, None)
                    session.connection.invalidate()
                    if lost and not last:
                        self._engine.dispose()
                        continue
                raise self.failure(error) from error
        raise AssertionError

    def _roll_back(self, session: Session) -> None:
        if session.failed is None:
            with suppress(StoreError):
                session.run("ROLLBACK")
        if session.failed is not None:
            session.connection.invalidate()

    def _prepare(self) -> None:
        with self.transaction(_SCHEMA_LOCK) as session:
            try:
                tables = set(sa.inspect(self._engine).get_table_names())
            except self.errors as error:
                raise self.failure(error) from error
            known = any(name == PREFIX + "schema" for name in tables)
            if not known and any(self._lite or name.startswith(PREFIX) for name in tables):
                raise StoreError(f"{self.label}: holds something else, not what bodydouble writes")
            if known:
                found = session.run(self.statements.version).fetchall()
                versions = ", ".join(str(row[0]) for row in found) or "unknown"
                if versions != str(VERSION):
                    raise StoreError(
                        f"{self.label}: was written by another version of bodydouble "
                        f"(schema {versions}, this one reads {VERSION}); use a new database"
                    )
                return
            for statement in self.statements.create:
                session.run(statement)
            session.run(self.statements.write_version, {"version": VERSION})

    def close(self) -> None:
        self._engine.dispose()


def _parsed(url: str) -> sa.URL:
    wanted = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        parsed = sa.make_url(url)
    except (SQLAlchemyError, ValueError):
        raise StoreError(f"the URL of the store cannot be read: {wanted}") from None
    driver = parsed.drivername.partition("+")[0]
    if driver == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    if driver in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"the store cannot be {driver!r} ({parsed.database or 'no database'}): {wanted}")


def _label(url: sa.URL) -> str:
    """Which database, for messages: never the password, nor the query, which may hold one."""
    if url.drivername == "sqlite":
        return f"SQLite file {url.database}"
    host = url.host or url.normalized_query.get("host", ("localhost",))[0]
    return f"PostgreSQL {url.database or url.username or ''} on {host}{f':{url.port}' if url.port else ''}"
