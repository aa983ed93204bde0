"""The tokens that a target gave in a replay: a recording has those of another vendor, or a mask in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import orjson

from contracts.compare.ids import leaves, named
from contracts.exchange import Request
from specs import Operation, Spec


class Tokens:
    """Which token opens what: the ids in the answer that gave it, and in those that it was shown by later.

    Of an answer, a member that the spec marks `format: password` is a token when some scheme of the spec is of HTTP but
    not Basic.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._holders: dict[str, list[str]] = {}
        self._newest: list[str] = []

    def header(self, operation: Operation, request: Request, base: str) -> dict[str, str]:
        """The header with the token for a request; none when the target gave no token for what it is about."""
        scheme, named = self._scheme(operation), _path(operation, request, base)
        if scheme is None:
            return {}
        known = [self._holders[it] for it in (*named, *_body(request)) if it in self._holders]
        holder = known[-1] if known else [] if named else self._newest  # the last step of a path is the narrowest
        return {"Authorization": f"{scheme} {holder[0]}"} if holder else {}

    def learn(self, operation: Operation, request: Request, base: str, value: Any) -> Sequence[str]:
        """Note what an answer gives, or shows to whoever has a token; the tokens given, which are secret."""
        ids, given = _parted(value, self._spec.secrets.members)
        narrowest = _path(operation, request, base)[-1:] if self._scheme(operation) else []
        ids = [*narrowest, *ids]
        if given:
            holder = next((self._holders[it] for it in ids if it in self._holders), [])
            holder[:] = given[:1]
            self._newest = holder
        elif self._scheme(operation) is not None:
            shown = next((it for name, it in request.headers if name.lower() == "authorization"), "")
            token = shown.partition(" ")[2]
            holder = next((it for it in self._holders.values() if it[0] == token), [token])
        else:
            return given
        for it in ids:
            self._holders.setdefault(it, holder)
        return given

    def _scheme(self, operation: Operation) -> str | None:
        for alternative in operation.security:
            for scheme in (self._spec.security_schemes.get(name, {}) for name in alternative):
                if scheme.get("type") != "http" or str(scheme.get("scheme")).lower() == "basic":
                    return None
                return "Bearer" if str(scheme["scheme"]).lower() == "bearer" else str(scheme["scheme"])
        return None


def _path(operation: Operation, request: Request, base: str) -> list[str]:
    """What a path names, beside the app or the like that all of them have in front."""
    steps = request.url.removeprefix(base).partition("?")[0].strip("/").split("/")
    template = operation.path.strip("/").split("/")
    return [unquote(step) for name, step in zip(template, steps, strict=False) if name.startswith("{")][1:]


def _body(request: Request) -> list[str]:
    try:
        return [str(it) for it in leaves(orjson.loads(request.body or b"null"))]
    except orjson.JSONDecodeError:
        return []


def _parted(value: Any, secret: frozenset[str], name: str = "") -> tuple[list[str], list[str]]:
    """The ids in a value, and the credentials in it."""
    if isinstance(value, str):
        return ([], [value]) if name in secret else ([value], []) if named(name, value) else ([], [])
    inner = (
        value.items() if isinstance(value, dict) else ((name, it) for it in value) if isinstance(value, list) else ()
    )
    ids: list[str] = []
    given: list[str] = []
    for key, it in inner:
        more = _parted(it, secret, key)
        ids += more[0]
        given += more[1]
    return ids, given
