"""From a refusal to the envelope of the Subscription API (reference, sections 2.1, 2.5 and 2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.errors import NoRoute, Refusal, TooLarge, WrongVerb
from mockserver.exchange import Reply
from mockserver.vendors.voltmx.replies import Outcome

if TYPE_CHECKING:
    from mockserver.world import World
    from specs import Operation


class Refused(Refusal):
    """An outcome that changes nothing: a `statusCode` and the vendor's message for it."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.status = outcome.code


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The envelope with `ksid` -1. A wrong path or verb never reaches the service: it is answered without one."""
    if isinstance(refusal, NoRoute | WrongVerb):
        return Reply(None, refusal.status, refusal.headers)
    if isinstance(refusal, Refused):
        outcome = refusal.outcome
    elif isinstance(refusal, TooLarge):
        outcome = Outcome(TooLarge.status, "Invalid request format.")
    else:
        # No 415 or 422 is documented: whatever is wrong with a request, its format is invalid.
        outcome = Outcome(400, "Invalid request format.")
    return Reply(outcome, outcome.code)
