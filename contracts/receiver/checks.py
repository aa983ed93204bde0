"""What a receiver owes a vendor, and what breaks it. Ids are public and stay."""

from __future__ import annotations

from contracts.checks import Check
from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem

ANSWERS = "receiver-answers"
IN_TIME = "receiver-in-time"
REDIRECTS = "receiver-redirects"
ACCEPTS = "receiver-accepts"
REPEATS = "receiver-repeats"
ORDER = "receiver-order"
RETRIES = "receiver-retries"
EXTRAS = "receiver-extras"

_OWNER = "receiver"
CATALOGUE: tuple[Check, ...] = (
    Check(
        ANSWERS,
        "Every delivery gets one complete HTTP answer, and the receiver is still there afterwards",
        owner=_OWNER,
    ),
    Check(
        IN_TIME, "Every answer comes within the documented time; a vendor gives up then, and sends again", owner=_OWNER
    ),
    Check(REDIRECTS, "No answer is a redirect: vendors follow none", owner=_OWNER),
    Check(ACCEPTS, "Whatever the documents allow, odd or not, is answered 2xx", owner=_OWNER),
    Check(REPEATS, "The same event again is answered like the first time", owner=_OWNER),
    Check(ORDER, "Events are taken in any order", owner=_OWNER),
    Check(RETRIES, "An event whose first delivery timed out is taken when it comes again", owner=_OWNER),
    Check(EXTRAS, "Members and headers that the documents do not name are no reason to refuse", owner=_OWNER),
)


def objection(
    exchange: Exchange, seconds: float, within: float, story: str, kind: str, check: str
) -> tuple[str, Problem] | None:
    """What one answer breaks, which took so many seconds: the check's id and the problem; None for a 2xx in time.

    `check` is the one that a refusal breaks, `kind` what refusals for one reason have in common.
    """
    wanted = f"2xx for {story}"
    response = exchange.response
    if response is None:
        if seconds >= within:
            return IN_TIME, Problem("late", f"{wanted} within {within:g} s", exchange.trouble)
        return ANSWERS, Problem(f"none {kind or story}", f"a complete answer to {story}", exchange.trouble)
    if 300 <= response.status < 400:
        seen = f"{response.status} to {response.header('location') or 'nowhere'}"
        return REDIRECTS, Problem("redirect", f"{wanted}: vendors follow no redirect", seen)
    if not 200 <= response.status < 300:
        return check, Problem(
            f"{response.status} {kind or story}", wanted, f"{response.status}: {excerpt(response.body)}"
        )
    if response.seconds > within:
        return IN_TIME, Problem(
            "late", f"{wanted} within {within:g} s", f"{response.status} after {response.seconds:.2f} s"
        )
    return None
