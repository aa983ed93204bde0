"""What a run made on a real target, so that it is removed again at the end, however the run ends.

Entries are appended to a file at once, one file for each process, so that neither Ctrl-C nor a crash loses them. How a
thing is removed follows from the spec (`contracts.removal`); where no spec can say it, a vendor's module does:

    @clean_up("subscriptions.change_subscription")
    def unsubscribe(client: Client, made: Exchange) -> bool:
        return client.call(…).status == 200

`made` has neither request headers nor credentials in its body. False, or NotProvokable with a reason, means that it
stays; None that there was nothing.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from contracts import removal, vendors
from contracts.client import Client
from contracts.exchange import Exchange, excerpt
from contracts.finding import NotProvokable, TargetTrouble
from contracts.shape import STUMBLES, any_misshapen
from specs import Operation, Spec

CleanUp = Callable[[Client, Exchange], bool | None]
F = TypeVar("F", bound=CleanUp)
_MARK = "__clean_up__"
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Left:
    """A thing that could not be removed: the operation that made it, what is known of it, and why it stays."""

    operation: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.what}: {self.why}"


def clean_up(operation: str) -> Callable[[F], F]:
    """Mark a vendor's function as the way to remove what an operation made."""

    def mark(function: F) -> F:
        setattr(function, _MARK, operation)
        return function

    return mark


def functions(spec: Spec) -> dict[str, CleanUp]:
    """A vendor's own clean-up functions by operation."""
    written = (it for module in vendors.recipe_modules(spec) for it in vars(module).values())
    return {getattr(it, _MARK): it for it in written if callable(it) and hasattr(it, _MARK)}


class Ledger:
    """Notes what is made and what is deleted, in files of one directory; `name` is this process's file."""

    def __init__(self, spec: Spec, directory: Path, name: str = "0") -> None:
        self._spec, self._directory = spec, directory
        self._file = (directory / name).open("ab", buffering=0)
        self._own = functions(spec)

    def close(self) -> None:
        """Close this process's file; the entries stay."""
        self._file.close()

    def note(self, exchange: Exchange, operation: Operation) -> None:
        """Keep an exchange that made something, or deleted something."""
        own = operation.id in self._own and (exchange.response is None or 200 <= exchange.status < 300)
        gone = exchange.request.method == "DELETE" and 200 <= exchange.status < 300
        if gone or own or removal.makes(exchange, operation, self._spec):
            bare = replace(exchange, request=replace(exchange.request, headers=_only_type(exchange)))
            self._file.write(pickle.dumps(bare))

    def entries(self) -> list[Exchange]:
        """What all processes noted; the order is each process's own."""
        return [it for path in sorted(self._directory.iterdir()) for it in _entries(path)]

    def remove_all(self, client: Client) -> tuple[int, list[Left]]:
        """Remove what was made, the newest first: how many things are gone, and which stay.

        It goes on when one cannot be removed, and stops when the target is gone or the user presses Ctrl-C again.
        """
        entries = self.entries()
        removed, left, stopped = 0, list[Left](), ""
        done: set[str] = set()
        for made in reversed(entries):
            operation = self._spec.operations[made.operation]
            way = None if operation.id in self._own else removal.removal(made, operation, self._spec)
            path = way.path(self._spec) if way else ""
            if made.request.method == "DELETE":
                done.add(_path(made))
            if made.request.method == "DELETE" or path in done:
                continue
            done |= {path} if path else set()
            why: str | None = stopped
            if not stopped:
                try:
                    why = self._remove(made, operation, way, client)
                except KeyboardInterrupt:
                    why = stopped = "the clean-up was interrupted"
                except TargetTrouble as trouble:
                    why = stopped = str(trouble)
            removed += why is None
            if why:
                left.append(Left(operation.id, path or _known(made, removal.answer(made, operation, self._spec)), why))
        return removed, left

    def _remove(self, made: Exchange, operation: Operation, way: removal.Removal | None, client: Client) -> str | None:
        """None when it is gone, "" when there was nothing to remove, else why it stays."""
        own = self._own.get(operation.id)
        try:
            if made.response is None:
                return f"no answer to the request that may have made it ({made.trouble})"
            if own is not None:
                gone = own(client, made)
                return "" if gone is None else None if gone else f"{operation.id}'s clean-up did not succeed"
            if way is None:
                return "no operation of the spec deletes it"
            arguments: dict[str, Any] = {**way.arguments}
            status = client.call(way.operation, **arguments).status
            return None if 200 <= status < 300 or status in _GONE else f"{way.operation} answered {status or 'nothing'}"
        except NotProvokable as reason:
            return str(reason)
        except STUMBLES:
            if not any_misshapen((made, *client.sent), self._spec):
                raise
            return f"{operation.id} answered in another shape than documented"


def summary(removed: int, left: Iterable[Left], shown: int = 5) -> Iterator[str]:
    """What became of the things that a run made, in a few lines for people."""
    left = list(left)
    if removed or left:
        yield f"removed {removed} of {removed + len(left)} things that this run made"
    groups: dict[tuple[str, str], list[str]] = {}
    for it in left:
        groups.setdefault((it.operation, it.why), []).append(it.what)
    for (operation, why), things in groups.items():
        more = f" and {len(things) - shown} more" if len(things) > shown else ""
        yield f"left behind by {operation}: {', '.join(things[:shown])}{more}: {why}"


def _entries(path: Path) -> Iterator[Exchange]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except (EOFError, pickle.UnpicklingError):
                return  # The end, or a process that was killed in the middle of a line.


def _only_type(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in exchange.request.headers if name.lower() == "content-type")


def _path(exchange: Exchange) -> str:
    return unquote(urlsplit(exchange.request.url.removeprefix(exchange.base)).path)


def _known(made: Exchange, value: Any) -> str:
    """What is known of a thing that no operation addresses: where it is, its ids, or else how the answer begins."""
    location = made.response.header("location") if made.response else None
    members = value.items() if isinstance(value, dict) else ()
    ids = [f"{name} {it}" for name, it in members if name.lower().endswith(("id", "key")) and isinstance(it, str | int)]
    return (
        location
        or ", ".join(ids)
        or excerpt(made.response.body if made.response else made.request.body or b"", 120)
        or "unknown"
    )
