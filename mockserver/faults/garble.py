from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mockserver.exchange import Headers
    from mockserver.faults import Wire

_FLIP = bytes(byte ^ 0xA5 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Garble:
    """Sends the answer whole, but with the middle third of its body turned into noise of the same length."""

    kind: ClassVar[str] = "garble"
    summary: ClassVar[str] = "the answer's body is damaged on the way"
    silent: ClassVar[bool] = False
    status: int | None = None
    carried_out: bool = False

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None:
        start, end = len(body) // 3, len(body) - len(body) // 3
        await wire.send(status, headers, body[:start] + body[start:end].translate(_FLIP) + body[end:])
