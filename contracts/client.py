"""How recipes talk to a vendor: `client.call("persons.get_person", person_key="…")`.

What a call does not say comes from the spec: the parameters' examples, the first example of the body, and the right
credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from copy import copy
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote, urlencode

from contracts import environment
from contracts.connection import NotSendable
from contracts.control import World, required
from contracts.credentials import Credentials
from contracts.exchange import Exchange, Request, Response, excerpt
from contracts.filled import FROM_SPEC, Filled
from contracts.finding import Finding, NotProvokable, Problem
from contracts.payload import carried
from contracts.reading import Reading
from contracts.recorder import Recorder
from contracts.target import Target
from specs import Operation, Spec
from specs.codecs import Undecodable, codec

Which = Literal["right", "wrong", "none"]


class Client:
    """A customer of the vendor, for the length of one recipe; in a world of its own where the target has worlds.

    `operation` is the one that the recipe is for; `sent` are its exchanges so far, `objections` what the last one
    broke, `objected` whether any of them broke anything. `made_up` says that a value was made from its schema, because
    the document has no example: whoever is called by it may not exist.
    """

    def __init__(
        self, spec: Spec, target: Target, recorder: Recorder, *, sender: str, credentials: Credentials | None,
        base: str = "", world: World | None = None, media_type: str | None = None,
        values: Mapping[str, str] | None = None, operation: str = "",
    ) -> None:  # fmt: skip
        self.spec, self.target, self.recorder = spec, target, recorder
        self.sender, self.credentials, self.operation = sender, credentials, operation
        self.base = base or target.base
        self.media_type = media_type
        self.sent: list[Exchange] = []
        self.asked: frozenset[int] = frozenset()
        self.writes = True
        self.probes = False
        self.stays = False
        self.callback_url: str | None = None
        self.callback_port = 0
        self.payload: Mapping[str, str] = {}
        self.reading: Reading | None = None
        self.tag = ""
        self._marks: list[int] = []
        self.objections: list[Finding] = []
        self.objected = False
        self.made_up = False
        self._world, self._values = world, values or {}

    @property
    def world(self) -> World:
        """The world's controls. Raises NotProvokable on a target without them."""
        return required(self._world, "this target has no control API")

    @property
    def has_world(self) -> bool:
        """Whether the target has a control API."""
        return self._world is not None

    def suppose(self, reading: str) -> None:
        """From here on a recipe rests on a reading of ours that no document states.

        Raises NotProvokable on a target that is no mock of ours: nobody may hold it against a vendor.
        """
        required(self._world, f"it rests on our reading of what no document settles: {reading}")

    def spare(self, operation: Operation) -> None:
        """Before a request of an operation for something that this run may not have made.

        Raises NotProvokable for a DELETE on a target that is no mock: it would be somebody's data.
        """
        if operation.method == "DELETE" and self._world is None:
            raise NotProvokable("only what a run has made is removed from a target without a control API")

    def acting(self, credentials: Credentials) -> Client:
        """The same client in the same world, as somebody else; the exchanges are noted in one sequence."""
        other = copy(self)
        other.credentials = credentials
        return other

    @property
    def has_strangers(self) -> bool:
        """Whether this target may not know what the examples name in paths: it is no mock, and refused some of them."""
        operation = self.spec.operations.get(self.operation)
        named = operation is not None and "{" in operation.path
        return self._world is None and named and any(it.status in (403, 404, 410) for it in self.sent)

    def leave(self) -> None:
        """Give the world back, unless others use it too."""
        if self._world is not None and not self.stays:
            self._world.drop()

    def call(
        self, operation_id: str, *, body: Any = FROM_SPEC, raw: bytes | None = None, media_type: str | None = None,
        method: str | None = None, headers: Mapping[str, str | None] | None = None, credentials: Which | None = None,
        query: Mapping[str, Any] | None = None, every: bool = False, parameters: Mapping[str, Any] | None = None,
        claims: Mapping[str, str] | None = None, **arguments: Any,
    ) -> Exchange:  # fmt: skip
        """Send one request to an operation and have the exchange judged.

        `arguments` are parameters by wire name or as a handler would call them, and so are `parameters`, which may have
        any name; NOTHING leaves one out, and `every` fills in the optional ones that have an example. `query` adds
        query parameters, `headers` adds or (None) removes headers, `raw` sends these bytes as the body. `claims` are
        headers in place of those of the right credentials, which makes them wrong ones.
        Raises NotProvokable when the target may not be written to, or a value can neither be found nor made.
        """
        operation = self.spec.operations[operation_id]
        if not self.writes and (method or operation.method) not in ("GET", "HEAD", "OPTIONS"):
            raise NotProvokable("writing to this target is not allowed (--allow-writes)")
        which: Which = credentials or "right"
        filled = Filled(self.spec, operation, self._values, self.media_type)
        kind = filled.media_type(media_type)
        content = filled.content(kind, body, raw)
        found = {"Accept": ", ".join(filled.accepted()) or "*/*"}
        found |= self.authorization(operation, which, content)
        if content is not None and kind:
            found["Content-Type"] = kind
        path, pairs = filled.parameters({**arguments, **(parameters or {})}, found, every)
        self.made_up = self.made_up or filled.made_up
        pairs += list((query or {}).items())
        for name, value in {**(headers or {}), **(claims or {})}.items():
            found = {key: it for key, it in found.items() if key.lower() != name.lower()}
            if value is not None:
                found[name] = value
        url = self.base + path + (f"?{urlencode(pairs, doseq=True, quote_via=quote)}" if pairs else "")
        request = Request(method or operation.method, url, tuple(found.items()), content)
        return self.send(operation.id, request, "wrong" if claims else which)

    def send(self, operation_id: str, request: Request, credentials: str = "right") -> Exchange:
        """Send a request, with credentials in its query or body where the vendor wants them, and have it judged."""
        operation = self.spec.operations[operation_id]
        pairs = self._key_pairs(operation, credentials)
        if pairs:
            joint = "&" if "?" in request.url else "?"
            request = replace(request, url=f"{request.url}{joint}{urlencode(pairs, quote_via=quote)}")
        given = None if credentials == "none" else self._given(credentials)
        request = carried(request, operation, self.spec, self.payload, given)
        with environment.unbroken() if self.target.on_exchange else nullcontext():
            exchange, problem = self._exchanged(operation_id, request, credentials)
            if self.target.on_exchange is not None:
                self.target.on_exchange(exchange)
        self.objections = self.recorder.judge(exchange, self.whole_trail())
        if problem is not None and (found := self.recorder.object("status", problem, exchange, self.whole_trail())):
            self.objections.append(found)
        self.objected = self.objected or bool(self.objections)
        self.sent.append(exchange)
        self._marks.append(len(self._world.calls) if self._world else 0)
        return exchange

    def _exchanged(self, operation_id: str, request: Request, credentials: str) -> tuple[Exchange, Problem | None]:
        try:
            answer = self.target.send(request)
        except NotSendable as error:
            raise NotProvokable(f"no HTTP client can send this: {error}") from None
        response, trouble = (answer, "") if isinstance(answer, Response) else (None, answer)
        problem = None
        if response is not None and self.reading is not None:
            response, problem = self.reading.read(operation_id, response)
        return Exchange(
            operation_id, self.base, request, response, trouble, self.sender, credentials, self.asked
        ), problem  # fmt: skip

    def unique(self, text: str) -> str:
        """The text with something added that no other recipe has; on a target without worlds, nor any other run."""
        return f"{text}-{self.tag}"

    def trail(self) -> tuple[Exchange, ...]:
        """All requests up to the last one to the vendor, those to the control API in between included."""
        trail = self.whole_trail()
        ends = [number for number, exchange in enumerate(trail, 1) if self.sent and exchange is self.sent[-1]]
        return trail[: ends[-1]] if ends else ()

    def whole_trail(self) -> tuple[Exchange, ...]:
        """Requests so far, to the vendor and to the control API, in the order in which they were made."""
        if self._world is None:
            return tuple(self.sent)
        found: list[Exchange] = []
        done = 0
        for exchange, mark in zip(self.sent, self._marks, strict=True):
            found += [*self._world.calls[done:mark], exchange]
            done = mark
        return (*found, *self._world.calls[done:])

    def value(self, exchange: Exchange) -> Any:
        """The decoded body of an answer by its schema; None when there is none or it cannot be read."""
        response = exchange.response
        documented = self.spec.operations[exchange.operation].response(exchange.status)
        if response is None or not response.body:
            return None
        kind = response.media_type or ""
        media = documented.content.get(kind) if documented else None
        try:
            return codec(kind, media.schema if media else None, self.spec.document).decode(response.body)
        except Undecodable:
            return None

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        """A finding of `check` about the last exchange, unless it holds.

        Where a check has objected to that exchange already, one finding is enough.
        """
        if holds or not self.sent or self.objections:
            return
        self.objected = True
        last = self.sent[-1]
        words = str(seen) if seen is not None else _shown(last)
        problem = Problem(expected, expected, words if len(words) <= 600 else words[:599] + "…")
        self.recorder.object(check, problem, last, tuple(it for it in self.whole_trail() if it is not last))

    def example(self, operation_id: str, name: str | None = None, media_type: str | None = None) -> Any:
        """An example of the operation's body, the first one when not named. Raises NotProvokable when there is none."""
        operation = self.spec.operations[operation_id]
        kind = Filled(self.spec, operation, self._values, self.media_type).media_type(media_type)
        media = operation.body.get(kind or "")
        if media is None or not media.examples or (name and name not in media.examples):
            raise NotProvokable(f"{operation_id} has no example {name or 'of a body'} in its spec")
        return media.examples[name] if name else next(iter(media.examples.values()))

    @property
    def refusals(self) -> tuple[int, ...]:
        """Statuses that the vendor may answer without credentials, or with wrong ones."""
        return (self.credentials or Credentials()).refusals

    def authorized(self, request: Request, operation: Operation, which: Which) -> Request:
        """The request with the headers of `authorization` in place of its own of the same names."""
        headers = self.authorization(operation, which, request.body)
        ours = {name.lower() for name in headers}
        kept = [(name, value) for name, value in request.headers if name.lower() not in ours]
        return replace(request, headers=(*kept, *headers.items()))

    def authorization(self, operation: Operation, which: Which, body: bytes | None) -> dict[str, str]:
        """The headers for right, wrong or no credentials. Raises NotProvokable when the right ones are not known."""
        if not operation.security or () in operation.security:
            return {}
        headers = self._given(which).headers(operation, self.spec, body)
        if headers is None and which == "right":
            schemes = " or ".join(name for alternative in operation.security for name in alternative)
            raise NotProvokable(f"no credentials known for {schemes}")
        return headers or {}

    def _key_pairs(self, operation: Operation, which: str) -> list[tuple[str, str]]:
        if not operation.security or () in operation.security:
            return []
        return self._given(which).query(operation, self.spec)

    def _given(self, which: str) -> Credentials:
        known = self.credentials or Credentials()
        return known if which == "right" else known.wrong() if which == "wrong" else known.none()


def _shown(exchange: Exchange) -> str:
    response = exchange.response
    return f"{response.status}: {excerpt(response.body)}" if response else exchange.trouble
