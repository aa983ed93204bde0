"""From a Reply to bytes, held to the spec on the way: status, media type, headers and body; compiled at start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from mockserver.exchange import Headers, Pieces, Reply, Request, Stream
from mockserver.negotiation import acceptable
from specs import Operation, Spec
from specs.codecs import Codec, CsvCodec, codec, is_json, is_xml
from specs.loading import resolved
from specs.operations import Response
from specs.schemas import Validator

_OF_LINES = frozenset(("type", "items", "minItems", "description", "x-source"))


class BrokenContract(Exception):
    """The mock was about to answer what its spec does not allow; the text says what and where in the spec."""


@dataclass(frozen=True, slots=True)
class _Content:
    type: bytes
    codec: Codec
    validator: Validator | None
    pointer: str
    texts: bool  # CSV of any texts: the schema asks no more of a line than that

    def hold(self, value: Any) -> None:
        """Raises BrokenContract when the value is not as the spec has it."""
        if self.validator is not None and not self.validator.ok(value):
            problems = "; ".join(str(problem) for problem in self.validator.problems(value, "body"))
            raise BrokenContract(f"{problems} ({self.pointer})")


class ReplyWriter:
    """Encodes and validates the replies of one operation with one documented status."""

    __slots__ = ("_contents", "_headers", "_required", "_response")

    def __init__(self, response: Response, spec: Spec) -> None:
        self._response = response
        self._contents = {
            name: _Content(
                media.type.encode(),
                codec(name, media.schema, spec.document),
                spec.schemas.validator(media.schema, "response") if media.schema else None,
                media.pointer,
                _asks_for_texts(media.schema or {}, spec),
            )
            for name, media in response.content.items()
        }
        self._required = [name.lower().encode() for name, header in response.headers.items() if header.get("required")]
        self._headers = {
            name.lower(): spec.schemas.validator(header["schema"], "response")
            for name, header in response.headers.items()
            if "schema" in header
        }

    def write(self, reply: Reply, request: Request) -> tuple[Headers, bytes | Pieces | Stream]:
        """Headers and body of a reply. The request decides among several media types. Raises BrokenContract."""
        headers = self._write_headers(reply.headers) if reply.headers or self._required else []
        if reply.body is None and self._response.empty_body != "never":
            return headers, b""
        content = self._choose(reply, request)
        if "content-type" not in reply.headers:
            headers.append((b"content-type", content.type))
        if isinstance(reply.body, Stream):
            return headers, reply.body
        if isinstance(reply.body, Iterator):
            return headers, _streamed(reply.body, content)
        content.hold(reply.body)
        return headers, content.codec.encode(reply.body)

    def _choose(self, reply: Reply, request: Request) -> _Content:
        contents = self._contents
        if not contents or self._response.empty_body == "always":
            raise BrokenContract(f"a body where the spec has none ({self._response.pointer})")
        if reply.media_type is not None:
            name = reply.media_type.lower().split(";")[0].strip()
            if name not in contents:
                raise BrokenContract(f"media type {name} is not documented ({self._response.pointer})")
            return contents[name]
        return contents[acceptable(request, contents)]

    def _write_headers(self, headers: Mapping[str, str]) -> Headers:
        written: Headers = []
        for name, value in headers.items():
            lower = name.lower()
            validator = self._headers.get(lower)
            if validator is not None and not validator.ok(value) and not validator.ok(_number(value)):
                problems = "; ".join(str(problem) for problem in validator.problems(value, f"header {name}"))
                raise BrokenContract(f"{problems} ({self._response.pointer})")
            written.append((lower.encode(), value.encode("latin-1")))
        for required in self._required:
            if not any(required == name for name, _ in written):
                raise BrokenContract(f"the header {required.decode()} is missing ({self._response.pointer})")
        return written


def _streamed(lines: Iterator[Any], content: _Content) -> bytes | Pieces:
    """CSV, each piece held to the spec before it is sent; bytes when there is but one."""
    if not isinstance(content.codec, CsvCodec):
        raise BrokenContract(f"only CSV can be sent line by line ({content.pointer})")
    pieces = content.codec.pieces(lines)
    columns = 0

    def checked() -> Iterator[bytes]:
        nonlocal columns
        for piece, written in pieces:
            columns = columns or len(piece[0])
            if {*map(len, piece)} != {columns}:
                raise BrokenContract(f"a line of CSV has not as many fields as the first ({content.pointer})")
            if not content.texts or {*map(type, chain.from_iterable(piece))} != {str}:
                content.hold(piece)
            yield written

    written = checked()
    first = next(written, None)
    if first is None:
        raise BrokenContract(f"CSV without a line that names the columns ({content.pointer})")
    second = next(written, None)
    return first if second is None else Pieces(first, chain((second,), written))


def _asks_for_texts(schema: Mapping[str, Any], spec: Spec) -> bool:
    """Whether lines of texts are all that a schema of CSV wants: each piece of them is valid, without asking it."""
    for _ in range(2):
        schema, _at = resolved(spec.document, schema)
        if schema.get("type") != "array" or schema.keys() - _OF_LINES or schema.get("minItems", 0) > 1:
            return False
        schema = schema.get("items", {})
    return schema.get("type") == "string" and schema.keys() <= {"type", "description"}


class Writers(dict[int, ReplyWriter | None]):
    """The writers of one operation by status; None for a status that it does not document."""

    def __init__(self, operation: Operation, spec: Spec) -> None:
        super().__init__()
        self._operation = operation
        self._written = {id(it): ReplyWriter(it, spec) for it in operation.responses.values()}

    def __missing__(self, status: int) -> ReplyWriter | None:
        response = self._operation.response(status)
        writer = self[status] = None if response is None else self._written[id(response)]
        return writer


def undocumented(reply: Reply) -> tuple[Headers, bytes]:
    """Headers and body of an answer that no operation documents, such as that to an unknown path."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.body is None:
        return headers, b""
    media_type = reply.media_type or "application/json"
    if isinstance(reply.body, str) and is_xml(media_type.split(";")[0]):
        body = reply.body.encode()  # an example, as it is written in the spec
    elif isinstance(reply.body, bytes) or not is_json(media_type.split(";")[0]):
        body = codec(media_type.split(";")[0], None, {}).encode(reply.body)
    else:
        body = orjson.dumps(reply.body)
    if not any(name == b"content-type" for name, _ in headers):
        headers.append((b"content-type", media_type.encode()))
    return headers, body


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text
