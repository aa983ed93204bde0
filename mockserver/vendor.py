"""A vendor, put together by name: its spec, and what lies under `mockserver/vendors/<vendor>/`.

| file | holds | without it |
|---|---|---|
| `<tag>.py` | a function for each operation of the tag | examples and generated values answer |
| `auth.py` | a function named like each security scheme; `CREDENTIALS`, `sign` for a first call | `mockserver.plain` |
| `errors.py` | `refuse`, from a Refusal to the vendor's error body | `mockserver.plain.refuse` |
| `replies.py` | `finish`, what every reply of the vendor has in common | nothing is added |
| `rules.py` | `also_wrong`, what else is wrong with a body that breaks its schema | only that is reported |
| `sending.py` | `post`, the request of a callback; `scheme`, when it is tried; `registrations` | `mockserver.plain` |
| `kinds.py` | `KINDS` | the vendor keeps no records |
| `beginning.py` | `begin`, what the records of a fixture set going, such as schedules | nothing is due by itself |
| `switches.py` | `SWITCHES` | no switches |
| `outside.py` | functions for what happens outside its API, which the control API calls | nothing can |
| `recorded.py` | `TELLS`, what a recorded answer tells of records; `CARRIED` | recordings make no fixture |
| `fixtures/*.yaml` | the worlds one can start from | `default` is empty |
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import mockserver.vendors
from mockserver import plain
from mockserver.errors import Refusal
from mockserver.exchange import Reply, Request
from mockserver.outbox import Post, Registration, Scheme
from mockserver.store import Kind, Record
from mockserver.world import World
from specs import Operation, Spec, SpecError
from specs.schemas import Problem

Refuse = Callable[[World | None, Refusal, Operation | None], Reply]
# Their first argument is the World; the control API, which belongs to no world, gets None.
Finish = Callable[[Any, Request, Reply], Reply]
Begin = Callable[[World], None]
AlsoWrong = Callable[[Any, Operation, Mapping[str, Any]], Iterable[Problem]]
Authenticate = Callable[[Any, Request], Any]
Registered = Callable[[World], Iterable[Registration]]
WritePost = Callable[[World, Record, int], Post | None]


@dataclass(frozen=True, slots=True)
class Switch:
    """A documented choice of a vendor's behaviour, set per world. `choices` is empty when any text will do."""

    name: str
    default: str | bool | int | None
    choices: tuple[str | bool | int, ...]
    summary: str

    def accepts(self, value: object) -> bool:
        """Whether the switch can be set to this value."""
        if self.choices:
            return value in self.choices and type(value) is type(self.default)
        return value is None or isinstance(value, type(self.default) if self.default is not None else str)


@dataclass(frozen=True)
class Vendor:
    """One vendor's parts. `base` is where it is mounted (`/vibes`), `package` where its functions are found by name;
    `kinds` go by the name that handlers use."""

    name: str
    spec: Spec
    base: str
    package: str
    kinds: Mapping[str, Kind]
    switches: Mapping[str, Switch]
    fixtures: Mapping[str, Path]
    refuse: Refuse
    finish: Finish | None
    also_wrong: AlsoWrong | None
    schemes: Mapping[str, Authenticate]
    post: WritePost = plain.post
    delivery: Callable[[World], Scheme] = plain.delivery_scheme
    registrations: Registered = plain.registrations
    begin: Begin | None = None

    @property
    def defaults(self) -> dict[str, Any]:
        """The switches' values in a new world."""
        return {name: switch.default for name, switch in self.switches.items()}

    def signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        """Headers that let a request in with the credentials of the fixture `default`; none where none are needed."""
        sign: Callable[[str, str, bytes], dict[str, str]] | None = getattr(self._auth, "sign", None)
        return {} if sign is None else sign(method, target, body)

    @property
    def credentials(self) -> dict[str, str]:
        """Those of the fixture `default`, as people read them."""
        return dict(getattr(self._auth, "CREDENTIALS", {}))

    @property
    def _auth(self) -> ModuleType | None:
        return _module(f"{self.package}.auth")

    @property
    def outside(self) -> dict[str, Callable[..., str]]:
        """The functions for what happens outside the API, by name; each takes the World and facts, and says in words
        what came of it."""
        part = _module(f"{self.package}.outside")
        return {
            name: value
            for name, value in (vars(part) if part else {}).items()
            if inspect.isfunction(value) and value.__module__ == f"{self.package}.outside" and not name.startswith("_")
        }

    def function(self, operation_id: str) -> Callable[..., Reply] | None:
        """The handler of an operation, by its address: `persons.get_person`; None when there is no such function."""
        module, _, name = operation_id.rpartition(".")
        part = _module(f"{self.package}.{module}") if module else None
        found = getattr(part, name, None)
        return found if callable(found) else None

    def job(self, address: str) -> Callable[..., Any]:
        """The function behind due work. Raises LookupError: the vendor's code named one that does not exist."""
        function = self.function(address)
        if function is None:
            raise LookupError(f"{self.name} has no function {address!r}")
        return function


def load_vendor(name: str, spec: Spec) -> Vendor:
    """Put a vendor together. Raises SpecError when a security scheme has no function though the vendor has auth.py."""
    package = f"mockserver.vendors.{name}"
    kinds: tuple[Kind, ...] = getattr(_module(f"{package}.kinds"), "KINDS", ())
    switches: tuple[Switch, ...] = getattr(_module(f"{package}.switches"), "SWITCHES", ())
    return Vendor(
        name=name,
        spec=spec,
        base=f"/{name}",
        package=package,
        kinds={kind.name: replace(kind, name=f"{name}/{kind.name}") for kind in kinds},
        switches={switch.name: switch for switch in switches},
        fixtures=_fixtures(name),
        refuse=getattr(_module(f"{package}.errors"), "refuse", plain.refuse),
        finish=getattr(_module(f"{package}.replies"), "finish", None),
        also_wrong=getattr(_module(f"{package}.rules"), "also_wrong", None),
        begin=getattr(_module(f"{package}.beginning"), "begin", None),
        schemes=_schemes(spec, _module(f"{package}.auth")),
        post=getattr(_module(f"{package}.sending"), "post", plain.post),
        delivery=getattr(_module(f"{package}.sending"), "scheme", plain.delivery_scheme),
        registrations=getattr(_module(f"{package}.sending"), "registrations", plain.registrations),
    )


def _schemes(spec: Spec, auth: ModuleType | None) -> dict[str, Authenticate]:
    found: dict[str, Authenticate] = {}
    for name, scheme in spec.security_schemes.items():
        function = getattr(auth, name, None)
        if auth is not None and not callable(function):
            raise SpecError(f"security scheme {name!r} has no function of that name in {auth.__name__}", spec.path)
        found[name] = function or plain.scheme(scheme)
    return found


def _fixtures(name: str) -> dict[str, Path]:
    directories = [Path(root) / name / "fixtures" for root in mockserver.vendors.__path__]
    return {path.stem: path for directory in directories for path in sorted(directory.glob("*.yaml"))}


def _module(name: str) -> ModuleType | None:
    """A module, or None when there is none; an error inside it is not swallowed."""
    parent, _, _ = name.rpartition(".")
    try:
        if importlib.util.find_spec(name) is None:
            return None
    except ModuleNotFoundError as error:
        if error.name is not None and (parent == error.name or parent.startswith(error.name + ".")):
            return None
        raise
    return importlib.import_module(name)
