"""From a recording to a fixture: the records that a vendor must have had, to answer as it did.

What an answer tells of records is said by the vendor's `recorded.py`, beside the handlers that show them. What a
confirmed PUT, PATCH or DELETE did is not said again: the mock's own handler carries it out. In the end the mock is
asked what the recording asks, and has to answer as recorded: that holds the one to the other.
"""

from __future__ import annotations

import importlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mockserver.clock import now
from mockserver.exchange import Exchange, Pieces, Stream, by_name
from mockserver.fixtures import Fixture, record_problem
from mockserver.pipeline import CompiledOperation
from mockserver.recorded_said import decoded, given, media_type, parts
from mockserver.recorded_said import path as path_values
from mockserver.store import Kind, Record, Taken
from mockserver.store.memory import MemoryStore
from mockserver.vendor import Vendor
from mockserver.world import World
from mockserver.worlds import Worlds
from specs import Operation, har
from specs.paths import Match, Paths

ALWAYS = "*"
_COLLECTED, _NOTHING, _MADE = "collected", "nothing", "made"
_CHANGING = frozenset(("PUT", "PATCH", "DELETE"))
_SHOWN = 5
_OWN = frozenset(("authorization", "content-length", "host"))
Tells = Callable[[World, "Seen"], None]
Opens = Callable[[World, Operation, Mapping[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one answer shows. `value` is an object of the schema that a function is named for, or the whole body.

    `given` are the parameters of path, query and headers by their names as arguments, `asked` is the decoded body of
    the request, `at` the time of it in seconds since the epoch, which is the world's too.
    """

    value: Any
    given: Mapping[str, str]
    asked: Any
    at: float


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a recording: records by kind, notes for people, and how many reads the mock answers as recorded."""

    records: dict[str, list[Record]]
    notes: tuple[str, ...]
    reads: int
    same: int
    early: str = ""


def put(world: World, kind: str, record: Record) -> None:
    """Put a record where what was told before must give way: the other that holds what is unique is gone by now."""
    while True:
        try:
            world.put(kind, record)
        except Taken as taken:
            world.delete(kind, taken.owner)
        else:
            return


class _Noting(MemoryStore):
    """A store that notes which records are put, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: dict[str, dict[str, None]] = {}

    def put(self, world: str, kind: Kind, key: str, record: Record) -> None:
        super().put(world, kind, key, record)
        self.noted.setdefault(kind.name, {})[key] = None


class Order:
    """The order of records as lists show it, where lists say the same of two of them; else that of the newest list."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def show(self, keys: Sequence[str]) -> None:
        """A list has these, in this order."""
        free = sorted(self._places[key] for key in keys if key in self._places)
        free += range(len(self._places), len(self._places) + len(keys) - len(free))
        self._places.update(zip(keys, free, strict=True))

    def sorted(self, records: Iterable[Record], key: str) -> list[Record]:
        """The records by their places; those that were in no list come last, as they are."""
        return sorted(records, key=lambda it: self._places.get(str(it[key]), len(self._places)))


class Collector:
    """Collects the records of one vendor in a world of its own."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor, self._spec = vendor, vendor.spec
        self._store = _Noting()
        self._orders: defaultdict[str, Order] = defaultdict(Order)
        self._fixtures = {_NOTHING: Fixture(_NOTHING, {}, _NOTHING)}
        module = _module(vendor)
        self._tells: Mapping[str, Tells] = getattr(module, "TELLS", {})
        self._carried: frozenset[str] = getattr(module, "CARRIED", frozenset())
        self._opens: Opens | None = getattr(module, "opens", None)
        self._tell_of: Callable[[World], Iterable[str]] | None = getattr(module, "notes", None)
        self._worlds = Worlds(self._store, {vendor.name: vendor}, self._fixtures)
        self._world = _COLLECTED
        self._paths = Paths(vendor.spec)
        self._compiled: dict[str, CompiledOperation] = {}
        self._notes: Counter[str] = Counter()
        self._last: dict[str, int] = {}

    def collect(self, path: Path) -> Made:
        """Read a recording: twice, for what one answer tells may need what a later one does, and once more to check.
        Raises HarError when not even its first entry can be read."""
        self._worlds.create(_COLLECTED, fixture=_NOTHING, rate_limits=False)
        early = ""
        for _ in range(2):
            self._notes.clear()
            early = self._each(path, self._learn)
        records = self._records()
        differing = self._compared(path, records)
        shown = [f"not answered as recorded: {it}" for it in differing[:_SHOWN]]
        if len(differing) > _SHOWN:
            shown.append(f"and {len(differing) - _SHOWN} more")
        notes = [f"{count} × {text}" for text, count in self._notes.items() if count]
        reads = len(self._last)
        return Made(records, (*notes, *self._told_of_world(), *shown), reads, reads - len(differing), early)

    def _told_of_world(self) -> list[str]:
        if self._tell_of is None:
            return []
        with self._worlds.open(_MADE) as settings:
            return [*self._tell_of(self._worlds.world(settings, self._vendor.name))]

    def _compared(self, path: Path, records: dict[str, list[Record]]) -> list[str]:
        """The recording's reads that a world made of the records answers otherwise."""
        self._fixtures[_MADE] = Fixture(_MADE, {self._vendor.name: records}, _MADE)
        self._worlds.create(_MADE, fixture=_MADE, rate_limits=False)
        self._world = _MADE
        differing: list[str] = []
        self._each(path, partial(self._ask, differing=differing), again=True)
        return differing

    def _each(self, path: Path, act: Callable[[har.Entry, Match], None], again: bool = False) -> str:
        """Act on each answered request to the vendor; how the file ended early, if it did."""
        done = 0
        try:
            for entry in har.entries(path):
                match = self._paths.find(entry.request.method, entry.request.url)
                if match is None:
                    self._notes["left out: no operation of the spec"] += not again
                elif entry.response is not None:
                    self._set_clock(entry)
                    act(entry, match)
                done += 1
        except har.Truncated:
            return f"{path}: ends in the middle of an entry; what came before was taken"
        except har.HarError as error:
            if not done:
                raise
            return f"{error}; what came before was taken"
        return ""

    def _learn(self, entry: har.Entry, match: Match) -> None:
        response, operation = entry.response, match.operation
        if response is None or not 200 <= response.status < 300:
            return
        arguments = given(operation, match, entry.request)
        asked = decoded(operation.body, entry.request.headers, entry.request.body, self._spec)
        documented = operation.response(response.status)
        content = documented.content if documented else {}
        value = decoded(content, response.headers, response.body, self._spec) if entry.whole else None
        if not entry.whole:
            self._notes["left out: the recording has not kept the body"] += 1
        if operation.method in _CHANGING or operation.id in self._carried:
            self._carry_out(entry, match)
        elif operation.method == "GET":
            self._last[entry.request.url] = entry.number
        self._store.noted.clear()
        with self._worlds.open(_COLLECTED) as settings:
            world = self._worlds.world(settings, self._vendor.name)
            for name, part in self._parts(operation, content, response.headers, value):
                tell = self._tells.get(name)
                if tell is not None:
                    self._told(world, tell, Seen(part, arguments, asked, world.now), operation)
        for kind, keys in self._store.noted.items():
            if operation.method == "GET" and len(keys) > 1:
                self._orders[kind].show([*keys])

    def _set_clock(self, entry: har.Entry) -> None:
        """The world's time is that of the request."""
        at = entry.started if entry.started is not None else now(0.0, None)
        with self._worlds.open(self._world) as settings:
            self._worlds.change(settings, clock={"offset": 0.0, "frozen": at})

    def _told(self, world: World, tell: Tells, seen: Seen, operation: Operation) -> None:
        try:
            with self._worlds.store.savepoint():
                tell(world, seen)
        except Taken as taken:
            self._notes[f"{operation.id}: contradicts what was told before ({taken.field})"] += 1
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            self._notes[f"{operation.id}: is not as the spec has it, and tells nothing"] += 1

    def _parts(self, operation: Operation, content: Any, headers: har.Headers, value: Any) -> Iterator[tuple[str, Any]]:
        yield ALWAYS, value
        yield operation.id, value
        media = content.get(media_type(headers))
        if media is not None and media.schema is not None and value is not None:
            yield from parts(self._spec, media.schema, value)

    def _carry_out(self, entry: har.Entry, match: Match) -> None:
        """Have the mock do what the vendor did; where it knows too little for that, the answer has to tell."""
        status, _ = self._answer(entry, match)
        if status >= 400:
            self._notes[f"{match.operation.id}: cannot be carried out on what the recording shows"] += 1

    def _answer(self, entry: har.Entry, match: Match) -> tuple[int, bytes]:
        operation, request = match.operation, entry.request
        compiled = self._compiled.get(operation.id)
        if compiled is None:
            compiled = CompiledOperation(operation, self._vendor, self._worlds, self._vendor.function(operation.id))
            self._compiled[operation.id] = compiled
        url, body = urlsplit(request.url), request.body or b""
        target = urlunsplit(("", "", url.path or "/", url.query, ""))
        headers = {name.lower(): value for name, value in request.headers if name.lower() not in _OWN}
        signed = self._vendor.signed(operation.method, target, body) | self._opened(entry, match)
        headers |= {name.lower(): value for name, value in signed.items()}
        headers["host"] = url.netloc  # links are made of it
        raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
        exchange = Exchange(
            entry.number, operation.method, target, raw, by_name(raw), url.scheme, world=self._world,
            vendor=self._vendor.name, base=urlsplit(match.base).path, operation=operation.id, request_body=body,
        )  # fmt: skip
        (status, _, answer), _ = compiled.answer(exchange, path_values(operation, match, request.url), body)
        return status, b"".join(answer) if isinstance(answer, Pieces) else b"" if isinstance(answer, Stream) else answer

    def _opened(self, entry: har.Entry, match: Match) -> dict[str, str]:
        """Headers that let a request in which the vendor's usual credentials do not open."""
        if self._opens is None:
            return {}
        with self._worlds.open(self._world) as settings:
            world = self._worlds.world(settings, self._vendor.name)
            return self._opens(world, match.operation, given(match.operation, match, entry.request))

    def _ask(self, entry: har.Entry, match: Match, differing: list[str]) -> None:
        """Hold the mock's answer to a recorded one, where nothing that was recorded later changed it."""
        response = entry.response
        if self._last.get(entry.request.url) != entry.number or response is None or not entry.whole:
            return
        status, body = self._answer(entry, match)
        documented = match.operation.response(status)
        content = documented.content if documented else {}
        one = decoded(content, response.headers, response.body, self._spec)
        if (status, decoded(content, response.headers, body, self._spec)) != (response.status, one):
            differing.append(f"{entry.request.method} {entry.request.url} (entry {entry.number}), with {status}")

    def _records(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        with self._worlds.open(_COLLECTED) as settings:
            world = self._worlds.world(settings, self._vendor.name)
            for kind, known in self._vendor.kinds.items():
                records = []
                for record in world.find(kind):
                    problem = record_problem(self._vendor, kind, record)
                    if problem is None:
                        records.append(record)
                    else:
                        self._notes[f"{kind}: left out, for too little is known of it: {problem[0]}"] += 1
                if records:
                    found[kind] = self._orders[known.name].sorted(records, known.key)
        return found


def _module(vendor: Vendor) -> ModuleType | None:
    """The vendor's `recorded.py`: TELLS, functions by schema or operationId, and CARRIED, which POSTs make no ids, so
    that the handler can carry them out too; `opens`, headers for a request that the usual credentials do not open; and
    `notes`, what people have to know of the world that was made."""
    try:
        return importlib.import_module(f"{vendor.package}.recorded")
    except ModuleNotFoundError as error:
        if error.name is None or not f"{vendor.package}.recorded".startswith(error.name):
            raise
        return None
