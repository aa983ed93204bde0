"""Lists as a spec describes them: where the rows of an answer are, how many there are in all, how pages are asked for.

`x-pagination` says it where a document has it. Elsewhere it is read from the names that parameters, members and headers
have by custom; where these leave it open, nothing is taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.exchange import Exchange, Response
from contracts.validity import followed
from specs import Operation, Spec, SpecError
from specs.codecs import Undecodable, codec, is_json
from specs.operations import Media

_DEEPEST = 8
_WRAPPERS = frozenset(("meta", "metadata", "pagination", "paging", "page", "pageinfo", "info", "links"))
_TOTALS = re.compile(
    r"(total|full|overall)(count|items?|elements?|records?|results?|rows?|entries|hits|size|number)|"
    r"(items?|elements?|records?|results?|rows?|entries)(total|count)|(x)?(total|pagination)(total)?count|x?total"
)
_BARE = frozenset(("total", "count"))
_PAGES = frozenset(("page", "pagenumber", "pageno", "pagenum", "pageindex"))
_OFFSETS = frozenset(("offset", "start", "skip", "from", "startindex"))
_SIZES = frozenset(("limit", "perpage", "pagesize", "pagelimit", "size", "maxresults", "top", "take"))
_IDS = ("id", "uuid", "guid", "key", "uid", "slug", "code")


@dataclass(frozen=True, slots=True)
class Listing:
    """How one GET lists rows.

    `rows` is the member that has them, None when the body is the list itself; `total` the way to the member that counts
    them all, empty when there is none, and `header` a header that does. `page` is the query parameter with the number
    of a page, or, with `offset`, the position of its first row; `size` is how many rows a page has as documented, and
    `size_parameter` the parameter that says it. `stated`: the document says so itself.
    """

    operation: Operation
    rows: str | None
    total: tuple[str, ...] = ()
    header: str = ""
    page: str = ""
    offset: bool = False
    size: int | None = None
    size_parameter: str = ""
    stated: bool = False

    @property
    def sure(self) -> bool:
        """Whether the total counts the rows of all pages: `count` alone may be those of one page."""
        return self.stated or bool(self.header) or self.total[-1:] != ("count",)

    def of(self, value: Any) -> list[Any] | None:
        """The rows in a decoded answer; None when it has none where they should be."""
        found = value if self.rows is None else value.get(self.rows) if isinstance(value, dict) else None
        return found if isinstance(found, list) else None

    def counted(self, value: Any, response: Response | None) -> int | None:
        """How many rows there are in all, as an answer says; None when it does not."""
        text = response.header(self.header) if self.header and response else None
        if text is not None:
            return int(text) if text.isdecimal() else None
        for step in self.total:
            value = value.get(step) if isinstance(value, dict) else None
        return value if self.total and isinstance(value, int) and not isinstance(value, bool) else None


def listing(operation: Operation, spec: Spec) -> Listing | None:
    """How an operation lists rows in JSON; None when it lists none, or more than one kind of them."""
    media = _success(operation)
    if operation.method != "GET" or media is None or media.schema is None:
        return None
    how = operation.raw.get("x-pagination")
    stated = how if isinstance(how, Mapping) else {}
    members = properties(media.schema, spec)
    arrays = [name for name, schema in members.items() if meant(schema, spec).get("type") == "array"]
    if meant(media.schema, spec).get("type") == "array":
        rows = None
    elif stated.get("items") or len(arrays) == 1:
        rows = str(stated.get("items") or arrays[0])
    else:
        return None
    query = {it.name: it for it in operation.parameters if it.place == "query"}
    page = next((it for it in query if plain(it) in _PAGES), "") if not stated else str(stated.get("parameter", ""))
    offset = next((it for it in query if plain(it) in _OFFSETS), "") if not stated else str(stated.get("offset", ""))
    size = next((it for it in query if plain(it) in _SIZES), "")
    paged = bool(stated or page or offset or size)
    return Listing(
        operation, rows,
        total=(str(stated["total"]),) if "total" in stated else _total(members, rows, paged, spec),
        header=next((name for name in _headers(operation) if _TOTALS.fullmatch(plain(name))), ""),
        page=page or offset if (page or offset) in query else "", offset=not page and bool(offset),
        size=stated.get("size"), size_parameter=str(stated.get("size_parameter", "" if stated else size)),
        stated=bool(stated),
    )  # fmt: skip


def row_schema(it: Listing, spec: Spec) -> Any:
    """The schema of one row, references left in."""
    media = _success(it.operation)
    whole = media.schema if media else None
    rows = whole if it.rows is None else properties(whole, spec).get(it.rows)
    return meant(rows, spec).get("items")


def decoded(exchange: Exchange, operation: Operation, spec: Spec) -> Any:
    """The JSON of an answer of a documented status and media type; None when it is none, or cannot be read."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    media = documented.content.get(response.media_type or "") if response and documented else None
    if response is None or media is None or not response.body or not is_json(response.media_type or ""):
        return None
    try:
        return codec(response.media_type or "", media.schema, spec.document).decode(response.body)
    except Undecodable:
        return None


