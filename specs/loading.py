"""Reading YAML and JSON documents so that a mistake in one is answered with file and line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

_C_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NODES = 2_000_000


class SpecError(Exception):
    """A document that cannot be used: a spec, a fixture, or a setting in one. One line, for people."""

    def __init__(
        self, message: str, path: Path | None = None, line: int | None = None, pointer: str | None = None
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.pointer = pointer
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(where + message)

    def placed(self, path: Path) -> SpecError:
        """The same error with the file, and the line that its pointer leads to; itself when it has a file already."""
        if self.path is not None:
            return self
        line = self.line or (Lines(path).at(steps(self.pointer)) if self.pointer else None)
        return SpecError(self.message, path, line, self.pointer)


class _Loader(_C_LOADER):  # type: ignore[misc]
    """The C loader (the pure one takes seven times as long), reading scalars as in YAML 1.2, which OpenAPI asks for.

    YAML 1.1 makes `no` a boolean, `12:30` the number 750, `010` eight, and a date no longer text. Keys are the text as
    written: `200` is "200", `1.10` is "1.10", `on` is "on". A key that stands twice is refused.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key.start_mark)
            if key.value in seen:
                problem = f"the key {key.value!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value)
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    def construct_core_int(self, node: yaml.ScalarNode) -> int:
        text = str(self.construct_scalar(node))
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)

    def construct_core_float(self, node: yaml.ScalarNode) -> float:
        return float(str(self.construct_scalar(node)).lower().replace(".inf", "inf").replace(".nan", "nan"))


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_core_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_core_float)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Quotes what either version of YAML reads as something else than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [*yaml.SafeDumper.yaml_implicit_resolvers.get(first, ()), *_Loader.yaml_implicit_resolvers.get(first, ())]
    for first in {*yaml.SafeDumper.yaml_implicit_resolvers, *_Loader.yaml_implicit_resolvers}
}


def dumped(value: Any) -> str:
    """A value as YAML that `load` reads back as it is."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


def load(path: Path) -> Any:
    """The document in a YAML or JSON file, with every mapping key a string (`200:` becomes `"200"`).

    Raises SpecError with file and line when it cannot be read or parsed, or when a key stands twice.
    """
    try:
        raw = path.read_bytes()
        document = _json(path, raw) if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else None
        if document is None:
            document = yaml.load(raw, Loader=_Loader)
            _expanded(document, {}, set())  # JSON has no anchors, and may be as large as it likes
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror}", path) from error
    except yaml.reader.ReaderError as error:
        line = raw[: error.position].count(b"\n") + 1 if isinstance(error.position, int) else None
        raise SpecError(f"is not UTF-8 text: {error.reason}", path, line) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SpecError(f"is not YAML: {problem}", path, mark.line + 1 if mark else None) from error
    except RecursionError as error:
        raise SpecError("is nested too deeply", path) from error
    except ValueError as error:
        raise SpecError(f"cannot be used: {error}", path) from error
    return document


class _Twice(Exception):
    """A key that stands twice in JSON, whose parser knows no lines."""


def _json(path: Path, raw: bytes) -> Any:
    """The value of a JSON text; None when YAML must look at it. JSON may hold escapes that YAML refuses, and tabs."""
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        if path.suffix == ".json":
            raise SpecError(f"is not JSON: {error.msg}", path, error.lineno) from error
        return None
    except (UnicodeDecodeError, _Twice):
        return None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _expanded(value: Any, sizes: dict[int, int], above: set[int]) -> int:
    """How many nodes a value has when its aliases are written out. Raises ValueError: it holds itself, or too many."""
    if not isinstance(value, dict | list):
        return 1
    known = sizes.get(id(value))
    if known is None:
        if id(value) in above:
            raise ValueError("it holds itself by a YAML anchor")
        above.add(id(value))
        items: Iterable[Any] = value.values() if isinstance(value, dict) else value
        known = sizes[id(value)] = 1 + sum(_expanded(item, sizes, above) for item in items)
        above.discard(id(value))
        if known > _MOST_NODES:
            raise ValueError(f"written out, its YAML anchors make more than {_MOST_NODES} nodes")
    return known


def steps(reference: str) -> list[str]:
    """The steps of a local reference: `#/paths/~1things/get` → `paths`, `/things`, `get`."""
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in reference.lstrip("#").split("/")[1:]]


def escape(step: str) -> str:
    """A step as it stands in a reference."""
    return step.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def pointer(document: Any, reference: Any) -> Any:
    """The value at a local reference (`#/components/schemas/Person`). Raises SpecError when it leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise SpecError(f"reference {reference!r} is not local; only `#/…` is supported")
    value = document
    for key in steps(reference):
        try:
            value = _item(value, key) if isinstance(value, list) else value[key]
        except (KeyError, IndexError, TypeError):
            raise SpecError(f"reference {reference!r} leads nowhere: there is no {key!r}") from None
    return value


def _item(value: list[Any], key: str) -> Any:
    if not (key.isascii() and key.isdigit()):
        raise KeyError(key)
    return value[int(key)]


def resolved(document: Any, node: Any, at: str = "") -> tuple[Mapping[str, Any], str]:
    """A node with its chain of `$ref` followed, and where it stands then (`at`, when it has none).

    Raises SpecError: a reference that leads nowhere or round in circles, or to something that is no mapping.
    """
    start, trail = at, []
    while isinstance(node, Mapping) and "$ref" in node:
        reference = node["$ref"]
        if reference in trail:
            raise SpecError(f"reference {reference!r} goes round in circles", pointer=start or None)
        trail.append(reference)
        try:
            node, at = pointer(document, reference), reference
        except SpecError as error:
            raise SpecError(error.message, pointer=start or None) from None
    if not isinstance(node, Mapping):
        raise SpecError(f"expected a mapping, found {shown(node)}", pointer=at or start or None)
    return node, at


def shown(value: Any) -> str:
    """What a value is, in a few words for a message."""
    names = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value)) or repr(value)[:60]


class Lines:
    """Where the values of a document stand in its file. For messages about a mistake, not for the ordinary way."""

    def __init__(self, path: Path) -> None:
        try:
            self._root = yaml.compose(path.read_bytes(), Loader=_C_LOADER)
        except (yaml.YAMLError, OSError, RecursionError):
            self._root = None  # JSON with escapes that YAML lacks: no lines, then

    def at(self, path: Iterable[str | int]) -> int | None:
        """The line (from 1) of the value that the steps lead to, or of the deepest ancestor that exists."""
        node = self._root
        if node is None:
            return None
        line: int = node.start_mark.line + 1
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            elif isinstance(node, yaml.SequenceNode) and str(step).isdigit() and int(step) < len(node.value):
                found = (node.value[int(step)], node.value[int(step)])
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line


def line_of(path: Path, steps: Iterable[str | int]) -> int | None:
    """The line (from 1) of the value that `steps` lead to, or of the deepest ancestor that exists."""
    return Lines(path).at(steps)
