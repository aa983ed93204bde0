"""A kept request, sent once more."""

from __future__ import annotations

from starlette.types import ASGIApp

from mockserver import inside
from mockserver.exchange import Exchange
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
        answered = await inside.send(self.app, kept.method, kept.target, kept.request_headers, kept.request_body)
        made: Exchange = answered.scope[EXCHANGE]
        return made
