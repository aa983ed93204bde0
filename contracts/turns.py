"""Which of many alike requests a quick run sends: operations that take the same body share out its long tail.

A large schema has hundreds of boundary values and breaches. Where several operations take it (create, update, update by
external id), each gets the first ones, and of the rest every one goes to one of them, in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from specs import Spec

_OWN = 60


class Turns:
    """The turns of one run over these operations, the same in every run and in every shard of one."""

    def __init__(self, spec: Spec, operations: Sequence[str]) -> None:
        self._takers: dict[str, list[str]] = {}
        self._body: dict[str, str] = {}
        for name in operations:
            for kind, media in spec.operations[name].body.items():
                reference = media.schema.get("$ref") if media.schema else None
                if reference is not None:
                    self._body[name] = f"{kind} {reference}"
                    self._takers.setdefault(self._body[name], []).append(name)
        self._seen: Counter[str] = Counter()

    def takes(self, operation: str) -> bool:
        """Whether the operation's next request that tries something of its body is its own to send."""
        takers = self._takers.get(self._body.get(operation, ""), [operation])
        self._seen[operation] += 1
        number = self._seen[operation]
        return number <= _OWN or number % len(takers) == takers.index(operation)
