"""How Volt MX's Subscription API looks on the wire, from the same reference: envelopes in JSON and XML, and texts."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException, ElementTree
from flask import Response

# 2.5 and 2.8. The texts as printed for JSON; `printed` puts the blanks where each format has them (section 5 row 7).
NEW, UPDATED = "Subscription successful.", "Update successful."
DUPLICATE = "Duplicate subscription. SID element has ID of existing subscription."
GONE, GONE_BEFORE = "Unsubscription successful.", "Already unsubscribed."
UNREADABLE = "Invalid request format."
UNAUTHORIZED = "Unauthorized request. The authToken is invalid."
UNCLEAR = "Subscription unclear. Found multiple subscriptions with given input. Check your SID and DEVICE ID"
NO_APP, NO_APP_EITHER = "Invalid Application ID.", "Invalid Volt MX Application ID."
NOTHING = "No valid subscription exists."
FAULT = "Server failed to process the request."


class Answer(Exception):
    """What is said to the caller; raised from wherever it is known."""

    def __init__(self, code: int, message: str, ksid: str = "-1") -> None:
        super().__init__(message)
        self.code, self.message, self.ksid = code, message, ksid


def read(form: str, body: bytes) -> dict[str, Any]:
    """The content of `subscriptionService`. Raises Answer when it is no such thing."""
    try:
        if form == "json":
            service = json.loads(body.decode())["subscriptionService"]
        else:
            root = ElementTree.fromstring(body, forbid_dtd=True)
            service = _members(root) if root.tag == "subscriptionService" else None
    except (ValueError, ParseError, DefusedXmlException, RecursionError, KeyError, TypeError):
        raise Answer(400, UNREADABLE) from None
    if not isinstance(service, dict):
        raise Answer(400, UNREADABLE)
    return service


def _members(element: Element) -> Any:
    """An element's text, or its children by name; one that stands twice is refused by making it a list."""
    found: dict[str, Any] = {}
    for child in element:
        value = _members(child)
        found[child.tag] = [found[child.tag], value] if child.tag in found else value
    return found if len(element) or element.tag in ("subscribe", "unsubscribe") else element.text or ""


def printed(message: str, form: str) -> str:
    """A message as the page prints it for the format (2.5)."""
    if message == DUPLICATE and form == "xml":
        message = message.replace("has ID", "has the ID")
    blank = message == FAULT or (message == UNCLEAR) == (form == "json")
    return message + " " if blank else message


def written(answer: Answer, form: str, bug: str) -> Response:
    """The answer in a format, with what the bug does to it."""
    if bug == "app-404-html" and answer.message in (NO_APP, NO_APP_EITHER):
        return Response("<h1>Not Found</h1>", 404, content_type="text/html")
    form = "json" if bug == "xml-error-as-json" and answer.code >= 400 else form
    code = 200 if bug == "code-200-in-body" else answer.code
    status = 200 if bug == "always-200" else answer.code
    members: dict[str, Any] = {"statusCode": str(code), "ksid": answer.ksid, "message": printed(answer.message, form)}
    if bug == "no-ksid-on-error" and answer.code >= 400:
        del members["ksid"]
    if form == "xml":
        root = "SubscriptionResponse" if bug == "xml-root" else "subscriptionResponse"
        inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
        kind = "text/html" if bug == "xml-as-html" else "text/xml;charset=UTF-8"
        return Response(f"<{root}>{inside}</{root}>", status, content_type=kind)
    for name, switch in (("ksid", "ksid-number"), ("statusCode", "code-number")):
        if bug == switch:
            members[name] = int(members[name])
    body = json.dumps({"subscriptionResponse": members})
    return Response(body, status, content_type="application/json;charset=UTF-8")
