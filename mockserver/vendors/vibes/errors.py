"""From a Refusal to the errors object (Technical Overview, Error Response Body): one entry for each problem.

UnknownCompany and UnknownApp are raised by auth; handlers raise `invalid` and `conflict`, and `NotFound`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from mockserver.errors import (
    BadParameter,
    Conflict,
    Forbidden,
    Invalid,
    NoRoute,
    NotFound,
    Refusal,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unparsable,
    UnsupportedMedia,
    WrongVerb,
)
from mockserver.exchange import Reply
from mockserver.vendors.vibes.wording import in_words
from mockserver.world import World
from specs import Operation
from specs.schemas import Problem


class Code(IntEnum):
    """The vendor publishes no list; 1 and 2 are from its sample, the others are ours (schema Error of the spec)."""

    REQUIRED = 1
    FORMAT = 2
    CUSTOM_FIELD = 3
    NOT_FOUND = 4
    CONFLICT = 5
    STATE = 6
    LIMIT = 7
    UNAUTHORISED = 8
    FORBIDDEN = 9
    RATE = 10
    BODY = 11
    VERSION = 12


@dataclass(frozen=True, slots=True)
class Error:
    """One entry of the errors object."""

    message: str
    code: Code


class UnknownCompany(NotFound):
    """Its 404 always has a body, also where the 404 of an unknown person has none."""

    def __init__(self) -> None:
        super().__init__("The company was not found")


class UnknownApp(NotFound):
    def __init__(self) -> None:
        super().__init__("The app was not found")


_CODES: dict[type[Refusal], Code] = {
    NoRoute: Code.NOT_FOUND,
    WrongVerb: Code.NOT_FOUND,
    Unauthenticated: Code.UNAUTHORISED,
    Forbidden: Code.FORBIDDEN,
    TooManyRequests: Code.RATE,
    TooLarge: Code.LIMIT,
    UnsupportedMedia: Code.BODY,
    Unparsable: Code.BODY,
    NotFound: Code.NOT_FOUND,
    UnknownCompany: Code.NOT_FOUND,
    UnknownApp: Code.NOT_FOUND,
    Conflict: Code.CONFLICT,
}
_RULES = {
    "unknownField": Code.CUSTOM_FIELD,
    "mdnVersion": Code.FORMAT,
    "unknownList": Code.NOT_FOUND,
}  # of rules.py, in words already
# Add a participant alone says that a number "not in proper format" is 400.
_MDN_IS_400 = "acquisitions.add_participant"
_KEYWORDS = {
    "required": Code.REQUIRED,
    "minLength": Code.REQUIRED,
    "minItems": Code.REQUIRED,
    "maxLength": Code.LIMIT,
    "maxItems": Code.LIMIT,
}


def invalid(errors: Sequence[Error]) -> Invalid:
    """422 with these errors."""
    return Invalid(_joined(errors), detail=tuple(errors))


def conflict(errors: Sequence[Error]) -> Conflict:
    """409 with these errors."""
    return Conflict(_joined(errors), detail=tuple(errors))


def bad_query(error: Error) -> BadParameter:
    """400 for a query that the spec's schemas cannot judge."""
    return BadParameter(error.message, detail=(error,))


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The vendor's answer to a refusal; `world` and `operation` are None for an unknown path or a wrong verb."""
    status, problems = _judged(refusal, operation)
    if world is not None and operation is not None and _bodiless(world, refusal, status, operation):
        return Reply(None, status, refusal.headers)
    errors: Sequence[Error] = refusal.detail if isinstance(refusal.detail, tuple) else ()
    errors = errors or [_error(problem, operation) for problem in problems] or [_single(refusal)]
    return Reply({"errors": [{"message": e.message, "code": int(e.code)} for e in errors]}, status, refusal.headers)


def _judged(refusal: Refusal, operation: Operation | None) -> tuple[int, Sequence[Problem]]:
    """Status, and the problems of the stage that has it: checks run in an order, and an answer has one status."""
    problems = refusal.problems
    if operation is None or not problems:
        return refusal.status, problems
    if isinstance(refusal, BadParameter):
        elsewhere = [problem for problem in problems if not problem.place.startswith("path ")]
        if elsewhere:
            return 400, elsewhere
        # An id in the path that cannot be is nobody's; one that is too long, and that data comes with, would become
        # somebody's, so it cannot be processed.
        too_long = bool(operation.body) and any(problem.keyword == "maxLength" for problem in problems)
        return (422, problems) if too_long else (404, ())
    if operation.id == _MDN_IS_400:
        numbers = [problem for problem in problems if problem.path == ("mobile_phone", "mdn")]
        if numbers:
            return 400, numbers
    too_many = [problem for problem in problems if problem.keyword == "maxItems"]
    if too_many and operation.response(413) is not None:
        return 413, too_many
    return refusal.status, problems


def _bodiless(world: World, refusal: Refusal, status: int, operation: Operation) -> bool:
    """CRM Integration, Return of Updating a Person: 404 and 409 have no body. What that page does not speak of has."""
    if isinstance(refusal, UnknownCompany) or world.switches["update_errors"] != "empty":
        return False
    response = operation.response(status)
    return response is not None and response.empty_body != "never"


def _error(problem: Problem, operation: Operation | None) -> Error:
    if problem.place == "header 'X-API-Version'":
        return Error("X-API-Version must be 1 or 2", Code.VERSION)
    if problem.keyword in _RULES:
        return Error(problem.message, _RULES[problem.keyword])
    message = in_words(problem, operation.id if operation else "")
    if problem.keyword == "anyOf" and message.endswith("is required"):
        return Error(message, Code.REQUIRED)
    return Error(message, _KEYWORDS.get(problem.keyword, Code.FORMAT))


def _single(refusal: Refusal) -> Error:
    code = _CODES.get(type(refusal), Code.FORMAT)
    match refusal:
        case TooManyRequests():
            message = "Too Many Requests"
        case UnsupportedMedia():
            message = f"The Content-Type must be application/json: {refusal.reason}"
        case Unparsable() if refusal.reason.startswith("body: "):
            message = f"The body is {refusal.reason.removeprefix('body: ')}"
        case BadParameter():
            message, code = "What the path names was not found", Code.NOT_FOUND
        case _:
            message = refusal.reason[:1].upper() + refusal.reason[1:]
    return Error(message, code)


def _joined(errors: Sequence[Error]) -> str:
    return "; ".join(error.message for error in errors)
