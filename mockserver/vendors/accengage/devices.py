"""The devices of an application (REST API Documentation, Devices)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, repeat
from typing import Any

from mockserver.clock import iso
from mockserver.exchange import Reply, Request
from mockserver.parameters import query
from mockserver.store import Between, Record, joined
from mockserver.vendors.accengage import dates, paging, userbase
from mockserver.vendors.accengage.errors import Label, Refused, invalid, not_found
from mockserver.world import World
from specs.text import text

_PORTION = 10_000
_AT_ONCE = 500
_WORDS = {it: text(it) for it in (True, False, None)}
_WORDED = {*map(type, _WORDS)}
_LAST = "9999-12-31 23:59:59"


def list_devices(
    world: World,
    request: Request,
    partner_id: str,
    page: int,
    fields: Mapping[str, Any] | None = None,
    first_open: str | None = None,
    last_open: str | None = None,
) -> Reply:
    """200 with 10,000 lines of CSV, and the address of the next ones. Raises Refused for a field or a date that is
    none."""
    columns = userbase.listed(fields) if fields else userbase.names(world, partner_id)
    userbase.check_known(world, partner_id, columns)
    fetch = _search(world, partner_id, first_open, last_open)
    devices, more = paging.rows_of(page, fetch, _PORTION)
    links = paging.links_of(request.exchange, page, more)
    headers = {"Link": paging.header_of({"next": links["next"]})} if more else {}
    return Reply(chain([columns], _lines(devices, columns)), headers=headers)


def update_devices(world: World, partner_id: str, body: Record) -> Reply:
    """200, whoever was found. Raises Refused in the order of the page's table: who is meant, then what is to change."""
    keys = [body["matchingKey"]] if "matchingKey" in body else body["matchingKeys"]
    users = body["users"]
    wrong = [f"User {n} has no {key}" for n, user in enumerate(users) for key in keys if user.get(key) is None]
    unfit = [key for key in keys if key not in userbase.indexed(world, partner_id)]
    if unfit:
        raise invalid(f"Invalid matching key(s) given: {', '.join(unfit)}")
    if wrong:
        raise invalid(*(f"Users are not well formated: {reason}" for reason in wrong))
    changes = [{name: value for name, value in user.items() if name not in keys} for user in users]
    asked = [name for change in changes for name in change if name not in userbase.FIXED]
    userbase.check_known(world, partner_id, asked)
    fixed = [f"{name} (user {n})" for n, change in enumerate(changes) for name in userbase.FIXED if name in change]
    if fixed:
        raise Refused(403, f"Can not update fields: {', '.join(fixed)}")
    for user, change in zip(users, changes, strict=True):
        device = userbase.first(world, partner_id, {key: user[key] for key in keys})
        if device is not None and change:
            userbase.change(world, device, change)
    return Reply({})


def search_device(world: World, partner_id: str, request: Request) -> Reply:
    """200 with the first device that matches. Raises Refused: 400 without a filter or for one that is no indexed field,
    404 when none matches."""
    filters = query(request.query)
    if not filters:
        raise invalid("There are no filters in the request")
    indexed = userbase.indexed(world, partner_id)
    reasons = [f"{name} is no indexed field" for name in filters if name not in indexed]
    reasons += [f"{name} stands more than once" for name, value in filters.items() if isinstance(value, list)]
    if reasons:
        raise invalid(*reasons)
    device = userbase.first(world, partner_id, filters)
    if device is None:
        raise Refused(404, "No device matches the filters")
    return Reply({"data": userbase.shown(device)})


def update_device(world: World, partner_id: str, udid: str, body: Record | None = None) -> Reply:
    """200, or 204 when there is nothing to do. Raises Refused: 404, 400 for `id` and `UDID`, 500 for a field that the
    application does not have, which the page announces as an error of the database."""
    device = userbase.by_udid(world, partner_id, udid)
    if device is None:
        raise not_found(f"Device {udid}")
    if not body:
        return Reply(None, 204)
    fixed = [name for name in userbase.FIXED if name in body]
    if fixed:
        raise invalid(f"Can not update fields: {', '.join(fixed)}")
    known = userbase.names(world, partner_id)
    unknown = [name for name in body if name not in known]
    if unknown:
        reason = f"The field(s) do(es) not exist for this application: {', '.join(unknown)}"
        raise Refused(500, reason, label=Label.DB)
    userbase.change(world, device, body)
    return Reply({})


def _search(
    world: World, partner_id: str, first_open: str | None, last_open: str | None
) -> Callable[[int, int], list[Record]]:
    """What fetches the devices between the dates, in the order of the narrower one."""
    where: dict[str, Any] = {}
    if first_open is not None:
        low, _, high = first_open.partition("|")
        where["firstOpen"] = _between(
            partner_id, dates.seconds("firstOpen", low), high and dates.seconds("firstOpen", high)
        )
    if last_open is not None:
        where["lastOpen"] = _between(partner_id, dates.seconds("lastOpen", last_open), "")
    if not where:
        return partial(world.find, "devices", {"partnerId": partner_id}, None)
    fields = {f"partnerId+fields.{name}": bounds for name, bounds in where.items()}
    return partial(world.find, "devices", fields, next(iter(fields)))


def _between(partner_id: str, low: float, high: float | str) -> Between:
    """From `low` to just before `high`; devices have whole seconds, which sort as text."""
    last = _LAST if isinstance(high, str) else _written(high - 1 if high == int(high) else high)
    first = _written(low if low == int(low) else low + 1)
    return Between(joined(partner_id, first), joined(partner_id, last))


def _written(moment: float) -> str:
    return iso(min(max(moment, dates.YEAR_1), dates.YEAR_9999)).replace("T", " ").removesuffix("Z")


def _lines(devices: list[Record], columns: list[str]) -> Iterator[list[str]]:
    """A line for each device, made some hundreds at a time and column by column: most are all text, or all numbers."""
    for start in range(0, len(devices), _AT_ONCE):
        portion = devices[start : start + _AT_ONCE]
        fields = [device["fields"] for device in portion]
        made = [
            [it["id"] for it in portion] if name == "id" else [*map(dict.get, fields, repeat(name))] for name in columns
        ]
        yield from map(list, zip(*map(_texts, made), strict=True))


def _texts(values: list[Any]) -> list[str]:
    """Values as `text` writes them."""
    kinds = {*map(type, values)}
    if kinds == {str}:
        return values
    if kinds == {int}:
        return [*map(str, values)]
    if kinds <= _WORDED:
        return [*map(_WORDS.__getitem__, values)]
    return [it if type(it) is str else text(it) for it in values]
