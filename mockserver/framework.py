"""All that the mock uses of Connexion, reached through here only: its stack of layers, its extension points, and our
specs in the form they take.

Connexion validates a document with jsonschema's pure Python at each start (over a second for a large one) and inlines
every reference (which a recursive schema does not survive). Ours are validated by `bodydouble lint` and by the tests,
and `specs.Operation` has their facts with references resolved, so Connexion gets just the operations.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from specs import Spec

with warnings.catch_warnings():
    # Importing Connexion imports Starlette's test client and jsonschema's RefResolver, which nobody here uses and which
    # warn of their own future: an error where a user's pytest makes errors of warnings.
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=r"jsonschema\.")
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware, SpecMiddleware
    from connexion.middleware.lifespan import LifespanMiddleware
    from connexion.middleware.main import API
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolver
    from connexion.spec import OpenAPISpecification

__all__ = [
    "ROUTING_CONTEXT",
    "AbstractOperation",
    "LifespanMiddleware",
    "RoutedAPI",
    "RoutedMiddleware",
    "SpecMiddleware",
    "Specification",
    "Stack",
]

_Layer = TypeVar("_Layer")


class Specification(OpenAPISpecification):  # type: ignore[misc]
    """A spec with what Connexion's layers, resolver and operation objects read of it."""

    def __init__(self, spec: Spec) -> None:
        paths: dict[str, dict[str, Any]] = {}
        for operation in spec.operations.values():
            entry = {"operationId": operation.id, "responses": {}}
            paths.setdefault(operation.path, {})[operation.method.lower()] = entry
        self._spec = {"openapi": spec.document["openapi"], "info": {}, "paths": paths, "components": {}}
        self._raw_spec = self._spec
        self._base_uri = ""


class Stack(ConnexionMiddleware):  # type: ignore[misc]
    """Connexion's stack of layers, taking a Spec where the original takes a file or a raw document."""

    def add_spec(self, spec: Spec, base_path: str, function: Callable[[str], Any], **options: Any) -> None:
        """Register a spec under `base_path`; `function` maps an operationId to what carries it out. `options` reach
        the `add_api` of every layer."""
        known = {**self.options.__dict__, "resolver": Resolver(function)}
        self.apis.append(API(Specification(spec), base_path=base_path, **known, **options))

    def build(self) -> None:
        """Compile all operations now; the original does so at the first request, when it is too late to refuse."""
        self.app, self.middleware_stack = self._build_middleware_stack()

    def layer(self, kind: type[_Layer]) -> _Layer:
        """The layer of this class."""
        found: _Layer = next(layer for layer in self.middleware_stack if isinstance(layer, kind))
        return found
