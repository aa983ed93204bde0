"""Work that a world's clock says is due: imports that finish, schedules, expiries, callbacks."""

from __future__ import annotations

import logging

from mockserver.clock import now
from mockserver.store import Record
from mockserver.world import DUE
from mockserver.worlds import Worlds

_log = logging.getLogger("bodydouble")
_MOST = 100_000


def settle(worlds: Worlds, settings: Record) -> None:
    """Carry out, in the order of their times, what is due in the open world; each piece sees the time it was due at.

    A piece that fails is undone, logged as a defect and not tried again: it must not stop every later request.
    """
    store, name = worlds.store, settings["name"]
    clock = now(**settings["clock"])
    waiting = 0  # work of vendors that a durable store knows and this server does not serve
    for _ in range(_MOST):
        first = store.find(name, DUE, order="at", offset=waiting, limit=1)
        if not first or first[0]["at"] > clock:
            return
        due = first[0]
        if due["vendor"] not in worlds.vendors:
            waiting += 1
            continue
        store.delete(name, DUE, due["id"])
        world = worlds.world(settings, due["vendor"])
        world.now = due["at"]
        try:
            with store.savepoint():
                worlds.vendors[due["vendor"]].job(due["job"])(world, **due["facts"])
        except Exception:
            _log.exception("defect: due work %s of %s failed in world %s", due["job"], due["vendor"], name)
