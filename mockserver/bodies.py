"""A request's body: media type and charset, decoding, validation; compiled at start."""

from __future__ import annotations

from typing import Any

from mockserver.errors import Invalid, Unparsable, UnsupportedMedia
from mockserver.exchange import Request
from specs import Operation, Spec
from specs.codecs import Codec, Undecodable, codec, is_xml
from specs.schemas import Validator

_CHARSETS = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))
_UNCODED = frozenset(("", "identity"))


class BodyReader:
    """Reads the body of one operation. `declared` is false where the spec has none; then any body is ignored."""

    __slots__ = ("_known", "_media", "_required", "declared")

    def __init__(self, operation: Operation, spec: Spec) -> None:
        self._media: dict[str, tuple[Codec, Validator | None]] = {
            name: (
                codec(name, media.schema, spec.document),
                spec.schemas.validator(media.schema, "request") if media.schema else None,
            )
            for name, media in operation.body.items()
        }
        self._known = ", ".join(self._media)
        self._required = operation.body_required
        self.declared = bool(self._media)
        xml = next((name for name in self._media if is_xml(name)), None)
        if xml is not None:
            # RFC 7303 makes the two names of XML the same type.
            self._media.setdefault("application/xml", self._media[xml])
            self._media.setdefault("text/xml", self._media[xml])

    def read(self, request: Request) -> Any:
        """The body's value; None when it is absent and optional.

        Raises UnsupportedMedia (type, charset, or a coding such as gzip: RFC 9110, 15.5.16), Unparsable (absent, or not
        what it says), Invalid (not as the spec).
        """
        raw = request.body
        if not raw:
            if self._required:
                raise Unparsable("a body is required, and there is none")
            return None
        media_type = request.media_type
        entry = self._media.get(media_type) or self._media.get(media_type.partition("/")[0] + "/*")
        if entry is None:
            entry = self._media.get("*/*")
        if entry is None:
            raise UnsupportedMedia(f"media type {media_type[:100] or '(none)'} is not taken here; {self._known} is")
        coding = request.header("content-encoding")
        if coding is not None and coding.strip().lower() not in _UNCODED:
            raise UnsupportedMedia(f"content coding {coding[:100]} is not taken here; send the body as it is")
        charset = request.charset
        if charset is not None and charset not in _CHARSETS:
            raise UnsupportedMedia(f"charset {charset[:100]} is not taken here; utf-8 is")
        reader, validator = entry
        try:
            value = reader.decode(raw)
        except Undecodable as error:
            raise Unparsable(f"body: {error}") from None
        if validator is not None and not validator.ok(value):
            refusal = Invalid(problems=list(validator.problems(value, "body")))
            refusal.value = value
            raise refusal
        return value
