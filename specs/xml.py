"""XML bodies by the OpenAPI `xml` keywords, both ways, hardened against hostile documents.

Stock Connexion and Schemathesis leave XML unvalidated; here it becomes the value that the schema describes (text turned
into numbers and booleans where the schema says so), and is then judged like JSON. What the schema does not name is
kept, so that `additionalProperties: false` can object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from specs.loading import resolved
from specs.text import kind, scalar, text

_MAX_DEPTH = 64
_MAX_ELEMENTS = 100_000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ANYTHING: Mapping[str, Any] = {}
_NAME = re.compile(r"[^\W\d][\w.-]*")
_OWN = ("{http://www.w3.org/XML/1998/namespace}", "{http://www.w3.org/2001/XMLSchema-instance}")


class Undecodable(Exception):
    """A body that is not what its media type says. The text is for people."""


class XmlCodec:
    """XML with one schema. The schema's `xml.name` (or, for a reference, the component's name) is the root element.

    Read by local names: prefixes and namespaces are written as the schema says, and not asked for. A round trip loses
    null where text or an array could stand (an empty element is "" or []), an empty array that is neither wrapped nor
    required, characters that XML cannot hold, and the difference between 1 and 1.0.
    """

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._document = document
        self._schema = self._follow(schema)
        fallback = schema["$ref"].rsplit("/", 1)[-1] if "$ref" in schema else None
        self._root: str | None = self._schema.get("xml", {}).get("name", fallback)
        self._shapes: dict[int, tuple[Mapping[str, Any], _Shape]] = {}

    def decode(self, raw: bytes) -> Any:
        root = _parse(raw)
        if self._root is not None and _local(root) != self._root:
            raise Undecodable(f"the root element is <{_local(root)}>, not <{self._root}>")
        return self._value(root, self._schema, self._root)

    def encode(self, value: Any) -> bytes:
        """The document, without prolog. Raises ValueError for a name that is no XML name."""
        root = _element(None, self._root or "root", self._schema)
        self._fill(root, value, self._schema, self._root or "item")
        encoded: bytes = tostring(root, encoding="utf-8")
        # A parser reads a bare carriage return as a line feed.
        return encoded.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>\n").replace(b"\r", b"&#13;")

    def _follow(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        return resolved(self._document, schema)[0]

    def _shape(self, schema: Mapping[str, Any]) -> _Shape:
        known = self._shapes.get(id(schema))
        if known is None:
            members: dict[str, Mapping[str, Any]] = {}
            required: set[str] = set()
            self._collect(schema, members, required, 0)
            shape = _Shape(
                kind(schema, self._document) or ("object" if members else "array" if "items" in schema else None),
                members,
                frozenset(required),
                schema.get("additionalProperties"),
            )
            known = self._shapes[id(schema)] = (schema, shape)
        return known[1]

    def _collect(
        self, schema: Mapping[str, Any], members: dict[str, Mapping[str, Any]], required: set[str], depth: int
    ) -> None:
        """Members of an object schema, those of its `allOf`, `oneOf` and `anyOf` included, and what it requires."""
        for name, member in schema.get("properties", {}).items():
            # A later mention without a type (`osType: {not: …}`) narrows, and does not say what it is.
            if name not in members or kind(members[name], self._document) is None:
                members[name] = self._follow(member)
        required.update(schema.get("required", ()))
        for key in ("allOf", "oneOf", "anyOf") if depth < _MAX_DEPTH else ():
            for part in schema.get(key, ()):
                self._collect(self._follow(part), members, required if key == "allOf" else set(), depth + 1)

    def _items(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._follow(schema.get("items", _ANYTHING))

    def _value(self, element: Element, schema: Mapping[str, Any], tag: str | None) -> Any:
        shape = self._shape(schema)
        empty = not len(element) and not element.attrib and not (element.text or "").strip()
        if shape.kind == "array":
            return self._array(element, schema, tag)
        if empty and schema.get("nullable") is True and shape.kind not in (None, "string"):
            return None
        bare = not len(element) and not _attributes(element)
        if bare and shape.kind != "object" and not shape.members:
            return scalar(element.text or "", shape.kind)
        if bare and shape.kind == "object" and not empty:
            return element.text  # Text where members belong, for the schema to refuse.
        return self._object(element, shape)

    def _array(self, element: Element, schema: Mapping[str, Any], tag: str | None) -> list[Any]:
        items = self._items(schema)
        wanted = items.get("xml", {}).get("name", tag)
        for child in element:
            if wanted is not None and _local(child) != wanted:
                raise Undecodable(f"<{_local(element)}> is a list of <{wanted}>, and holds <{_local(child)}>")
        return [self._value(child, items, wanted) for child in element]

    def _object(self, element: Element, shape: _Shape) -> dict[str, Any]:
        children: dict[str, list[Element]] = {}
        for child in element:
            children.setdefault(_local(child), []).append(child)
        attributes = _attributes(element)
        found: dict[str, Any] = {}
        for name, member in shape.members.items():
            xml = member.get("xml", {})
            tag = xml.get("name", name)
            if xml.get("attribute"):
                if tag in attributes:
                    found[name] = scalar(attributes.pop(tag), self._shape(member).kind)
            elif self._shape(member).kind == "array" and not xml.get("wrapped"):
                items = self._items(member)
                tag = items.get("xml", {}).get("name", name)
                if tag in children or name in shape.required:
                    found[name] = [self._value(child, items, tag) for child in children.pop(tag, ())]
            elif tag in children:
                found[name] = _one([self._value(child, member, tag) for child in children.pop(tag)])
        extra = self._follow(shape.extra) if isinstance(shape.extra, Mapping) else _ANYTHING
        for tag, several in children.items():
            # What stands where no property is written keeps its name, unless that is the name of a property.
            name = f"<{tag}>" if tag in shape.members else tag
            found[name] = _one([self._value(child, extra, tag) for child in several])
        for tag, text_ in attributes.items():
            found[f"@{tag}" if tag in shape.members or tag in found else tag] = text_
        return found

    def _fill(self, element: Element, value: Any, schema: Mapping[str, Any], tag: str) -> None:
        if isinstance(value, dict):
            shape = self._shape(schema)
            extra = self._follow(shape.extra) if isinstance(shape.extra, Mapping) else _ANYTHING
            for name, item in value.items():
                self._member(element, name, item, shape.members.get(name, extra))
        elif isinstance(value, list):
            self._each(element, value, schema, tag)
        elif value is not None:
            element.text = _legal(value)

    def _member(self, element: Element, name: str, value: Any, schema: Mapping[str, Any]) -> None:
        xml = schema.get("xml", {})
        tag = xml.get("name", name)
        if xml.get("attribute"):
            if value is not None:
                element.set(_name(tag), _legal(value))
        elif isinstance(value, list) and not xml.get("wrapped"):
            self._each(element, value, schema, name)
        else:
            self._fill(_element(element, tag, schema), value, schema, tag)

    def _each(self, element: Element, values: list[Any], schema: Mapping[str, Any], tag: str) -> None:
        items = self._items(schema)
        tag = items.get("xml", {}).get("name", tag)
        for value in values:
            self._fill(_element(element, tag, items), value, items, tag)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a schema says about an element: its type, members by name, which must be there, and what else may be."""

    kind: str | None
    members: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]
    extra: Any


