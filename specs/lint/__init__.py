"""The rules of docs/specs.md, held against a spec and the functions that its operationIds name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from specs import Spec
from specs.lint import document, examples, handlers, operations
from specs.lint.problem import Problems
from specs.loading import Lines, SpecError, steps

RULES: dict[str, Callable[[Spec], Problems]] = {
    "openapi": document.valid,
    "key-order": document.key_order,
    "extension-keys": document.extensions,
    "operation-keys": operations.operation_keys,
    "capabilities": operations.capabilities,
    "functions": handlers.operation_functions,
    "tags": operations.tags,
    "pagination": operations.pagination,
    "error-schemas": operations.error_schemas,
    "examples": examples.examples,
    "security-schemes": handlers.scheme_functions,
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a spec breaks, with the file and line where it does: the spec's, or those of a handler."""

    rule: str
    message: str
    path: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.rule}: {self.message}"


def lint(spec: Spec) -> list[Broken]:
    """All rules that the spec breaks, in the order of its lines."""
    lines = Lines(spec.path)
    found: dict[tuple[str, str, int | None], Broken] = {}
    for rule, check in RULES.items():
        for message, where in _all(check, spec):
            if isinstance(where, tuple):
                path, line = str(where[0]), where[1]
            else:
                path, line = str(spec.path), lines.at(steps(where)) or 0
            # What keeps a rule from looking keeps others too: said once.
            found.setdefault((message, path, line), Broken(rule, message, path, line or None))
    own = str(spec.path)
    return sorted(found.values(), key=lambda it: (it.path != own, it.path, it.line or 0, it.rule))


def _all(check: Callable[[Spec], Problems], spec: Spec) -> Problems:
    """What a rule finds. A document too broken for the rule to look at is a finding too."""
    try:
        yield from check(spec)
    except SpecError as error:
        elsewhere = error.path is not None and error.path != spec.path
        if elsewhere and error.path:
            yield error.message, (error.path, error.line or 1)
        else:
            yield error.message, error.pointer or "#"
