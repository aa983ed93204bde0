"""Small documents, built in the test and read through the one door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

import specs
from specs import Spec

_numbers = count(1)
Read = Callable[..., Spec]


@pytest.fixture(autouse=True)
def _places_pass() -> Iterator[None]:
    with specs.passing():
        yield


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a document from text, or from its parts: `paths`, and what else stands at the root."""

    def read(text: str | bytes | None = None, *, suffix: str = "yaml", **parts: Any) -> Spec:
        path = tmp_path / f"api{next(_numbers)}.{suffix}"
        if text is None:
            document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}, **parts}
            text = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return specs.read(specs.add_file(path))

    return read


@pytest.fixture
def operation(read: Read) -> Callable[..., specs.Operation]:
    """The one operation of a document, `GET /things` unless `paths` says otherwise."""

    def operation(raw: dict[str, Any], **parts: Any) -> specs.Operation:
        raw = {"responses": {"200": {"description": "ok"}}, **raw}
        spec = read(**{"paths": {"/things": {"get": raw}}, **parts})
        return next(iter(spec.operations.values()))

    return operation
