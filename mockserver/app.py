"""The composition root: from settings to an ASGI application, its layers in reading order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import mockserver.vendors
import specs
from mockserver.callbacks import Sender
from mockserver.callbacks.destination import Destinations
from mockserver.console import CONSOLE, Console
from mockserver.control import Again, ControlOperation, control_vendor
from mockserver.entrance import CONTROL, WORLDS, Entrance
from mockserver.errors import Conflict
from mockserver.fallback import Fallback
from mockserver.fixtures import fixtures
from mockserver.framework import AbstractOperation, LifespanMiddleware, Stack
from mockserver.journal import JOURNAL, Journal, MemoryJournal, StoreJournal
from mockserver.pipeline import CompiledOperation
from mockserver.routing import TreeRouting
from mockserver.serving import Operations, RoutedOperation
from mockserver.settings import Settings
from mockserver.shortcut import Shortcut
from mockserver.store import Store
from mockserver.store.memory import MemoryStore
from mockserver.vendor import Vendor, load_vendor
from mockserver.world import KINDS
from mockserver.worlds import DEFAULT, Worlds
from specs import SpecError


def create_app(settings: Settings) -> Stack:
    """The mock server. Its `worlds`, `journal`, `vendors`, `sender` and `shortcut` are attributes of the result.

    Raises SpecError for a spec, fixture or switch with a mistake, StoreError for a store that cannot be used.
    """
    vendors = load_vendors(settings)
    store, journal = open_store(settings, vendors)
    worlds = Worlds(store, vendors, fixtures(vendors, settings.fixtures))
    sender = Sender(worlds, Destinations(settings.callback_hosts), settings.journal_size)
    control, again = control_vendor(settings), Again()
    served = {**vendors, CONTROL: control}
    blocking = store.name != "memory"
    fallback = Fallback(served, worlds, journal, blocking, sender.running)
    app = Stack(
        fallback,
        import_name="mockserver",
        lifespan=None,
        middlewares=[
            partial(Console, settings=settings),
            partial(
                Entrance,
                bases={name: vendor.base for name, vendor in served.items()},
                hosts={host: vendor.name for vendor in vendors.values() for host in vendor.spec.hosts},
                prefixes={vendor.name: _prefixes(vendor) for vendor in vendors.values()},
            ),
            TreeRouting,
            Operations,
            LifespanMiddleware,
        ],
    )
    for vendor in served.values():
        compiler = partial(_compile, vendor, worlds, journal, sender, settings, again)
        app.add_spec(vendor.spec, vendor.base, vendor.function, compiler=compiler)
    app.build()
    again.app = app
    layers = (app.layer(Console), app.layer(Entrance), app.layer(TreeRouting), app.layer(Operations), fallback)
    app.shortcut = None if blocking else Shortcut(*layers)
    with suppress(Conflict):  # a durable store has it from the last time
        worlds.create(
            DEFAULT,
            fixture=settings.fixture,
            seed=settings.seed,
            rate_limits=settings.rate_limits,
            switches=settings.switches,
        )
    app.worlds, app.journal, app.vendors, app.sender = worlds, journal, vendors, sender
    return app


def _prefixes(vendor: Vendor) -> list[tuple[str, ...]]:
    """The paths of the vendor's real servers, as segments, the longest first."""
    urls = [str(server.get("url", "")) for server in vendor.spec.document.get("servers", ())]
    paths = {tuple(urlsplit(url).path.strip("/").split("/")) for url in urls if "{" not in url}
    return sorted(paths - {("",)}, key=len, reverse=True)


_TAKEN = frozenset((WORLDS, CONTROL, CONSOLE))


def load_vendors(settings: Settings) -> dict[str, Vendor]:
    """The vendors to serve: those named, else all there are. Raises SpecError."""
    with specs.passing():  # two servers in one process need not know each other's vendors
        for place in settings.vendor_paths:
            specs.add_place(place)
            directory = str(place / "mockserver" / "vendors")
            if directory not in mockserver.vendors.__path__:
                mockserver.vendors.__path__.append(directory)
        names = [specs.add_file(path) for path in settings.spec_files] + list(settings.vendors)
        for name in names or specs.vendors():
            if name in _TAKEN:
                raise SpecError(f"a vendor cannot be named {name!r}: that part of a path means something else here")
        return {name: load_vendor(name, specs.read(name)) for name in names or specs.vendors()}


def open_store(settings: Settings, vendors: Mapping[str, Vendor]) -> tuple[Store, Journal]:
    """The store that the settings name, and the journal that goes with it. Raises StoreError."""
    if settings.store == "memory":
        return MemoryStore(), MemoryJournal(settings.journal_size)
    from mockserver.store.sql import SqlStore  # importing SQLAlchemy takes a quarter of a second

    kinds = [kind for vendor in vendors.values() for kind in vendor.kinds.values()]
    store = SqlStore(settings.store, [*kinds, *KINDS, JOURNAL])
    return store, StoreJournal(store, settings.journal_size)


def _compile(
    vendor: Vendor,
    worlds: Worlds,
    journal: Journal,
    sender: Sender,
    settings: Settings,
    again: Again,
    operation: AbstractOperation,
) -> RoutedOperation:
    facts = vendor.spec.operations[operation.operation_id]
    function: Callable[..., Any] | None = operation.function
    if vendor.name == CONTROL:
        compiled: CompiledOperation = ControlOperation(
            facts, vendor, worlds, journal, sender, settings, again, function
        )
        return RoutedOperation(compiled, None, settings.body_limit, worlds.store.name != "memory")
    compiled = CompiledOperation(facts, vendor, worlds, function)
    return RoutedOperation(compiled, journal, settings.body_limit, worlds.store.name != "memory")
