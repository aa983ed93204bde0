"""What a handler, or a step before it, may raise. The vendor's `errors.py` turns it into the documented error body.

Refusal                  status  raised by
├── NoRoute              404     routing: no such path
├── WrongVerb            405     routing: the path exists, not with this method
├── Unauthenticated      401     auth: no credentials, or wrong ones
├── Forbidden            403     auth: known, but not allowed here
├── TooManyRequests      429     the rate limit
├── TooLarge             413     a body over the limit of the server
├── UnsupportedMedia     415     a media type or charset the operation does not take
├── Unparsable           400     a body that is not what its media type says
├── BadParameter         400     path, query or header against the spec
├── Invalid              422     a body against the spec, or a rule that a handler knows
├── NotFound             404     a handler: no such thing
└── Conflict             409     a handler: the state does not allow it
"""

from __future__ import annotations

from collections.abc import Sequence

from specs.schemas import Problem


class Refusal(Exception):
    """A request that is answered with an error. `problems` says all that is wrong, `status` is the usual code.

    `headers` go into the answer; `detail` is for the vendor's own words, such as an error code or a label.
    """

    status = 400

    def __init__(
        self,
        reason: str = "",
        *,
        problems: Sequence[Problem] = (),
        headers: dict[str, str] | None = None,
        detail: object = None,
    ) -> None:
        self.problems = tuple(problems)
        self.reason = reason or "; ".join(str(problem) for problem in self.problems) or type(self).__name__
        self.headers = dict(headers or {})
        self.detail = detail
        super().__init__(self.reason)


class NoRoute(Refusal):
    status = 404


class WrongVerb(Refusal):
    status = 405


class Unauthenticated(Refusal):
    status = 401


class Forbidden(Refusal):
    status = 403


class TooManyRequests(Refusal):
    status = 429


class TooLarge(Refusal):
    status = 413


class UnsupportedMedia(Refusal):
    status = 415


class Unparsable(Refusal):
    status = 400


class BadParameter(Refusal):
    status = 400


class Invalid(Refusal):
    status = 422
    value: object = None  # the body that was read and refused, where there is one


class NotFound(Refusal):
    status = 404


class Conflict(Refusal):
    status = 409
