"""From a refusal to the envelope of the Subscription API (reference, sections 2.1, 2.5 and 2.9), or to the `id` and
`message` of the newer endpoints (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockserver.errors import NoRoute, Refusal, TooLarge, Unauthenticated, WrongVerb
from mockserver.exchange import Reply
from mockserver.vendors.voltmx.replies import LEGACY, Note, Outcome

if TYPE_CHECKING:
    from mockserver.world import World
    from specs import Operation
    from specs.schemas import Problem

UNAUTHORIZED = "Unauthorized request"
# Where a request is not as the spec says; the texts are those of each page's table.
_MALFORMED = {
    "subscribers.change_subscriber": "Invalid request format",
    "subscribers.list_subscribers": "Invalid request",
    "subscribers.get_subscriber": "Invalid KSID",
    "subscribers.inactivate_subscriber": "Invalid request format",
    "subscribers.delete_subscribers": "Please provide ksids to delete",
}
_OF_FIELD = {
    "sid": "Invalid Request. SID Cannot be empty",
    "deviceId": "Invalid Request. DEVICEID Cannot be empty",
    "osType": "Error occurred at property subscriptionService->subscribe->osType",
}
_SUBSCRIBE = ("subscriptionService", "subscribe")


class Refused(Refusal):
    """An outcome of the legacy endpoint that changes nothing: a `statusCode` and the vendor's message for it."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.status = outcome.code


class Declined(Refusal):
    """A refusal of a newer endpoint, with the text of its page."""

    def __init__(self, message: str, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.message = message
        self.status = status


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The vendor's answer. A wrong path or verb never reaches a service: it is answered without a body."""
    if isinstance(refusal, NoRoute | WrongVerb):
        return Reply(None, refusal.status, refusal.headers)
    if operation is not None and operation.id != LEGACY:
        return _declined(refusal, operation)
    if isinstance(refusal, Refused):
        outcome = refusal.outcome
    elif isinstance(refusal, TooLarge):
        outcome = Outcome(TooLarge.status, "Invalid request format.")
    else:
        # No 415 or 422 is documented: whatever is wrong with a request, its format is invalid.
        outcome = Outcome(400, "Invalid request format.")
    return Reply(outcome, outcome.code)


def _declined(refusal: Refusal, operation: Operation) -> Reply:
    if isinstance(refusal, Declined):
        return Reply(Note(refusal.message), refusal.status)
    if isinstance(refusal, Unauthenticated):
        return Reply(Note(UNAUTHORIZED), 401, refusal.headers)
    if isinstance(refusal, TooLarge):
        return Reply(Note("Invalid request format."), TooLarge.status)
    message = _of_field(refusal.problems) if operation.id == "subscribers.change_subscriber" else None
    return Reply(Note(message or _MALFORMED.get(operation.id, "Invalid request format.")), 400)


def _of_field(problems: Sequence[Problem]) -> str | None:
    """The text for the first of the fields that have one of their own and are missing, empty or, osType, unknown."""
    for field, message in _OF_FIELD.items():
        for problem in problems:
            missing = problem.keyword == "required" and problem.path == _SUBSCRIBE and f'"{field}"' in problem.message
            here = problem.path == (*_SUBSCRIBE, field)
            if missing or (here and (problem.keyword == "minLength" or field == "osType")):
                return message
    return None
