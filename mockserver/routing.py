"""Routing by path segments: the time it takes does not grow with the number of operations.

Replaces Connexion's RoutingMiddleware, which tries routes one by one, and sets the same context in the scope. The raw
path is split before it is decoded, so a segment may hold an encoded slash; a slash at the end changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.exchange import Exchange
from mockserver.framework import ROUTING_CONTEXT, Specification, SpecMiddleware
from specs.operations import METHODS

EXCHANGE, PATH, ALLOWED = "bodydouble.exchange", "path_params", "bodydouble.allowed"  # keys of a scope
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


class _Node:
    """A place in the tree: the literal segments below it, a whole-segment parameter, and segments of mixed form."""

    __slots__ = ("literal", "mixed", "operations", "parameter")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.mixed: list[tuple[re.Pattern[str], _Node]] = []
        self.operations: dict[str, tuple[str, tuple[str, ...]]] = {}

    def below(self, segment: str) -> _Node:
        """The node for a segment of a path template, made when it is new."""
        if "{" not in segment:
            return self.literal.setdefault(unquote(segment), _Node())
        if _TEMPLATE.fullmatch(segment):
            self.parameter = self.parameter or _Node()
            return self.parameter
        parts = _TEMPLATE.split(segment)
        pattern = "".join("(.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
        for known, node in self.mixed:
            if known.pattern == pattern:
                return node
        node = _Node()
        self.mixed.append((re.compile(pattern, re.DOTALL), node))
        return node


def _descend(node: _Node, segments: Sequence[str], values: list[str]) -> _Node | None:
    """The way nearly every request goes: literal first, else the parameter, never back. None when it leads nowhere."""
    for segment in segments:
        text = unquote(segment) if "%" in segment else segment
        below = node.literal.get(text)
        if below is None:
            below = node.parameter
            if below is None or not segment or node.mixed:
                return None
            values.append(text)
        node = below
    return node if node.operations else None


def _find(node: _Node, segments: Sequence[str], index: int, values: list[str]) -> _Node | None:
    if index == len(segments):
        return node if node.operations else None
    text = unquote(segments[index])
    below = node.literal.get(text)
    if below is not None:
        found = _find(below, segments, index + 1, values)
        if found is not None:
            return found
    mark = len(values)
    for pattern, below in node.mixed:
        match = pattern.fullmatch(text)
        if match:
            values.extend(match.groups())
            found = _find(below, segments, index + 1, values)
            if found is not None:
                return found
            del values[mark:]
    if node.parameter is not None and text:
        values.append(text)
        found = _find(node.parameter, segments, index + 1, values)
        if found is not None:
            return found
        del values[mark:]
    return None


class TreeRouting(SpecMiddleware):  # type: ignore[misc]
    """Finds the operation of a request and its path parameters; without one, says which methods the path has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._roots: dict[str, _Node] = {}

    def add_api(self, specification: Specification, base_path: str | None = None, **_: Any) -> None:
        base = specification.base_path if base_path is None else base_path
        root = self._roots.setdefault(base, _Node())
        for path, item in specification["paths"].items():
            node = root
            names = tuple(_TEMPLATE.findall(path))
            for segment in path.strip("/").split("/"):
                node = node.below(segment)
            for method in METHODS:
                if method in item:
                    node.operations[method.upper()] = (item[method]["operationId"], names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            exchange: Exchange = scope[EXCHANGE]
            path, allowed = self.route(exchange)
            if path is not None:
                scope[PATH] = path
            scope[ALLOWED] = allowed
            context = {"api_base_path": exchange.base, "operation_id": exchange.operation}
            scope.setdefault("extensions", {})[ROUTING_CONTEXT] = context
        await self.app(scope, receive, send)

    def route(self, exchange: Exchange) -> tuple[dict[str, str] | None, list[str]]:
        """Names the operation of an exchange; its path parameters, or None and the methods that the path has."""
        root = self._roots.get(exchange.base)
        if root is None:
            return None, []
        values: list[str] = []
        node = _descend(root, exchange.segments, values)
        if node is None:
            values.clear()
            node = _find(root, exchange.segments, 0, values)
            if node is None:
                return None, []
        found = node.operations.get(exchange.method)
        if found is None:
            return None, sorted(node.operations)
        exchange.operation, names = found
        return dict(zip(names, values, strict=True)), []
