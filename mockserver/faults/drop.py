from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mockserver.exchange import Headers
    from mockserver.faults import Wire


@dataclass(frozen=True, slots=True)
class Drop:
    """Closes the connection without a byte of an answer. With `carried_out` the request takes effect first."""

    kind: ClassVar[str] = "drop"
    summary: ClassVar[str] = "no answer: the connection is closed"
    silent: ClassVar[bool] = True
    status: int | None = None
    carried_out: bool = False

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None:
        await wire.abort()
