"""The seams through which a mutant reaches the mock, which knows nothing of mutants.

A patch holds for a whole process, and so for every application in it, until its stack is closed.
"""

from __future__ import annotations

import copy
import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

import specs
from mockserver.exchange import Exchange, Headers
from mockserver.pipeline import CompiledOperation
from mockserver.store import Record
from mockserver.world import World
from specs.codecs import is_json, is_xml

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass
class Answer:
    """What goes over the wire, past the mock's own validation. `exchange` and `sent` are the request and its body."""

    status: int
    headers: Headers
    body: bytes
    exchange: Exchange
    sent: bytes

    @property
    def media_type(self) -> str:
        return self.header("content-type").partition(";")[0].lower()

    @property
    def is_json(self) -> bool:
        return bool(self.body) and is_json(self.media_type)

    @property
    def is_xml(self) -> bool:
        return bool(self.body) and is_xml(self.media_type)

    def header(self, name: str) -> str:
        """The value of a header; "" without one."""
        return next((value.decode() for key, value in self.headers if key == name.encode()), "")

    def set_header(self, name: str, value: str | None) -> None:
        """Replace a header; None takes it away."""
        kept = [pair for pair in self.headers if pair[0] != name.encode()]
        self.headers = kept if value is None else [*kept, (name.encode(), value.encode())]

    @contextmanager
    def json(self) -> Iterator[Any]:
        """The body, to be changed in place."""
        value = orjson.loads(self.body)
        yield value
        self.body = orjson.dumps(value)


@dataclass
class Asked:
    """A request before the mock has looked at it."""

    exchange: Exchange
    path: dict[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return (self.exchange.header(name.encode()) or "") if name.encode() in self.exchange.headers else ""

    def set_header(self, name: str, value: str) -> None:
        pair = name.encode(), value.encode()
        self.exchange.headers[pair[0]] = pair[1]
        self.exchange.request_headers = [it for it in self.exchange.request_headers if it[0] != pair[0]] + [pair]


class Patch:
    """Applies one mutant. Every function that it is given gets the original as its first argument, but for those of
    `answer`, `request` and `spec`, which change what they are given."""

    def __init__(self, vendor: str, stack: ExitStack) -> None:
        self._vendor = vendor
        self._stack = stack

    def function(self, name: str) -> Decorator:
        """Replace a function of the vendor: `persons.get_person`."""
        return self.core(f"vendors.{self._vendor}.{name}")

    def core(self, name: str) -> Decorator:
        """Replace a function, or a method of a class, below `mockserver`: `ratelimit.admit`, `world.World.put`."""
        *path, last = name.split(".")
        owner: Any = importlib.import_module("mockserver")
        for step in path:
            owner = getattr(owner, step, None) or importlib.import_module(f"{owner.__name__}.{step}")
        return functools.partial(self._swap, owner, last)

    def step(self, name: str, *operations: str) -> Decorator:
        """Replace a step of the pipeline (`_authenticate`, `_read`, `_refuse`, …) of some operations, or of all."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            def mutated(original: Callable[..., Any], compiled: CompiledOperation, *arguments: Any) -> Any:
                if not self._concerns(compiled, operations):
                    return original(compiled, *arguments)
                return function(functools.partial(original, compiled), compiled, *arguments)

            return self._swap(CompiledOperation, name, mutated)

        return decorate

    def put(self, kind: str) -> Decorator:
        """Replace what happens when a record of the vendor is put: the function gets `(original, world, record)`."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            def mutated(original: Callable[..., Any], world: World, name: str, record: Record) -> Record:
                if world.vendor != self._vendor or name != kind:
                    return original(world, name, record)
                return function(functools.partial(original, world, kind), world, record)

            return self._swap(World, "put", mutated)

        return decorate

    def answer(self, *operations: str) -> Decorator:
        """Alter the answers of some operations, or of all: the function gets an Answer."""

        def decorate(function: Callable[[Answer], None]) -> Callable[..., Any]:
            def mutated(original: Callable[..., Any], compiled: CompiledOperation, *given: Any) -> Any:
                found, fault = original(compiled, *given)
                if not self._concerns(compiled, operations):
                    return found, fault
                answer = Answer(*found, exchange=given[0], sent=given[2])
                function(answer)
                return (answer.status, answer.headers, answer.body), fault

            return self._swap(CompiledOperation, "answer", mutated)

        return decorate

    def request(self, *operations: str) -> Decorator:
        """Alter the requests of some operations, or of all: the function gets an Asked, and may return an answer
        (status, headers, body) to be given at once."""

        def decorate(function: Callable[[Asked], Any]) -> Callable[..., Any]:
            def mutated(original: Callable[..., Any], compiled: CompiledOperation, *given: Any) -> Any:
                if not self._concerns(compiled, operations):
                    return original(compiled, *given)
                asked = Asked(*given[:3])
                at_once = function(asked)
                if at_once is not None:
                    return at_once, None
                return original(compiled, asked.exchange, asked.path, asked.body, *given[3:])

            return self._swap(CompiledOperation, "answer", mutated)

        return decorate

    def spec(self, function: Callable[[dict[str, Any]], None]) -> Callable[..., Any]:
        """Change the document as the mock reads it; the gate, another process, reads the true one."""

        def mutated(original: Callable[..., Any], vendor: str) -> specs.Spec:
            spec: specs.Spec = original(vendor)
            if vendor != self._vendor:
                return spec
            changed = specs.Spec(spec.vendor, spec.path, copy.deepcopy(spec.document))
            function(changed.document)
            return changed

        return self._swap(specs, "read", mutated)

    def _concerns(self, compiled: CompiledOperation, operations: tuple[str, ...]) -> bool:
        return compiled.vendor.name == self._vendor and (not operations or compiled.facts.id in operations)

    def _swap(self, owner: Any, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, name)

        @functools.wraps(original)
        def mutated(*arguments: Any, **named: Any) -> Any:
            return function(original, *arguments, **named)

        setattr(owner, name, mutated)
        self._stack.callback(setattr, owner, name, original)
        return function
