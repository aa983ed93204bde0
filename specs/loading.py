"""Reading YAML and JSON documents so that a mistake in one is answered with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class SpecError(Exception):
    """A document that cannot be used: a spec, a fixture, or a setting in one. One line, for people."""

    def __init__(self, message: str, path: Path | None = None, line: int | None = None) -> None:
        self.message = message
        self.path = path
        self.line = line
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(where + message)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C loader (the pure one takes seven times as long), leaving dates as the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Any:
    """The document in a YAML or JSON file, with every mapping key a string (`200:` becomes `"200"`).

    Raises SpecError with file and line when it cannot be read or parsed.
    """
    try:
        raw = path.read_bytes()
        return _string_keys(yaml.load(raw, Loader=_Loader))
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise SpecError("is not UTF-8 text", path) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SpecError(f"is not YAML: {problem}", path, mark.line + 1 if mark else None) from error
    except RecursionError as error:
        raise SpecError("is nested too deeply, or refers to itself by a YAML anchor", path) from error


def _string_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _string_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_string_keys(item) for item in value]
    return value


def pointer(document: Any, reference: str) -> Any:
    """The value at a local reference (`#/components/schemas/Person`). Raises SpecError when it leads nowhere."""
    if not reference.startswith("#/"):
        raise SpecError(f"reference {reference!r} is not local; only `#/…` is supported")
    value = document
    for step in reference[2:].split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise SpecError(f"reference {reference!r} leads nowhere: there is no {key!r}") from None
    return value


def line_of(path: Path, steps: list[str | int]) -> int | None:
    """The line (from 1) of the value that `steps` lead to, or of the deepest ancestor that exists.

    Composes the file again, so it is for messages about a mistake, not for the ordinary way.
    """
    node = yaml.compose(path.read_bytes(), Loader=yaml.SafeLoader)
    if node is None:
        return None
    line = node.start_mark.line + 1
    for step in steps:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
