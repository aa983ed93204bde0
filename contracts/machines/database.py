"""Where Hypothesis keeps the sequences that failed, so that the next run, or another machine, tries them first."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    ExampleDatabase,
    InMemoryExampleDatabase,
    choices_from_bytes,
    choices_to_bytes,
)

from contracts.finding import UsageError

_REDIS = ("redis://", "rediss://", "unix://")
_PREFIX = b"bodydouble:"


def opened(place: str | None) -> ExampleDatabase | None:
    """The database at a directory or a `redis://` URL. Raises UsageError when it cannot be used."""
    if place is None:
        return None
    if place.startswith(_REDIS):
        return _redis(place)
    if "://" in place:
        raise UsageError(f"--database {place!r} is neither a directory nor a redis:// URL")
    try:
        Path(place).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--database {place}: cannot be used: {error.strerror}") from None
    return DirectoryBasedExampleDatabase(place)


def _redis(url: str) -> ExampleDatabase:
    try:
        redis: Any = import_module("redis")
        from hypothesis.extra.redis import RedisExampleDatabase
    except ImportError:
        raise UsageError("--database redis://… needs the package redis: pip install 'bodydouble[redis]'") from None
    try:
        client = redis.Redis.from_url(url)
        client.ping()
    except (redis.RedisError, ValueError) as error:
        raise UsageError(f"--database: Redis cannot be used: {str(error).rstrip('.')}") from None
    return RedisExampleDatabase(client, key_prefix=_PREFIX)


class Shelf(ExampleDatabase):
    """One machine's part of a database: Hypothesis tells tests apart by their source, which all machines share."""

    def __init__(self, whole: ExampleDatabase, name: str) -> None:
        super().__init__()
        self._whole, self._name = whole, name.encode() + b":"

    def save(self, key: bytes, value: bytes) -> None:
        self._whole.save(self._name + key, value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return self._whole.fetch(self._name + key)

    def delete(self, key: bytes, value: bytes) -> None:
        self._whole.delete(self._name + key, value)


class Handover(ExampleDatabase):
    """What one pass of a hunt found, for the pass that makes it smaller; `kept`, if there is one, gets all of it too.

    Until something is found, what failed in earlier runs is tried.
    """

    def __init__(self, kept: ExampleDatabase | None) -> None:
        super().__init__()
        self._found, self._kept = InMemoryExampleDatabase(), kept or InMemoryExampleDatabase()

    def save(self, key: bytes, value: bytes) -> None:
        self._found.save(key, value)
        self._kept.save(key, value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        # Hypothesis takes what its database has as shrunk already, unless a sequence does not use all of it.
        longer = [choices_to_bytes((*(choices_from_bytes(it) or ()), False)) for it in self._found.fetch(key)]
        return longer or self._kept.fetch(key)

    def delete(self, key: bytes, value: bytes) -> None:
        self._found.delete(key, value)
        self._kept.delete(key, value)
