"""What every answer has in common: the version of the API that it was given in."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.world import World


def finish(world: World, request: Request, reply: Reply) -> Reply:
    """The reply with `X-API-Version`: the version that was used, 1 where the request names none that is known.

    Technical Overview, API Versions: "you can see what version you are using by looking at the API header".
    """
    reply.headers["X-API-Version"] = "2" if request.header("x-api-version") == "2" else "1"
    return reply
