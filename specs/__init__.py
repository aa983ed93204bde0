"""The one door to a spec.

A vendor is one OpenAPI document. It lies in this package, or in a *place* that the user named: a directory that mirrors
the repository (`specs/acme.yaml`, `mockserver/vendors/acme/`, `contracts/vendors/acme/`), or a single file.
Both halves of the product read specs from here and share nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from specs.loading import SpecError, line_of, load, pointer, shown
from specs.operations import Operation, RateClass, operations, rate_classes
from specs.schemas import Schemas
from specs.secrets import Secrets

__all__ = ["Operation", "Spec", "SpecError", "add_file", "add_place", "passing", "places", "read", "vendors"]

_HERE = Path(__file__).parent
_places: list[Path] = []
_files: dict[str, Path] = {}


class Spec:
    """One vendor's document, and what both halves derive from it. Read-only: nothing may change `document`."""

    def __init__(self, vendor: str, path: Path, document: dict[str, Any]) -> None:
        self.vendor = vendor
        self.path = path
        self.document = document

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by operationId, in the order of the document. Raises SpecError with the line of a mistake."""
        try:
            return {operation.id: operation for operation in operations(self.document)}
        except SpecError as error:
            raise error.placed(self.path) from None

    @cached_property
    def rate_classes(self) -> dict[str, RateClass]:
        """Rate-limit classes by name, from the root's `x-rate-limit`. Raises SpecError: a mistake in one."""
        try:
            return rate_classes(self.document)
        except SpecError as error:
            raise error.placed(self.path) from None

    @cached_property
    def schemas(self) -> Schemas:
        """Validators for the document's schemas."""
        return Schemas(self.document, self.path)

    @cached_property
    def secrets(self) -> Secrets:
        """Which parts of the vendor's messages hold credentials."""
        return Secrets(self.document)

    @property
    def title(self) -> str:
        return str(self.document["info"].get("title", self.vendor))

    @cached_property
    def security_schemes(self) -> dict[str, dict[str, Any]]:
        """Security schemes by name, as the document writes them. Raises SpecError when one is no mapping."""
        components = self.document.get("components")
        schemes: Any = components.get("securitySchemes", {}) if isinstance(components, dict) else {}
        if not (isinstance(schemes, dict) and all(isinstance(it, dict) for it in schemes.values())):
            line = line_of(self.path, ["components", "securitySchemes"])
            raise SpecError("`securitySchemes` maps each name to a mapping", self.path, line)
        return schemes

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Host names of the vendor's real servers, lower-case and without port; those with variables are left out."""
        servers = [server for server in self.document.get("servers") or () if isinstance(server, dict)]
        urls = [str(server.get("url", "")) for server in servers]
        found = [re.match(r"https?://([^/:{}]+)(:\d+)?(/|$)", url, re.IGNORECASE) for url in urls]
        return tuple(match[1].lower() for match in found if match and match[1] not in ("localhost", "127.0.0.1"))

    def check(self) -> None:
        """Raises SpecError, with its line, for what of the document cannot be used: a schema, a security scheme."""
        _ = self.security_schemes
        for operation in self.operations.values():
            for parameter in operation.parameters:
                self.schemas.validator(parameter.schema, "request")
            for media in operation.body.values():
                self.schemas.validator(media.schema or {}, "request")
            for response in operation.responses.values():
                for media in response.content.values():
                    self.schemas.validator(media.schema or {}, "response")

    def resolve(self, reference: str) -> Any:
        """The value at a local reference such as `#/components/schemas/Person`. Raises SpecError when there is none."""
        return pointer(self.document, reference)


def vendors() -> list[str]:
    """Names of all vendors: the package's own, then those of the user's places, in alphabetical order."""
    found = {path.stem for place in (_HERE, *[place / "specs" for place in _places]) for path in place.glob("*.yaml")}
    return sorted(found | _files.keys())


def read(vendor: str) -> Spec:
    """The spec of a vendor.

    Raises SpecError: no such vendor, no YAML, or no OpenAPI 3.0 document; it carries file and line where known.
    """
    path = _files.get(vendor)
    if path is None and re.fullmatch(r"[\w-][\w.-]*", vendor):
        candidates = [place / f"{vendor}.yaml" for place in (_HERE, *[place / "specs" for place in _places])]
        path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        raise SpecError(f"unknown vendor {vendor!r}; known are {', '.join(vendors())}")
    document = load(path)
    _check_version(document, path)
    return Spec(vendor, path, document)


def _check_version(document: Any, path: Path) -> None:
    if not isinstance(document, dict):
        raise SpecError(f"not an OpenAPI document: expected a mapping, found {shown(document)}", path, 1)
    version = document.get("openapi")
    if "swagger" in document:
        line = line_of(path, ["swagger"])
        raise SpecError(f"Swagger {document['swagger']} is not supported, only OpenAPI 3.0.x", path, line)
    if version is None:
        raise SpecError("not an OpenAPI document: the key `openapi` is missing", path, 1)
    if not re.fullmatch(r"3\.0\.\d+\S*", str(version)):
        line = line_of(path, ["openapi"])
        raise SpecError(f"OpenAPI {version} is not supported, only 3.0.x", path, line)
    for key in ("info", "paths"):
        if not isinstance(document.get(key), dict):
            line = line_of(path, [key])
            raise SpecError(f"not an OpenAPI document: `{key}` must be there, and be a mapping", path, line)


def add_place(directory: Path) -> None:
    """Look for vendors in a directory of the user's too. Raises SpecError when it holds no `specs/*.yaml`."""
    if not any((directory / "specs").glob("*.yaml")):
        missing = "" if directory.is_dir() else "does not exist: it "
        raise SpecError(f"{directory} {missing}has no specs/*.yaml, so no vendor to add")
    directory = directory.absolute()
    if directory not in _places:
        _places.append(directory)


def places() -> tuple[Path, ...]:
    """The user's own directories, in the order they were added."""
    return tuple(_places)


def add_file(path: Path) -> str:
    """Make a single document a vendor and return its name: the file's stem. Raises SpecError when there is no file."""
    if not path.is_file():
        raise SpecError("is a directory" if path.is_dir() else "no such file", path)
    vendor = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "api"
    _files[vendor] = path.absolute()
    return vendor


@contextmanager
def passing() -> Iterator[None]:
    """Places and files added inside are forgotten at the end."""
    before = list(_places), dict(_files)
    try:
        yield
    finally:
        _places[:] = before[0]
        _files.clear()
        _files.update(before[1])
