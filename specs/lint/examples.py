"""The rule for examples: there is one wherever one can be, and each is what its schema says."""

from __future__ import annotations

from specs import Spec
from specs.codecs import Undecodable, codec, is_csv, is_xml
from specs.lint.problem import Problems
from specs.loading import escape
from specs.operations import Media, Operation
from specs.schemas import Direction


def examples(spec: Spec) -> Problems:
    """Each body and parameter has one, and each example is valid."""
    for operation in spec.operations.values():
        for media in operation.body.values():
            yield from _judge(spec, operation, media, "request")
        for response in operation.responses.values():
            for media in response.content.values():
                yield from _judge(spec, operation, media, "response")
        for parameter in operation.parameters:
            if parameter.place in ("path", "query"):
                if parameter.example is None:
                    yield f"{operation.id}: parameter {parameter.name!r} has no example", parameter.pointer
                    continue
                validator = spec.schemas.validator(parameter.schema, "request")
                for problem in validator.problems(parameter.example, parameter.name):
                    yield f"{operation.id}: example of {problem}", parameter.pointer


def _judge(spec: Spec, operation: Operation, media: Media, direction: Direction) -> Problems:
    if not media.examples:
        yield f"{operation.id}: {media.type} of the {direction} has no example", media.pointer
    if media.schema is None:
        return
    validator = spec.schemas.validator(media.schema, direction)
    kind = media.type.lower().split(";")[0].strip()
    written = is_xml(kind) or is_csv(kind)
    for name, example in media.examples.items():
        value = example
        if isinstance(example, str) and written:
            try:
                value = codec(kind, media.schema, spec.document).decode(example.encode())
            except Undecodable as error:
                yield f"{operation.id}: example {name!r}: {error}", _example_at(spec, media, name)
                continue
        for problem in validator.problems(value, "value"):
            yield f"{operation.id}: example {name!r}: {problem}", _example_at(spec, media, name)


def _example_at(spec: Spec, media: Media, name: str) -> str:
    entries = spec.resolve(media.pointer).get("examples", {})
    if name not in entries:
        return f"{media.pointer}/example"
    reference = entries[name].get("$ref")
    return str(reference) if reference else f"{media.pointer}/examples/{escape(name)}"