def row_id(row: Any) -> str | None:
    """What makes a row another one than all others: its only member that is called like an id."""
    if not isinstance(row, dict):
        return None
    known = {plain(name): it for name, it in row.items() if isinstance(it, str | int) and not isinstance(it, bool)}
    for name in _IDS[:4]:
        if name in known:
            return str(known[name])
    likely = [name for name in known if name.endswith("id")]
    return str(known[likely[0]]) if len(likely) == 1 else None


def properties(schema: Any, spec: Spec, depth: int = 0) -> dict[str, Any]:
    """The members that a schema of an object describes, those of all its parts (`allOf`) together."""
    schema = meant(schema, spec)
    parts, own = schema.get("allOf"), schema.get("properties")
    found: dict[str, Any] = {}
    for part in parts if isinstance(parts, list) and depth < _DEEPEST else ():
        found |= properties(part, spec, depth + 1)
    return found | own if isinstance(own, dict) else found


def meant(schema: Any, spec: Spec) -> Mapping[str, Any]:
    """A schema behind its references; an empty one for what is none, or leads nowhere."""
    try:
        return followed(schema, spec) if isinstance(schema, Mapping) else {}
    except SpecError:
        return {}


def plain(name: str) -> str:
    """A name without its spelling: `X-Total-Count`, `totalCount` and `total_count` are much alike."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _success(operation: Operation) -> Media | None:
    contents = [it.content for status, it in operation.responses.items() if status in ("200", "2XX")]
    return next((media for content in contents for kind, media in content.items() if is_json(kind)), None)


def _headers(operation: Operation) -> Iterator[str]:
    for status, response in operation.responses.items():
        if status in ("200", "2XX"):
            yield from response.headers


def _total(members: Mapping[str, Any], rows: str | None, paged: bool, spec: Spec) -> tuple[str, ...]:
    for name in members:
        if meant(members[name], spec).get("type") == "integer" and _counts(name, rows, paged):
            return (name,)
    for name, schema in members.items():
        inner = properties(schema, spec) if plain(name) in _WRAPPERS else {}
        for below in inner:
            if meant(inner[below], spec).get("type") == "integer" and _counts(below, rows, paged):
                return name, below
    return ()


def _counts(name: str, rows: str | None, paged: bool) -> bool:
    """Whether a member is called like the number of all rows. `total` alone may be a sum of money where nothing is cut
    into pages."""
    name, noun = plain(name), plain(rows or "")
    nouns = {f"{noun}count", f"total{noun}", f"numberof{noun}", f"{noun.removesuffix('s')}count"} if noun else set()
    return (bool(_TOTALS.fullmatch(name)) and name not in _BARE) or name in nouns or (paged and name in _BARE)
