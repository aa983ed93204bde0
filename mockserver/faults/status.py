from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mockserver.exchange import Headers
    from mockserver.faults import Wire


@dataclass(frozen=True, slots=True)
class Status:
    """Answers with a status, and the body that the vendor documents for it, instead of carrying out the request."""

    kind: ClassVar[str] = "status"
    summary: ClassVar[str] = "a status of your choice, with the documented body, instead of the real answer"
    silent: ClassVar[bool] = False
    status: int | None = 500
    carried_out: bool = False

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None:
        await wire.send(status, headers, body)
