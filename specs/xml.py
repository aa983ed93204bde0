"""XML bodies by the OpenAPI `xml` keywords, both ways, hardened against hostile documents.

Stock Connexion and Schemathesis leave XML unvalidated; here it becomes the value that the schema describes (text turned
into numbers and booleans where the schema says so), and is then judged like JSON. What the schema does not name is
kept, so that `additionalProperties: false` can object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from specs.loading import pointer

_MAX_DEPTH = 64
_MAX_ELEMENTS = 100_000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Undecodable(Exception):
    """A body that is not what its media type says. The text is for people."""


class XmlCodec:
    """XML with one schema. The schema's `xml.name` (or, for a reference, the component's name) is the root element."""

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._document = document
        self._schema = self._follow(schema)
        fallback = schema["$ref"].rsplit("/", 1)[-1] if "$ref" in schema else None
        self._root: str | None = self._schema.get("xml", {}).get("name", fallback)

    def decode(self, raw: bytes) -> Any:
        root = _parse(raw)
        if self._root is not None and _local(root) != self._root:
            raise Undecodable(f"the root element is <{_local(root)}>, not <{self._root}>")
        return self._value(root, self._schema)

    def encode(self, value: Any) -> bytes:
        root = Element(self._root or "root")
        self._fill(root, value, self._schema)
        encoded: bytes = tostring(root, encoding="utf-8")
        return encoded.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>\n")

    def _follow(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = pointer(self._document, schema["$ref"])
        return schema

    def _properties(self, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Properties of an object schema, those of its `allOf`, `oneOf` and `anyOf` included."""
        for name, member in schema.get("properties", {}).items():
            yield name, self._follow(member)
        for key in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(key, ()):
                yield from self._properties(self._follow(part))

    def _value(self, element: Element, schema: Mapping[str, Any]) -> Any:
        members = dict(self._properties(schema))
        if not members and schema.get("type") == "array":
            items = self._follow(schema.get("items", {}))
            return [self._value(child, items) for child in element]
        if not members and not len(element) and not element.attrib:
            return _scalar(element.text or "", schema.get("type"))
        return self._object(element, members)

    def _object(self, element: Element, members: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        children: dict[str, list[Element]] = {}
        for child in element:
            children.setdefault(_local(child), []).append(child)
        found: dict[str, Any] = {}
        attributes = {key.rsplit("}", 1)[-1]: text for key, text in element.attrib.items()}
        for name, member in members.items():
            xml = member.get("xml", {})
            tag = xml.get("name", name)
            if xml.get("attribute"):
                if tag in attributes:
                    found[name] = _scalar(attributes.pop(tag), member.get("type"))
            elif member.get("type") == "array" and not xml.get("wrapped"):
                items = self._follow(member.get("items", {}))
                tag = items.get("xml", {}).get("name", tag)
                if tag in children:
                    found[name] = [self._value(child, items) for child in children.pop(tag)]
            elif tag in children:
                values = [self._value(child, member) for child in children.pop(tag)]
                # An element that may stand once and stands twice: a list, for the schema to refuse.
                found[name] = values[0] if len(values) == 1 else values
        for tag, extra in children.items():
            values = [self._value(child, {}) for child in extra]
            found[tag] = values[0] if len(values) == 1 else values
        return found | {key: text for key, text in attributes.items() if key not in found}

    def _fill(self, element: Element, value: Any, schema: Mapping[str, Any]) -> None:
        if isinstance(value, dict):
            members = dict(self._properties(schema))
            for name, item in value.items():
                self._member(element, name, item, members.get(name, {}))
        elif isinstance(value, list):
            items = self._follow(schema.get("items", {}))
            for item in value:
                self._fill(SubElement(element, items.get("xml", {}).get("name", "item")), item, items)
        elif value is not None:
            element.text = _text(value)

    def _member(self, element: Element, name: str, value: Any, schema: Mapping[str, Any]) -> None:
        xml = schema.get("xml", {})
        tag = xml.get("name", name)
        if xml.get("attribute"):
            element.set(tag, _text(value))
        elif isinstance(value, list) and not xml.get("wrapped"):
            items = self._follow(schema.get("items", {}))
            for item in value:
                self._fill(SubElement(element, items.get("xml", {}).get("name", tag)), item, items)
        else:
            self._fill(SubElement(element, tag), value, schema)


class _Bounded(TreeBuilder):
    """Builds a tree of bounded depth and size: a body of ten million bytes may hold millions of elements."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > _MAX_DEPTH:
            raise Undecodable(f"XML nested deeper than {_MAX_DEPTH} elements")
        if self._count > _MAX_ELEMENTS:
            raise Undecodable(f"XML of more than {_MAX_ELEMENTS} elements")
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


def _scalar(text: str, kind: Any) -> Any:
    """Text as the schema's type; left as text when it is not of that type, for the schema to refuse."""
    word = text.strip()
    try:
        if kind == "integer" and len(word) < 40:
            return int(word)
        if kind == "number" and len(word) < 400:
            return float(word)
    except ValueError:
        return text
    if kind == "boolean" and word in ("true", "false", "1", "0"):
        return word in ("true", "1")
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _ILLEGAL.sub("\ufffd", str(value))
