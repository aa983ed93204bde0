"""From a refusal to the error envelope (REST API Documentation, Error handling and Generic errors)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mockserver.errors import NoRoute, Refusal, TooLarge, WrongVerb
from mockserver.exchange import Reply

if TYPE_CHECKING:
    from mockserver.world import World
    from specs import Operation


class Label(StrEnum):
    """The general type of an error. DATA stands for everything that the page prints without a label."""

    TOKEN = "API_ERR_TOKEN"
    SIGNATURE = "API_ERR_SIGNATURE"
    FORBIDDEN = "API_ERR_FORBIDDEN"
    DATA = "API_ERR_DATA"
    DB = "API_ERR_DB"
    SENDING = "API_ERR_MESSAGE_SENDING"
    SENT = "API_ERR_MESSAGE_SENT"
    FAILED = "API_ERR_MESSAGE_FAILED"


class Refused(Refusal):
    """An error with a status and label of its own; each of the reasons becomes an entry."""

    def __init__(self, status: int, *reasons: str, label: Label = Label.DATA) -> None:
        super().__init__("; ".join(reasons))
        self.status, self.label, self.reasons = status, label, reasons


class NotThere(Refusal):
    """404 with an empty body, where the page prints `Ø`."""

    status = 404


def invalid(*reasons: str) -> Refused:
    """400 for what a schema cannot say, one entry for each reason."""
    return Refused(400, *reasons)


def not_found(what: str) -> Refused:
    """404 for what is not there, or belongs to another application: `not_found("Campaign 123")`."""
    return Refused(404, f"{what} was not found")


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The envelope with all that is wrong. The page knows no 405, 415 or 422: a wrong verb is an unknown path, and
    whatever is wrong with the form of a request is 400."""
    if isinstance(refusal, NotThere):
        return Reply(None, refusal.status)
    if isinstance(refusal, Refused):
        return Reply(body_of(refusal), refusal.status)
    reasons: tuple[str, ...] = (refusal.reason,)
    if isinstance(refusal, NoRoute | WrongVerb):
        status, reasons = 404, ("The requested URL does not exist",)
    elif isinstance(refusal, TooLarge):
        status = refusal.status
    else:
        status = 404 if refusal.status == 404 else 400
        reasons = tuple(str(problem) for problem in refusal.problems) or reasons
    return Reply(_envelope(Label.DATA, reasons), status)


def body_of(refused: Refused) -> dict[str, Any]:
    """The envelope of one refusal, also where it stands inside of another answer."""
    return _envelope(refused.label, refused.reasons)


def _envelope(label: Label, reasons: Iterable[str]) -> dict[str, Any]:
    return {"errors": [{"label": str(label), "message": reason} for reason in reasons]}
