"""All worlds of a server: making, forking, resetting and dropping them, and opening one for a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mockserver.clock import Clock, iso
from mockserver.errors import Conflict, Invalid, NotFound
from mockserver.fixtures import Fixture, FixtureError
from mockserver.ids import unguessable
from mockserver.outbox import DELIVERIES, DESTINATIONS
from mockserver.store import Kind, Record, Store, Taken
from mockserver.vendor import Vendor
from mockserver.world import FAULTS, SETTINGS, World
from specs.secrets import Secrets

DEFAULT = "default"
_ANYBODYS = Secrets({})
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")


class UnknownWorld(NotFound):
    """No world of that name; `reason` says how to make one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no world {name!r}; make it with POST /_control/worlds")


class Worlds:
    """The worlds in one store. `fixtures` are by name and cover all vendors; `vendors` are those being served."""

    def __init__(self, store: Store, vendors: Mapping[str, Vendor], fixtures: Mapping[str, Fixture]) -> None:
        self.store = store
        self.vendors = vendors
        self.fixtures = fixtures
        self._defaults = {name: vendor.defaults for name, vendor in vendors.items()}
        self._templates: set[str] = set()
        self.on_stir: Callable[[str], None] | None = None

    def stirred(self, name: str) -> None:
        """Something in a world now waits for its clock, or the clock was turned: tells whoever looks after that.

        Called before the transaction ends, and from any thread.
        """
        if self.on_stir is not None:
            self.on_stir(name)

    def names(self) -> list[str]:
        """Names of all worlds, in alphabetical order."""
        return [name for name in self.store.worlds() if not name.startswith("~")]

    def exists(self, name: str) -> bool:
        with self.store.transaction(name):
            return self.store.get(name, SETTINGS, name) is not None

    def create(
        self,
        name: str | None = None,
        *,
        fixture: str = DEFAULT,
        seed: int = 0,
        frozen_at: float | None = None,
        rate_limits: bool = True,
        switches: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Record:
        """Make a world from a fixture and return its settings.

        Raises Conflict when the name is taken, Invalid for a name, fixture or switch that cannot be.
        """
        name = unguessable() if name is None else name
        if not _NAME.fullmatch(name):
            raise Invalid(f"a world's name is lower-case letters, digits, '.', '_' and '-', up to 63, not {name!r}")
        if fixture not in self.fixtures:
            raise Invalid(f"there is no fixture {fixture!r}; there are {', '.join(sorted(self.fixtures))}")
        self.check_switches(switches or {})
        settings = {
            "name": name,
            "fixture": fixture,
            "seed": seed,
            "clock": {"offset": 0.0, "frozen": frozen_at},
            "rate_limits": rate_limits,
            "switches": {vendor: dict(chosen) for vendor, chosen in (switches or {}).items()},
        }
        with self.store.copied(self._template(self.fixtures[fixture]), name) as taken:
            if taken:
                raise Conflict(f"there is a world {name!r} already")
            self.store.put(name, SETTINGS, name, {**settings, "made_from": settings})
        return settings

    def _template(self, fixture: Fixture) -> str:
        """A hidden world that holds the fixture, made the first time it is asked for."""
        template = f"~{fixture.name}-{fixture.digest}"
        if template in self._templates:
            return template
        if template not in self.store.worlds():
            with self.store.transaction(template):
                self.store.bump(template, "made")
                for vendor, kinds in fixture.records.items():
                    for kind, records in kinds.items():
                        self.load(template, self.vendors[vendor], kind, records)
                self._begin(template)
        self._templates.add(template)
        return template

    def _begin(self, template: str) -> None:
        """Have the vendors set going what their records say; when it is due does not depend on the clock by now."""
        settings = {"name": template, "clock": {"offset": 0.0, "frozen": 0.0}, "seed": 0, "switches": {}}
        for name, vendor in self.vendors.items():
            if vendor.begin is not None:
                args = (settings, name, vendor.kinds, self._defaults[name])
                vendor.begin(World(self.store, template, *args, lambda _: None))

    def load(self, world: str, vendor: Vendor, kind: str, records: list[Record]) -> None:
        """Put records into an open world. Raises FixtureError when two of them share what must be unique."""
        known = vendor.kinds[kind]
        for record in records:
            try:
                self.store.put(world, known, str(record[known.key]), record)
            except Taken as taken:
                raise FixtureError(f"{vendor.name}: {taken}") from taken

    def check_switches(self, switches: Mapping[str, Mapping[str, Any]]) -> None:
        """Raises Invalid for a vendor, a switch or a value that does not exist."""
        for vendor, chosen in switches.items():
            if vendor not in self.vendors:
                raise Invalid(f"unknown vendor {vendor!r}; served are {', '.join(sorted(self.vendors))}")
            known = self.vendors[vendor].switches
            for name, value in chosen.items():
                if name not in known:
                    raise Invalid(f"{vendor} has no switch {name!r}; it has {', '.join(sorted(known)) or 'none'}")
                if not known[name].accepts(value):
                    raise Invalid(f"{vendor}.{name} cannot be {value!r}; it is one of {list(known[name].choices)}")

    def drop(self, name: str) -> None:
        """Forget a world. Raises UnknownWorld."""
        if not self.exists(name):
            raise UnknownWorld(name)
        self.store.drop(name)

    def fork(self, source: str, name: str | None = None) -> Record:
        """A new world that holds what `source` holds now, but owes nothing: what `source` owes is sent once, by it.

        Raises UnknownWorld, Conflict, Invalid.
        """
        name = unguessable() if name is None else name
        if not _NAME.fullmatch(name):
            raise Invalid(f"{name!r} cannot be the name of a world")
        with self.store.copied(source, name) as taken:
            settings = self.store.get(name, SETTINGS, source)
            if settings is None:
                raise UnknownWorld(source)
            if taken:
                raise Conflict(f"there is a world {name!r} already")
            self.store.delete(name, SETTINGS, source)
            for kind in (DELIVERIES, DESTINATIONS):
                for record in self.store.find(name, kind):
                    self.store.delete(name, kind, str(record[kind.key]))
            self.store.put(name, SETTINGS, name, {**settings, "name": name})
        self.stirred(name)
        return {**settings, "name": name}

    def reset(self, name: str) -> Record:
        """Back to what it was when it was made: records, clock, faults, switches. Raises UnknownWorld."""
        with self.open(name) as settings:
            made: Record = {**settings["made_from"], "name": name}
        with self.store.copied(self._template(self.fixtures[made["fixture"]]), name) as there:
            if not there:
                raise UnknownWorld(name)
            self.store.put(name, SETTINGS, name, {**made, "made_from": made})
        return made

    @contextmanager
    def open(self, name: str) -> Iterator[Record]:
        """The settings of a world, inside a transaction of it. Raises UnknownWorld."""
        with self.store.transaction(name):
            settings = self.store.get(name, SETTINGS, name)
            if settings is None:
                raise UnknownWorld(name)
            yield settings

    def require(self, name: str) -> None:
        """Raises UnknownWorld when there is no such world: of it, nothing would look like nothing happened."""
        with self.open(name):
            pass

    def change(self, settings: Record, **changed: Any) -> Record:
        """Put changed settings into the open world."""
        settings = {**settings, **changed}
        self.store.put(settings["name"], SETTINGS, settings["name"], settings)
        return settings

    def world(self, settings: Record, vendor: str) -> World:
        """The open world, narrowed to one vendor."""
        return World(
            self.store,
            settings["name"],
            settings,
            vendor,
            self.vendors[vendor].kinds,
            self._defaults[vendor],
            self.stirred,
        )

    def faults(self, settings: Record) -> list[Record]:
        """The faults asked for in the open world, oldest first."""
        return self.store.find(settings["name"], FAULTS)

    def vendor(self, name: str) -> Vendor:
        """A vendor that is being served. Raises NotFound."""
        if name not in self.vendors:
            raise NotFound(f"unknown vendor {name!r}; served are {', '.join(sorted(self.vendors))}")
        return self.vendors[name]

    def secrets(self, vendor: str) -> Secrets:
        """Which parts of a vendor's messages hold credentials; of one that is not served, what everybody calls them."""
        return self.vendors[vendor].spec.secrets if vendor in self.vendors else _ANYBODYS

    def kind(self, vendor: str, kind: str) -> Kind:
        """A vendor's kind by the name handlers use. Raises NotFound."""
        kinds = self.vendor(vendor).kinds
        if kind not in kinds:
            raise NotFound(f"{vendor} has no records of kind {kind!r}; it has {', '.join(sorted(kinds)) or 'none'}")
        return kinds[kind]


def clock_facts(settings: Record) -> dict[str, Any]:
    """What the control API says of a world's clock."""
    clock = Clock(**settings["clock"])
    return {"now": iso(clock.now(), "milliseconds"), "frozen": clock.frozen is not None}
