from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mockserver.exchange import Headers
    from mockserver.faults import Wire


@dataclass(frozen=True, slots=True)
class Delay:
    """Carries out the request and answers `seconds` (of real time) later."""

    kind: ClassVar[str] = "delay"
    summary: ClassVar[str] = "the right answer, `seconds` later"
    silent: ClassVar[bool] = False
    seconds: float = 1.0
    status: int | None = None
    carried_out: bool = True

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None:
        await asyncio.sleep(self.seconds)
        await wire.send(status, headers, body)
