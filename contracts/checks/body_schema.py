"""`body-schema`: the body of an answer can be read, and matches the schema of its status and media type."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec
from specs.codecs import Undecodable, codec, is_csv, is_xml


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to each place where the body differs from its schema. Unreadable XML and CSV are left to their checks."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    media = documented.content.get(response.media_type or "") if response and documented else None
    if response is None or media is None or not response.body or media.schema is None:
        return
    kind = response.media_type or ""
    expected = f"{response.status} with a body like its schema in {media.pointer}"
    try:
        value = codec(kind, media.schema, spec.document).decode(response.body)
    except Undecodable as error:
        if not is_xml(kind) and not is_csv(kind):
            seen = f"{error}: {excerpt(response.body)}"
            yield Problem(f"{response.status} unreadable", f"a body that is {kind}", seen)
        return
    validator = spec.schemas.validator(media.schema, "response")
    if validator.ok(value):
        return
    for problem in validator.problems(value, "body"):
        where = ".".join("*" if isinstance(step, int) else step for step in problem.path)
        key = f"{response.status} {kind} {where} {problem.keyword} {'/'.join(map(str, problem.schema_path))}"
        yield Problem(key, expected, f"{problem} in {excerpt(response.body)}")
