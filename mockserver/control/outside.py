"""What happens outside a vendor's API: somebody answers a text message, an app is removed. Functions of the vendor's
`outside.py`, carried out in a world."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mockserver.control.opening import settled
from mockserver.errors import Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.worlds import Worlds

_TYPES: dict[str, tuple[str, type]] = {"str": ("string", str), "bool": ("boolean", bool), "int": ("integer", int)}


def list_happenings(worlds: Worlds, world: str, vendor: str) -> Reply:
    """What a vendor lets happen, with the facts that it takes. Raises UnknownWorld, NotFound."""
    with worlds.open(world):
        found = worlds.vendor(vendor).outside
    return Reply(
        [
            {
                "happening": name,
                "summary": (inspect.getdoc(function) or "").partition("\n")[0].partition(" Raises ")[0],
                "facts": [
                    {"name": it.name, "type": _TYPES[str(it.annotation)][0], "required": it.default is it.empty}
                    for it in _facts(function)
                ],
            }
            for name, function in found.items()
        ]
    )


def let_happen(worlds: Worlds, world: str, vendor: str, happening: str, body: dict[str, Any]) -> Reply:
    """Carry it out at the world's time, and say what came of it. Raises UnknownWorld, NotFound, Invalid."""
    found = worlds.vendor(vendor).outside
    if happening not in found:
        raise NotFound(f"{vendor} has no happening {happening!r}; it has {', '.join(found) or 'none'}")
    function = found[happening]
    known = {it.name: it for it in _facts(function)}
    for name, value in body.items():
        if name not in known:
            raise Invalid(f"body: {happening} takes no {name!r}; it takes {', '.join(known)}")
        words, kind = _TYPES[str(known[name].annotation)]
        if type(value) is not kind:
            raise Invalid(f"body.{name} must be a {words}")
    missing = [name for name, it in known.items() if it.default is it.empty and name not in body]
    if missing:
        raise Invalid(f"body: {happening} also takes {', '.join(missing)}")
    with settled(worlds, world) as settings:
        return Reply({"outcome": function(worlds.world(settings, vendor), **body)})


def _facts(function: Callable[..., str]) -> list[inspect.Parameter]:
    """All but the world, which comes first."""
    return list(inspect.signature(function).parameters.values())[1:]
