"""What answers look like: the legacy envelope, and the `id` and `message` of the newer endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specs.codecs import is_xml

if TYPE_CHECKING:
    from mockserver.exchange import Reply, Request
    from mockserver.world import World

LEGACY = "subscriptions.change_subscription"
# They answer in the format of the request; all others in JSON, whatever they take.
_BOTH_FORMATS = (LEGACY, "locations.update_location")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: `statusCode`, message (as printed, without final blank) and KSID (-1: none)."""

    code: int
    message: str
    ksid: str = "-1"


@dataclass(frozen=True, slots=True)
class Note:
    """What a newer endpoint says (section 4): `id` is empty in refusals."""

    message: str
    id: str = ""


def finish(world: World, request: Request, reply: Reply) -> Reply:
    """The body in the format that the operation answers in; `httpStatusMode` decides the legacy HTTP status."""
    operation = request.exchange.operation
    xml = is_xml(request.media_type) and operation in _BOTH_FORMATS
    body = reply.body
    if isinstance(body, Outcome):
        body = _envelope(body, xml, printed=world.switches["messageText"] == "printed")
    elif isinstance(body, Note):
        body = _note(body, reply.status, xml)
    media_type = "text/xml" if xml else "application/json"
    reply.body, reply.media_type = body, media_type
    reply.headers["content-type"] = f"{media_type};charset=UTF-8"
    if operation == LEGACY and world.switches["httpStatusMode"] == "always200":
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


def _note(note: Note, status: int, xml: bool) -> dict[str, Any]:
    """The geolocation page's XML has a status code and a description where JSON has `id` and `message`."""
    return {"statusCode": status, "description": note.message} if xml else {"id": note.id, "message": note.message}
