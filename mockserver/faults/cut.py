from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mockserver.exchange import Headers
    from mockserver.faults import Wire


@dataclass(frozen=True, slots=True)
class Cut:
    """Sends the first `size` bytes of the body (half of it when not given), then closes the connection."""

    kind: ClassVar[str] = "cut"
    summary: ClassVar[str] = "the answer breaks off after `size` bytes of its body"
    silent: ClassVar[bool] = False
    size: int | None = None
    status: int | None = None
    carried_out: bool = False

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None:
        end = len(body) // 2 if self.size is None else min(self.size, max(len(body) - 1, 0))
        await wire.send_part(status, headers, body[:end])
        await wire.abort()
