"""What a call does not say, from the document: parameters' examples, the first example of a body, media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contracts.finding import NotProvokable
from contracts.validity import RESERVED_HEADERS
from specs import Operation, Spec
from specs.codecs import codec, is_csv, is_xml
from specs.operations import Media, Parameter
from specs.samples import sample


class _Left:
    """Marks what a call leaves to the spec."""

    def __repr__(self) -> str:
        return "…"


FROM_SPEC: Any = _Left()
NOTHING: Any = object()


class Filled:
    """One call of an operation, filled in. `values` are a user's own examples of parameters, by name; `preferred` is
    the media type to speak where there are several. `made_up` says that a value had to be made from its schema."""

    def __init__(self, spec: Spec, operation: Operation, values: Mapping[str, str], preferred: str | None) -> None:
        self._spec, self._operation, self._values, self._preferred = spec, operation, values, preferred
        self.made_up = False

    def media_type(self, asked: str | None) -> str | None:
        """The media type of the body; None for an operation without one."""
        if asked:
            return asked
        if self._preferred in self._operation.body:
            return self._preferred
        return next(iter(self._operation.body), None)

    def accepted(self) -> list[str]:
        """What an answer may be in."""
        kinds = dict.fromkeys(kind for response in self._operation.responses.values() for kind in response.content)
        return [self._preferred] if self._preferred in kinds else [*kinds]

    def content(self, kind: str | None, body: Any, raw: bytes | None) -> bytes | None:
        """The body's bytes; None when there is none."""
        operation = self._operation
        if raw is not None or body is NOTHING:
            return raw
        media: Media | None = operation.body.get(kind or "")
        if body is FROM_SPEC:
            if not operation.body:
                return None
            if (media is None or not media.examples) and not operation.body_required:
                return None
            body = next(iter(media.examples.values())) if media and media.examples else self._sample(media)
        if isinstance(body, str) and (is_xml(kind or "") or is_csv(kind or "")):
            return body.encode()
        return codec(kind or "", media.schema if media else None, self._spec.document).encode(body)

    def parameters(
        self, arguments: dict[str, Any], headers: dict[str, str], every: bool
    ) -> tuple[str, list[tuple[str, Any]]]:
        """The path, and the pairs of the query; `headers` gets those that are headers. Raises NotProvokable when a
        value can neither be found nor made, LookupError for an argument that is no parameter."""
        path, query = self._operation.path, []
        for parameter in self._operation.parameters:
            value = self._argument(parameter, arguments, every)
            if parameter.place == "path":
                path = path.replace(
                    f"{{{parameter.name}}}", quote(str(_known(self._operation, parameter, value)), safe="")
                )
            elif isinstance(value, dict) and parameter.place == "query" and parameter.style == "deepObject":
                query += [(f"{parameter.name}[{key}]", _text(it)) for key, it in value.items()]
            elif isinstance(value, dict) and parameter.place == "query" and parameter.explode:
                query += [(key, _text(it)) for key, it in value.items()]
            elif isinstance(value, dict) and not parameter.required:
                continue  # There are many other ways to write an object.
            elif value is NOTHING or value is None:
                continue
            elif parameter.place == "query":
                query.append((parameter.name, _text(value)))
            elif parameter.place == "header" and parameter.name.lower() not in RESERVED_HEADERS:
                headers[parameter.name] = str(_text(value))
        if arguments:
            raise LookupError(f"{self._operation.id} has no parameter {', '.join(arguments)}")
        if "{" in path:
            raise NotProvokable(f"the path of {self._operation.id} has a parameter that its document does not describe")
        return path, query

    def _argument(self, parameter: Parameter, arguments: dict[str, Any], every: bool) -> Any:
        for name in (parameter.name, parameter.argument):
            if name in arguments:
                return arguments.pop(name)
        if not (parameter.required or every or parameter.name in self._values):
            return NOTHING
        known = self._values.get(parameter.name, parameter.example)
        if known is not None or not parameter.required:
            return known
        self.made_up = True
        return sample(parameter.schema, self._spec.document, 1, "request")

    def _sample(self, media: Media | None) -> Any:
        self.made_up = True
        return sample(media.schema, self._spec.document, 1, "request") if media and media.schema else {}


def _known(operation: Operation, parameter: Parameter, value: Any) -> Any:
    if value is None or value is NOTHING or isinstance(value, dict | list) or value == "":
        raise NotProvokable(f"{operation.id} has no example of {parameter.name} in its spec")
    return value


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
