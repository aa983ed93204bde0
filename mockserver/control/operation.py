"""How the control API is put together: as a vendor that keeps nothing and belongs to no world."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mockserver.callbacks import Sender
from mockserver.control import auth, errors
from mockserver.control.again import Again
from mockserver.entrance import CONTROL
from mockserver.errors import Refusal, TooLarge
from mockserver.exchange import Exchange, Request
from mockserver.faults import Fault
from mockserver.journal import Journal
from mockserver.pipeline import Answer, CompiledOperation
from mockserver.settings import Settings
from mockserver.store import StoreError
from mockserver.vendor import Vendor
from mockserver.worlds import Worlds
from specs import Operation, Spec, SpecError
from specs.loading import load

_PATH = Path(__file__).with_name("openapi.yaml")


def control_vendor(settings: Settings) -> Vendor:
    """The control API as a Vendor, mounted at `/_control`; `settings` say whom it lets in."""
    return Vendor(
        name=CONTROL,
        spec=Spec(CONTROL, _PATH, load(_PATH)),
        base=f"/{CONTROL}",
        package="mockserver.control",
        kinds={},
        switches={},
        fixtures={},
        refuse=errors.refuse,
        finish=auth.guard,
        also_wrong=None,
        schemes={"local": partial(auth.local, settings)},
    )


class ControlOperation(CompiledOperation):
    """An operation on worlds from outside: its handler gets `worlds`, `journal`, `sender` and `settings`, opening
    worlds itself. What there is to wait for before it is called, its coroutine function `before` waits for.

    Raises SpecError for an operation without a function: what an example says of worlds is not true of these.
    """

    def __init__(
        self,
        facts: Operation,
        vendor: Vendor,
        worlds: Worlds,
        journal: Journal,
        sender: Sender,
        settings: Settings,
        again: Again,
        function: Callable[..., Any] | None,
    ) -> None:
        super().__init__(facts, vendor, worlds, function)
        if function is None:
            raise SpecError(f"{vendor.package} has no function {facts.id!r}", vendor.spec.path)
        self._handler = function
        self._parts = {"worlds": worlds, "journal": journal, "sender": sender, "settings": settings, "again": again}
        self._before: Callable[..., Any] | None = vendor.function(f"{facts.tag}.before_{facts.id.rpartition('.')[2]}")
        self.waits = self._before is not None

    async def ready(self, exchange: Exchange, path: dict[str, str], body: bytes) -> None:
        """Wait as long as the answer takes to be one; for a request that will be refused, not at all."""
        if self._before is None:
            return
        request = Request(exchange, path, body)
        try:
            self._authenticate(None, request)
            arguments = self._read(None, request)
            taken = inspect.signature(self._before).parameters
            parts = {name: part for name, part in self._parts.items() if name in taken}
            exchange.prepared = await self._before(**parts, **arguments)
        except (Refusal, StoreError):
            return  # `answer` will say so

    def answer(
        self, exchange: Exchange, path: dict[str, str], body: bytes, too_large: TooLarge | None = None
    ) -> tuple[Answer, Fault | None]:
        """What to answer; never a fault, for the control API stays reliable. Raises StoreError."""
        request = Request(exchange, path, body)
        return self._answered(None, request, lambda: self._call_handler(request, too_large)), None

    def _call_handler(self, request: Request, too_large: TooLarge | None) -> Answer:
        self._authenticate(None, request)
        if too_large is not None:
            raise too_large
        arguments = self._read(None, request)
        parts = {**self._parts, "request": request, "prepared": request.exchange.prepared}
        return self._write(None, request, self._call(self._handler, arguments, parts))
