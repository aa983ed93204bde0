"""The customers of a run: how its clients come by a target, a world, credentials and what a payload carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from contracts import credentials, environment, login, vendors
from contracts.client import Client
from contracts.control import Control, World, required
from contracts.credentials import Credentials
from contracts.finding import UsageError
from contracts.reading import Reading
from contracts.recorder import Recorder
from contracts.secrecy import Mask
from contracts.settings import Settings
from contracts.target import Target
from specs import Operation, Spec

C = TypeVar("C", bound=Client)
_POLITE = 0.5
_LASTING = "*"


class Customers:
    """All customers of one run. `url` is the vendor's base URL; `control` the control API's, or None: then there are
    no worlds. The rate that a real target is given is shared by so many `processes`; `note` is told what people should
    know of how the target is read."""

    def __init__(
        self, settings: Settings, spec: Spec, url: str, control: str | None, processes: int, note: Callable[[str], None]
    ) -> None:
        self._settings, self._spec = settings, spec
        self.control = Control(control) if control else None
        self.target = Target(url, seconds=settings.seconds, rate=self._rate() / processes)
        self._credentials = self._find_credentials()
        self._logging_in = False
        self.mask = self._credentials.mask if self._credentials else Mask(())
        own = vendors.module(spec.vendor, "target")
        self.payload: Mapping[str, str] = getattr(own, "PAYLOAD", {})
        code = getattr(own, "code_in_body", None) if control is None else None
        self._reading = Reading(code, note) if code else None
        self._worlds: dict[str, World] = {}

    def customer(
        self, kind: type[C], recorder: Recorder, sender: str, operation: str, world: World | None,
        media_type: str | None = None,
    ) -> C:  # fmt: skip
        """A customer in this world, or on a target without any. Raises TargetTrouble when credentials have to be asked
        for and are not given."""
        base = ""
        if world:
            suffix = f"/{self._spec.vendor}"
            base = self.target.base.removesuffix(suffix) + world.path + suffix
        client = kind(
            self._spec, self.target, recorder, sender=sender, credentials=self._known_credentials(recorder), base=base,
            world=world, media_type=media_type, values=self._settings.values, operation=operation,
        )  # fmt: skip
        client.writes, client.probes = self._settings.may_write, self._settings.probe_rate
        client.payload, client.reading = self.payload, self._reading
        client.callback_url, client.callback_port = self._settings.callback_url, self._settings.callback_port
        return client

    def lasting(self, kind: type[C], recorder: Recorder, sender: str, **settings: Any) -> C:
        """A customer in a world that all such customers share until the run ends. There must be worlds."""
        if _LASTING not in self._worlds:
            self._worlds[_LASTING] = required(self.world(settings), "")
        client = self.customer(kind, recorder, sender, "*", self._worlds[_LASTING])
        client.stays = True
        return client

    def world(self, settings: Mapping[str, Any]) -> World | None:
        """A new world with these settings; the caller drops it. None on a target without worlds."""
        if self.control is None:
            return None
        return self.control.world(fixture="default", seed=self._settings.seed, **settings)

    def world_of(self, operation: str) -> World | None:
        """The world that all generated requests of an operation share, until it is dropped."""
        if self.control and operation not in self._worlds:
            self._worlds[operation] = self.control.world(fixture="default", seed=self._settings.seed, rate_limits=False)
        return self._worlds.get(operation)

    def drop_world_of(self, operation: str) -> None:
        world = self._worlds.pop(operation, None)
        if world:
            world.drop()

    def reach(self) -> None:
        """Raises TargetTrouble unless the target is there, and its control API where it has one."""
        self.target.reachable()
        if self.control:
            self.control.health()

    def lacking(self, operations: Iterable[Operation]) -> list[str]:
        """Security schemes of operations for which no credentials are known, in alphabetical order."""
        known = self._credentials or Credentials()
        if known.login() is not None:
            return []  # The target is going to be asked for what is missing.
        closed = (it for it in operations if it.security and () not in it.security)
        wanted = (it.security for it in closed if known.headers(it, self._spec, None) is None)
        return sorted({" or ".join(name for way in ways for name in way) for ways in wanted})

    def close(self) -> None:
        """Give back what is left of worlds, and close all connections."""
        for world in self._worlds.values():
            world.drop()
        self.target.close()
        if self.control:
            self.control.close()

    def _find_credentials(self) -> Credentials | None:
        found = getattr(vendors.module(self._spec.vendor, "target"), "CREDENTIALS", None)
        own = found if isinstance(found, Credentials) else None
        kind = type(own) if own else Credentials
        given = credentials.read(self._spec.vendor, environment.variables(), self._settings.credentials, kind)
        return given if given or not self._settings.has_control else own

    def _known_credentials(self, recorder: Recorder) -> Credentials | None:
        """What requests are sent with; what a vendor gives for a while only is asked for before the first of them."""
        found = self._credentials
        wanted = found.login() if found and self.control is None else None
        if found is None or wanted is None or self._logging_in:
            return found
        self._logging_in = True
        client = self.customer(Client, recorder, "login", wanted[0], None)
        self._credentials = login.carry_out(client, found, wanted, self.mask)
        return self._credentials

    def _rate(self) -> float:
        """Requests a second that the target may be given: on a real one, well below the documented limits."""
        if self._settings.rate is not None:
            return self._settings.rate
        if self._settings.has_control:
            return 0.0
        limits = [it.requests / it.seconds for it in self._spec.rate_classes.values()]
        return min(limits) * _POLITE if limits else 0.0


def base_url(settings: Settings, mock: str | None) -> tuple[str, str | None]:
    """The vendor's base URL and the control API's, for a mock of our own or for what the user named."""
    if mock is not None:
        return f"{mock}/{settings.vendor}", mock
    url = settings.url or ""
    if settings.control and not urlsplit(url).path.rstrip("/").endswith(f"/{settings.vendor}"):
        raise UsageError(
            f"the URL of a mock with a control API ends in /{settings.vendor}: there it serves this vendor"
        )
    return url, settings.control
