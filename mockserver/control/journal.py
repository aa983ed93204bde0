"""What a world's vendors were asked and answered; the same filters serve to look and to assert."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.to_thread
import orjson

from mockserver.control.again import Again
from mockserver.control.explanation import explanation
from mockserver.control.shown import facts, headline
from mockserver.errors import Conflict, NotFound
from mockserver.exchange import Exchange, Reply, Request, Stream
from mockserver.journal import Filter, Journal, News
from mockserver.worlds import UnknownWorld, Worlds

_TICK = 0.25  # seconds between two looks at what is new: so often at most is a stream written to
_QUIET = 60  # looks without news after which a stream says that it is still there


def list_exchanges(
    worlds: Worlds,
    journal: Journal,
    world: str,
    *,
    limit: int,
    vendor: str | None = None,
    operation: str | None = None,
    status: str | None = None,
    method: str | None = None,
    path: str | None = None,
    text: str | None = None,
    refused: bool | None = None,
    defect: bool | None = None,
    fault: bool | None = None,
    after: int | None = None,
) -> Reply:
    """How many exchanges match, and the last `limit` of them, oldest first. Raises UnknownWorld."""
    worlds.require(world)
    wanted = _filter(vendor, operation, status, method, path, text, refused, defect, fault, after)
    total, found = journal.find(world, wanted, limit)
    return Reply({"total": total, "exchanges": [facts(it, worlds.secrets(it.vendor)) for it in found]})


def clear_journal(worlds: Worlds, journal: Journal, world: str) -> Reply:
    """Forget what happened so far. Raises UnknownWorld."""
    worlds.require(world)
    journal.clear(world)
    return Reply(None, 204)


def stream_exchanges(
    worlds: Worlds,
    journal: Journal,
    world: str,
    request: Request,
    *,
    most: int,
    seconds: float | None = None,
    vendor: str | None = None,
    operation: str | None = None,
    status: str | None = None,
    method: str | None = None,
    path: str | None = None,
    text: str | None = None,
    refused: bool | None = None,
    defect: bool | None = None,
    fault: bool | None = None,
    after: int | None = None,
    last_event_id: int | None = None,
) -> Reply:
    """Server-sent events with what is new, the newest `most` of it at a time. Raises UnknownWorld."""
    worlds.require(world)
    wanted = _filter(vendor, operation, status, method, path, text, refused, defect, fault)
    begin = after if last_event_id is None else last_event_id
    looks = None if seconds is None else int(seconds / _TICK)
    return Reply(Stream(_events(worlds, journal, world, wanted, most, begin, looks)))


async def _events(
    worlds: Worlds, journal: Journal, world: str, wanted: Filter, most: int, after: int | None, looks: int | None
) -> AsyncIterator[bytes]:
    """What is new, looked for a few times a second: requests pay nothing for being watched, however many there are."""

    def look(after: int) -> News:
        worlds.require(world)
        return journal.since(world, after, wanted, most)

    in_thread = worlds.store.name != "memory"
    quiet = 0
    while looks is None or looks >= 0:
        try:
            news = await anyio.to_thread.run_sync(look, after or 0) if in_thread else look(after or 0)
        except UnknownWorld:
            yield b"event: gone\ndata: {}\n\n"
            return
        if news.exchanges or after is None or (news.missed and news.last != after):
            yield _event(worlds, news, missed=news.missed if after is not None else 0)
            quiet = 0
        else:
            quiet = (quiet + 1) % _QUIET
            yield b": still here\n\n" if quiet == 0 else b""
        after = news.last
        if looks is not None:
            looks -= 1
        if looks is None or looks >= 0:
            await anyio.sleep(_TICK)


def _event(worlds: Worlds, news: News, missed: int) -> bytes:
    data: dict[str, Any] = {
        "missed": missed,
        "exchanges": [headline(it, worlds.secrets(it.vendor)) for it in news.exchanges],
    }
    return b"id: %d\ndata: %b\n\n" % (news.last, orjson.dumps(data))


def get_exchange(worlds: Worlds, journal: Journal, world: str, exchange_id: int) -> Reply:
    """One exchange. Raises UnknownWorld, NotFound."""
    kept = _kept(worlds, journal, world, exchange_id)
    return Reply(facts(kept, worlds.secrets(kept.vendor)))


async def before_explain_exchange(
    worlds: Worlds, journal: Journal, world: str, exchange_id: int
) -> dict[str, Any] | None:
    """Explain it beside the event loop; None when there is nothing to explain."""
    kept = await _looked_up(worlds, journal, world, exchange_id)
    if kept is None or kept.vendor not in worlds.vendors:
        return None
    return await anyio.to_thread.run_sync(explanation, worlds.vendors[kept.vendor].spec, kept)


def explain_exchange(
    worlds: Worlds, journal: Journal, world: str, exchange_id: int, prepared: dict[str, Any] | None
) -> Reply:
    """Where the spec says why a request was refused, and what would have been taken. Raises UnknownWorld, NotFound."""
    if prepared is None:
        _kept(worlds, journal, world, exchange_id)
        raise NotFound(f"exchange {exchange_id} has only just come: ask again")
    return Reply(prepared)


async def before_replay_exchange(
    worlds: Worlds, journal: Journal, again: Again, world: str, exchange_id: int, body: dict[str, Any] | None = None
) -> Exchange | None:
    """Send the request again, and wait for its answer; None when there is none to send."""
    kept = await _looked_up(worlds, journal, world, exchange_id)
    return None if kept is None else await again.send(kept)


def replay_exchange(worlds: Worlds, journal: Journal, world: str, exchange_id: int, prepared: Exchange | None) -> Reply:
    """The exchange that came of sending a kept request again, with the credentials it had. Raises UnknownWorld,
    NotFound, Conflict."""
    if prepared is None:
        _kept(worlds, journal, world, exchange_id)
        raise Conflict("this request's body was not kept whole", detail="send it from its client")
    return Reply(facts(prepared, worlds.secrets(prepared.vendor)), 201)


async def _looked_up(worlds: Worlds, journal: Journal, world: str, exchange_id: int) -> Exchange | None:
    if worlds.store.name == "memory":
        return journal.get(world, exchange_id)
    return await anyio.to_thread.run_sync(journal.get, world, exchange_id)


def _filter(vendor: str | None, operation: str | None, status: str | None, method: str | None, *others: Any) -> Filter:
    return Filter(vendor, operation, _statuses(status), method.upper() if method else None, *others)


def _statuses(text: str | None) -> range | None:
    """One status, or all of a class: `404`, `4XX`."""
    if text is None:
        return None
    first, size = (int(text[0]) * 100, 100) if text[1:].upper() == "XX" else (int(text), 1)
    return range(first, first + size)


def _kept(worlds: Worlds, journal: Journal, world: str, exchange_id: int) -> Exchange:
    worlds.require(world)
    exchange = journal.get(world, exchange_id)
    if exchange is None:
        raise NotFound(f"world {world!r} has no exchange {exchange_id}", detail="it may be older than what is kept")
    return exchange
