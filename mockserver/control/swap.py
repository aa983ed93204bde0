"""What an integration would notice if one served vendor took the place of another."""

from __future__ import annotations

import anyio.to_thread

from mockserver.exchange import Reply
from mockserver.worlds import Worlds
from specs.swap.matrix import Matrix, compare


async def before_compare_vendors(worlds: Worlds, old: str, new: str) -> Matrix | None:
    """The matrix, computed beside the event loop, for it takes tens of milliseconds; None for an unknown vendor."""
    if old not in worlds.vendors or new not in worlds.vendors:
        return None
    return await anyio.to_thread.run_sync(compare, worlds.vendors[old].spec, worlds.vendors[new].spec)


def compare_vendors(worlds: Worlds, old: str, new: str, prepared: Matrix | None) -> Reply:
    """All capabilities of two vendors, as `bodydouble swap --json` has them. Raises NotFound for an unknown vendor."""
    if prepared is None:
        prepared = compare(worlds.vendor(old).spec, worlds.vendor(new).spec)
    return Reply(prepared.as_dict())
