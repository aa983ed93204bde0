"""A request sent from inside: one that was kept, once more, or one that a person made up."""

from __future__ import annotations

from starlette.types import ASGIApp

from mockserver import inside
from mockserver.exchange import Exchange, Headers
from mockserver.journal import BODY_LIMIT
from mockserver.routing import EXCHANGE


class Again:
    """Sends kept requests to the application that kept them, with the credentials they had. `app` is set once it is
    put together."""

    app: ASGIApp

    async def send(self, kept: Exchange) -> Exchange | None:
        """The new exchange; None for a request whose body was not kept whole."""
        length = kept.header(b"content-length")
        if len(kept.request_body) >= BODY_LIMIT or (length or "0") not in ("0", str(len(kept.request_body))):
            return None
        return await self.ask(kept.method, kept.target, kept.request_headers, kept.request_body)

    async def ask(self, method: str, target: str, headers: Headers, body: bytes) -> Exchange | None:
        """The exchange that a request became; None where it led to no vendor."""
        answered = await inside.send(self.app, method, target, headers, body)
        made: Exchange | None = answered.scope.get(EXCHANGE)
        return made