class _Bounded(TreeBuilder):
    """Builds a tree of bounded depth and size: a body of ten million bytes may hold millions of elements."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._count += 1 + len(attrs)
        if self._depth > _MAX_DEPTH:
            raise Undecodable(f"XML nested deeper than {_MAX_DEPTH} elements")
        if self._count > _MAX_ELEMENTS:
            raise Undecodable(f"XML of more than {_MAX_ELEMENTS} elements and attributes")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parse(raw: bytes) -> Element:
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(raw)
        root: Element = parser.close()
    except ParseError as error:
        raise Undecodable(f"not XML: {error}") from None
    except DefusedXmlException:
        raise Undecodable("XML with a document type declaration or entities is refused") from None
    except (LookupError, ValueError) as error:
        raise Undecodable(f"not XML in an encoding that can be read: {error}") from None
    return root


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _attributes(element: Element) -> dict[str, str]:
    """Attributes by local name, without those that XML itself defines (`xml:lang`, `xsi:type`)."""
    return {key.rsplit("}", 1)[-1]: value for key, value in element.attrib.items() if not key.startswith(_OWN)}


def _one(values: list[Any]) -> Any:
    """The value of an element that may stand once; all of them when it stands twice, for the schema to refuse."""
    return values[0] if len(values) == 1 else values


def _element(parent: Element | None, tag: str, schema: Mapping[str, Any]) -> Element:
    xml = schema.get("xml", {})
    prefix, namespace = xml.get("prefix"), xml.get("namespace")
    name = _name(tag)
    attributes = {}
    if namespace:
        attributes = {f"xmlns:{prefix}" if prefix else "xmlns": namespace}
        name = f"{prefix}:{name}" if prefix else name
    return Element(name, attributes) if parent is None else SubElement(parent, name, attributes)


def _name(tag: str) -> str:
    if not _NAME.fullmatch(tag):
        raise ValueError(f"{tag!r} cannot be the name of an XML element or attribute")
    return tag


def _legal(value: Any) -> str:
    return _ILLEGAL.sub("\ufffd", text(value))
