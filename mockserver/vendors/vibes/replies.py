"""What every answer has in common: the version of the API that it was given in."""

from __future__ import annotations

from dataclasses import replace

from mockserver.exchange import Reply, Request
from mockserver.world import World


def finish(world: World, request: Request, reply: Reply) -> Reply:  # noqa: ARG001 - the pipeline passes all three
    """The reply with `X-API-Version`: the version that was used, 1 where the request names none that is known.

    Technical Overview, API Versions: "you can see what version you are using by looking at the API header".
    """
    version = "2" if request.headers.get("x-api-version") == "2" else "1"
    return replace(reply, headers={**reply.headers, "X-API-Version": version})
