"""The envelope of every reply, in the format of its request, with the blanks that the page prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specs.codecs import is_xml

if TYPE_CHECKING:
    from mockserver.exchange import Reply, Request
    from mockserver.world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: `statusCode`, message (as printed, without final blank) and KSID (-1: none)."""

    code: int
    message: str
    ksid: str = "-1"


def finish(world: World, request: Request, reply: Reply) -> Reply:
    """An Outcome as envelope (Subscription page, Sample Responses); `httpStatusMode` decides the HTTP status."""
    xml = is_xml(request.media_type)
    body = reply.body
    if isinstance(body, Outcome):
        body = _envelope(body, xml, printed=world.switches["messageText"] == "printed")
    media_type = "text/xml" if xml else "application/json"
    reply.body, reply.media_type = body, media_type
    reply.headers["content-type"] = f"{media_type};charset=UTF-8"
    if world.switches["httpStatusMode"] == "always200":
        reply.sent_as = 200
    return reply


def _envelope(outcome: Outcome, xml: bool, printed: bool) -> dict[str, Any]:
    message = outcome.message
    if outcome.code == 201 and xml:
        message = message.replace("has ID", "has the ID")
    # The page prints a blank at the end of every XML message but the 403, and in JSON of the 403 and the 500 only.
    if printed and (xml != (outcome.code == 403) or outcome.code == 500):
        message += " "
    members = {"statusCode": str(outcome.code), "ksid": outcome.ksid, "message": message}
    return members if xml else {"subscriptionResponse": members}
