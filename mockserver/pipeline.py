"""One operation's way from bytes to bytes, compiled once at start.

`CompiledOperation.answer` is the order of things; every step before it and after it only carries bytes.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mockserver import faults, preference, ratelimit
from mockserver.agenda import settle
from mockserver.bodies import BodyReader
from mockserver.errors import BadParameter, Invalid, Refusal, TooLarge, TooManyRequests, Unauthenticated
from mockserver.exchange import Exchange, Headers, Pieces, Reply, Request, Stream
from mockserver.parameters import ParameterReader, cookies, query
from mockserver.replies import BrokenContract, Writers, undocumented
from mockserver.store import StoreError
from mockserver.vendor import Vendor
from mockserver.world import SETTINGS, World
from mockserver.worlds import UnknownWorld, Worlds
from specs import Operation, SpecError
from specs.schemas import Problem

_log = logging.getLogger("bodydouble")
Answer = tuple[int, Headers, bytes | Pieces | Stream]


class _Undone(Exception):
    """Carries an answer out of a savepoint that must be rolled back: the fault asked for lets nothing take effect."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class CompiledOperation:
    """An operation of a vendor, ready to answer. Raises SpecError when the spec and the handler do not fit."""

    waits = False  # whether `ready` is to be awaited before each answer

    def __init__(self, facts: Operation, vendor: Vendor, worlds: Worlds, function: Callable[..., Any] | None) -> None:
        self.facts = facts
        self.vendor = vendor
        self.where = place_of(function)
        self._worlds = worlds
        self._function = function
        self._accepted = frozenset(inspect.signature(function).parameters) if function else frozenset()
        self._security = [
            [_named(vendor, facts, "security scheme", vendor.schemes, it) for it in names] for names in facts.security
        ]
        rates = vendor.spec.rate_classes
        self._rate = _named(vendor, facts, "rate class", rates, facts.rate_class) if facts.rate_class else None
        self._parameters = [ParameterReader(parameter, vendor.spec) for parameter in facts.parameters]
        places = {parameter.place for parameter in facts.parameters}
        self._reads_query, self._reads_cookies = "query" in places, "cookie" in places
        headers = [parameter.name.lower() for parameter in facts.parameters if parameter.place == "header"]
        self._header_names = [(name, name.encode()) for name in headers]
        self._body = BodyReader(facts, vendor.spec)
        self._writers = Writers(facts, vendor.spec)

    async def ready(self, exchange: Exchange, path: dict[str, str], body: bytes) -> None:
        """Wait for what the answer depends on; a vendor's operations answer at once."""

    def answer(
        self, exchange: Exchange, path: dict[str, str], body: bytes, too_large: TooLarge | None = None
    ) -> tuple[Answer, faults.Fault | None]:
        """What to answer, and the fault that alters how. The world is as before unless the request was carried out.

        `too_large` stands in for a body that was not read. Raises UnknownWorld.
        """
        store = self._worlds.store
        with store.transaction(exchange.world):
            settings = store.get(exchange.world, SETTINGS, exchange.world)
            if settings is None:
                raise UnknownWorld(exchange.world)
            settle(self._worlds, settings)
            world = self._worlds.world(settings, self.vendor.name)
            exchange.at = world.now
            request = Request(exchange, path, body, unread=too_large is not None)
            chosen = faults.choose(store, world, self.facts.id)
            fault = chosen[1] if chosen else None
            if chosen:
                exchange.fault = chosen[0]["kind"]
            return self._answered(world, request, lambda: self._carry_out(world, request, fault, too_large)), fault

    def _answered(self, world: World | None, request: Request, carry_out: Callable[[], Answer]) -> Answer:
        """What carrying out a request comes to: its answer, a refusal's, or that of a defect. Raises StoreError."""
        try:
            return carry_out()
        except _Undone as undone:
            return undone.answer
        except Refusal as refusal:
            return self._refuse(world, request, refusal)
        except BrokenContract as broken:
            return self._defect(request.exchange, str(broken))
        except StoreError:
            raise
        except Exception as error:
            _log.exception("defect: %s failed", self.facts.id)
            return self._defect(request.exchange, f"{type(error).__name__}: {error}")

    def _carry_out(
        self, world: World, request: Request, fault: faults.Fault | None, too_large: TooLarge | None
    ) -> Answer:
        """The steps in their order: faults asked for, authentication, rate limit, validation, handler, reply."""
        asked = self._asked(world, request, fault)
        if asked is not None and not (fault and fault.carried_out):
            return self._write(world, request, asked)
        if self._security:
            request.caller = request.exchange.caller = self._authenticate(world, request)
        if self._rate is not None and world.settings["rate_limits"]:
            ratelimit.admit(self._worlds.store, world, self._rate, request.caller or "")
        if too_large is not None:
            raise too_large
        with self._worlds.store.savepoint():
            arguments = self._read(world, request)
            reply = self._handle(world, request, arguments)
            answer = self._write(world, request, asked or reply)
            if fault is not None and not fault.carried_out:
                raise _Undone(answer)
            return answer

    def _asked(self, world: World, request: Request, fault: faults.Fault | None) -> Reply | None:
        if fault is not None and fault.status is not None:
            wanted = preference.Preference(fault.status)
            response = self.facts.response(fault.status)
            if response is None:
                return Reply(None, fault.status, off_contract=True)
        else:
            if b"prefer" not in request.exchange.headers:
                return None
            wanted = preference.parse(request.header("prefer") or "")
            if not wanted:
                return None
            request.exchange.fault = "prefer"
        return preference.documented(self.facts, self.vendor.spec, wanted, world.settings["seed"], request)

    def _authenticate(self, world: World | None, request: Request) -> str:
        """The caller, by the first alternative that lets the request in; else the refusal of the one that was tried, by
        the scheme in its challenge, or of the first."""
        refusals: list[Refusal] = []
        for schemes in self._security:
            try:
                if len(schemes) == 1:
                    return str(schemes[0](world, request))
                return "+".join(filter(None, [str(scheme(world, request)) for scheme in schemes]))
            except (Unauthenticated, TooManyRequests) as error:
                refusals.append(error)
        tried = _scheme(request.header("authorization"))
        matching = (it for it in refusals if tried and tried == _scheme(it.headers.get("WWW-Authenticate")))
        raise next(matching, None) or (refusals[0] if refusals else Unauthenticated("no credentials"))

    def _read(self, world: World | None, request: Request) -> dict[str, Any]:
        """Arguments from parameters and body. Raises BadParameter, UnsupportedMedia, Unparsable, Invalid."""
        values: dict[str, Any] = {"path": request.path}
        if self._reads_query:
            values["query"] = query(request.query)
        if self._reads_cookies:
            values["cookie"] = cookies(request)
        if self._header_names:
            sent = request.exchange.headers
            values["header"] = {name: sent[raw].decode("latin-1") for name, raw in self._header_names if raw in sent}
        problems: list[Problem] = []
        arguments = {}
        for parameter in self._parameters:
            found = parameter.read(values[parameter.place], problems)
            if parameter.argument in self._accepted and found is not ParameterReader.missing:
                arguments[parameter.argument] = found
        if problems:
            raise BadParameter(problems=problems)
        if self._body.declared:
            body = self._read_body(world, request, arguments)
            if "body" in self._accepted:
                arguments["body"] = body
        return arguments

    def _read_body(self, world: World | None, request: Request, arguments: dict[str, Any]) -> Any:
        try:
            return self._body.read(request)
        except Invalid as refusal:
            if self.vendor.also_wrong is None:
                raise
            more = self.vendor.also_wrong(world, self.facts, {**arguments, "body": refusal.value})
            raise Invalid(problems=[*refusal.problems, *more]) from None

    def _handle(self, world: World, request: Request, arguments: dict[str, Any]) -> Reply:
        if self._function is None:
            seed = world.settings["seed"]
            return preference.documented(self.facts, self.vendor.spec, preference.Preference(), seed, request)
        return self._call(self._function, arguments, {"world": world, "request": request, "spec": self.vendor.spec})

    def _call(self, function: Callable[..., Any], arguments: dict[str, Any], parts: Mapping[str, Any]) -> Reply:
        """Call the handler with what was read of the request, and those of the `parts` that it takes."""
        for name, part in parts.items():
            if name in self._accepted:
                arguments[name] = part
        reply: Reply = function(**arguments)
        return reply

    def _refuse(self, world: World | None, request: Request, refusal: Refusal) -> Answer:
        exchange = request.exchange
        exchange.reasons = tuple(str(problem) for problem in refusal.problems) or (refusal.reason,)
        try:
            reply = self.vendor.refuse(world, refusal, self.facts)
            if isinstance(refusal, TooLarge) and self.facts.response(reply.status) is None:
                reply.off_contract = True
            return self._write(world, request, reply)
        except BrokenContract as broken:
            return self._defect(exchange, str(broken))
        except StoreError:
            raise
        except Exception as error:
            _log.exception("defect: the refusal of %s failed", self.facts.id)
            return self._defect(exchange, f"{type(error).__name__}: {error}")

    def _write(self, world: World | None, request: Request, reply: Reply) -> Answer:
        if self.vendor.finish is not None:
            reply = self.vendor.finish(world, request, reply)
        status = reply.status
        writer = self._writers[status]
        body: bytes | Pieces | Stream
        if reply.off_contract:
            headers, body = undocumented(reply)
        elif writer is None:
            raise BrokenContract(f"status {status} is not documented ({self.facts.pointer}/responses)")
        else:
            headers, body = writer.write(reply, request)
        return reply.sent_as or reply.status, headers, body

    @staticmethod
    def _defect(exchange: Exchange, reason: str) -> Answer:
        exchange.defect = reason
        body = orjson.dumps({"title": "the mock broke its own contract", "detail": reason})
        return 500, [(b"content-type", b"application/problem+json")], body


def _named(vendor: Vendor, facts: Operation, kind: str, known: Mapping[str, Any], name: str) -> Any:
    if name not in known:
        there = ", ".join(known) or "none"
        message = f"{facts.id} names the {kind} {name!r}; there are {there}"
        raise SpecError(message, pointer=facts.pointer).placed(vendor.spec.path)
    return known[name]


def _scheme(header: str | None) -> str:
    """The authentication scheme that a header begins with, in lower case."""
    return (header or "").strip().partition(" ")[0].lower()


def place_of(function: Callable[..., Any] | None) -> str | None:
    """Where a handler is written, as `file:line`."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else None
