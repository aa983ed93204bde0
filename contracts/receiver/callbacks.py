"""The callbacks of a vendor's document, read as operations: what OpenAPI says of both is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from contracts.finding import UsageError
from specs import Operation, Spec, SpecError
from specs.loading import escape, resolved
from specs.operations import METHODS

_NOT_DATA = ("example", "examples", "default", "enum")


class Callbacks:
    """What a vendor sends: callbacks by name, in the order of the document.

    `spec` is the vendor's with each callback as an operation of its own, and without `readOnly` and `writeOnly`: those
    tell apart two directions of which a callback has one. `owners` are the vendor's operations that document them.
    Raises SpecError for callbacks that are not as OpenAPI has them.
    """

    def __init__(self, vendor: Spec) -> None:
        try:
            found = list(_found(vendor))
        except SpecError as error:
            raise error.placed(vendor.path) from None
        items = {f"/callbacks/{index}": item for index, (_, _, _, item) in enumerate(found)}
        self.owners = {name: owner for name, owner, _, _ in found}
        document = _plain({**vendor.document, "paths": {**vendor.document["paths"], **items}})
        self.spec = Spec(vendor.vendor, vendor.path, document)
        names = [*self.owners]
        try:
            self.by_name: dict[str, Operation] = {name: self.spec.operations[name] for name in names}
        except SpecError as error:
            raise _moved(error, dict(zip(items, (at for _, _, at, _ in found), strict=True))).placed(
                vendor.path
            ) from None

    def chosen(self, names: tuple[str, ...]) -> list[Operation]:
        """The named ones, or all. Raises UsageError: there are none, or not this one."""
        if not self.by_name:
            raise UsageError(
                f"{self.spec.vendor} documents no callbacks: no operation of its spec says what is sent to you"
            )
        unknown = [name for name in names if name not in self.by_name]
        if unknown:
            known = ", ".join(self.by_name)
            raise UsageError(f"{self.spec.vendor} has no callback {unknown[0]!r}; known are {known}")
        return [callback for name, callback in self.by_name.items() if not names or name in names]


@lru_cache(maxsize=8)
def documented(vendor: Spec) -> Callbacks:
    """The callbacks of a vendor, read once: each recipe that listens asks for them, and the document is long."""
    return Callbacks(vendor)


def _found(vendor: Spec) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Name, operation, place and path item of every callback; one that several operations refer to stands once."""
    places: set[str] = set()
    taken = set(vendor.operations)
    for operation in vendor.operations.values():
        for key, at, item in _entries(vendor, operation):
            for method in [it for it in METHODS if it in item]:
                if f"{at}/{method}" in places:
                    continue
                places.add(f"{at}/{method}")
                raw, _ = resolved(vendor.document, item[method], f"{at}/{method}")
                name = _name(str(raw.get("operationId") or key), operation, taken)
                own = {"parameters": item["parameters"]} if "parameters" in item else {}
                sent = {entry: value for entry, value in raw.items() if entry != "callbacks"}
                yield name, operation.id, at, {**own, method: {**sent, "operationId": name}}


def _entries(vendor: Spec, operation: Operation) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each callback's key, and the path items under its expressions."""
    written, start = resolved(vendor.document, operation.raw.get("callbacks", {}), f"{operation.pointer}/callbacks")
    for key, entry in written.items():
        expressions, below = resolved(vendor.document, entry, f"{start}/{escape(key)}")
        for expression, item in expressions.items():
            if not expression.startswith("x-"):
                found, at = resolved(vendor.document, item, f"{below}/{escape(expression)}")
                yield key, at, found


def _name(wanted: str, operation: Operation, taken: set[str]) -> str:
    """A name that nothing else in the document has."""
    candidates = [wanted, f"{operation.id}.{wanted}", *(f"{operation.id}.{wanted}.{turn}" for turn in range(2, 1000))]
    name = next(it for it in candidates if it not in taken)
    taken.add(name)
    return name


def _plain(value: Any, key: str = "") -> Any:
    """A copy without `readOnly` and `writeOnly`; examples stay as they are."""
    if isinstance(value, dict) and key not in _NOT_DATA:
        return {
            name: _plain(item, name)
            for name, item in value.items()
            if not (name in ("readOnly", "writeOnly") and isinstance(item, bool))
        }
    if isinstance(value, list) and key not in _NOT_DATA:
        return [_plain(item) for item in value]
    return value


def _moved(error: SpecError, places: Mapping[str, str]) -> SpecError:
    """A mistake in a callback, at the place where the user wrote it."""
    pointer = error.pointer or ""
    for path, at in places.items():
        pointer = pointer.replace(f"#/paths/{escape(path)}", at, 1)
    return SpecError(error.message, None, None, pointer or None)
