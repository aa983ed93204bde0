"""Recipes for every operation: expired tokens, applications of somebody else, signatures of other bytes; and for every
list in pages: what a page's links say, and what lies beyond the pages (Paginated requests)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.filled import NOTHING
from contracts.recipes import recipe
from contracts.vendors.accengage.paging import PAGED, header_links, page_of
from contracts.vendors.accengage.target import CREDENTIALS, EXPIRED, OTHER_USER, signature
from specs import read

OPERATIONS = read("accengage").operations
TIME = "1507722391"


def label(client: Client, exchange: Exchange) -> str:
    """The label of the first error of an answer; empty when there is none."""
    body = client.value(exchange)
    errors = body.get("errors") if isinstance(body, dict) else None
    return str(errors[0].get("label")) if errors else ""


def expired_token(client: Client) -> None:
    """A token of more than 24 hours."""
    exchange = client.acting(EXPIRED).call(client.operation, every=True)
    client.expect(label(client, exchange) == "API_ERR_TOKEN", "label", "API_ERR_TOKEN for an expired token")


def application_of_somebody_else(client: Client) -> None:
    """The right credentials of a user who does not manage the application."""
    exchange = client.acting(OTHER_USER).call(client.operation, every=True)
    client.expect(label(client, exchange) == "API_ERR_FORBIDDEN", "label", "API_ERR_FORBIDDEN without a right")
    exchange = client.call(client.operation, every=True, partnerId="nobodys-application")
    client.expect(exchange.status == 403, "no-leak-between-accounts", "403 for an application that there is not")


def signature_of_other_bytes(client: Client) -> None:
    """The signature of another body, with another key, of another time, cut, in no hexadecimal digits, or none."""
    key = CREDENTIALS.key or ""
    for time, signed in (
        (TIME, signature(b"other bytes", key, TIME)),
        (TIME, signature(b"", "another key", TIME)),
        (TIME, signature(b"", OTHER_USER.key or "", TIME)),
        (TIME, signature(b"", key, "1507722392")),
        (TIME, signature(b"", key, TIME)[:-1]),
        (TIME, "g" * 40),
        (TIME, ""),
        (TIME, None),
        ("soon", signature(b"", key, "soon")),
        (None, signature(b"", key, TIME)),
    ):
        exchange = client.call(
            client.operation, every=True, headers={"Accengage-Time": time, "Accengage-Signature": signed}
        )
        client.expect(exchange.status == 400, "auth-enforced", f"400 for the signature {signed} of the time {time}")
        client.expect(label(client, exchange) == "API_ERR_SIGNATURE", "label", "API_ERR_SIGNATURE")


def signature_over_the_bytes(client: Client) -> None:
    """1.3: what counts are the bytes that were sent, not what they say: blanks, say, and line ends."""
    spelled = json.dumps(client.example(client.operation), indent=3).encode()
    exchange = client.call(client.operation, every=True, raw=spelled)
    refused = exchange.status == 400 and label(client, exchange) == "API_ERR_SIGNATURE"
    client.expect(not refused, "auth-enforced", "no refusal of a signature over the very bytes")
    key = CREDENTIALS.key or ""
    without = [b""] if OPERATIONS[client.operation].method != "DELETE" else []  # 19.7
    for other in (
        *without,
        json.dumps(json.loads(spelled)).encode(),
        json.dumps(json.loads(spelled), separators=(",", ":")).encode(),
    ):
        headers = {"Accengage-Time": TIME, "Accengage-Signature": signature(other, key, TIME)}
        exchange = client.call(client.operation, every=True, raw=spelled, headers=headers)
        client.expect(
            exchange.status == 400, "auth-enforced", "400 for the signature of no body, or of the same in other bytes"
        )
        client.expect(label(client, exchange) == "API_ERR_SIGNATURE", "label", "API_ERR_SIGNATURE")


def token_before_signature(client: Client) -> None:
    """Without a token the key is not known that must have signed: 403, whatever the signature."""
    exchange = client.call(client.operation, every=True, credentials="none")
    client.expect(label(client, exchange) == "API_ERR_TOKEN", "label", "API_ERR_TOKEN without a token")
    exchange = client.call(client.operation, every=True, credentials="wrong")
    client.expect(exchange.status == 400, "auth-enforced", "400 for a token that nobody has")
    client.expect(label(client, exchange) == "API_ERR_TOKEN", "label", "API_ERR_TOKEN for a token that nobody has")


for _operation in OPERATIONS.values():
    recipe(_operation.id, 400, check="auth-enforced")(signature_of_other_bytes)
    if _operation.body:
        recipe(_operation.id, 400, check="auth-enforced")(signature_over_the_bytes)
    if "401" in _operation.responses:
        recipe(_operation.id, 401)(expired_token)
        recipe(_operation.id, 403, check="auth-enforced")(token_before_signature)
    if "{partnerId}" in _operation.path:
        recipe(_operation.id, 403, check="no-leak-between-accounts")(application_of_somebody_else)


def links_of_pages(client: Client) -> None:
    """`first` on every page, `prev` above page 1, both leading where they say; header and body agree."""
    how = PAGED[client.operation]
    for page in (1, 2, -1, 0, 10**6):
        exchange = client.call(client.operation, page=page, query={"kept": "a b&c"})
        body = client.value(exchange) or {}
        links: dict[str, Any] = body.get(how["links"]) or {}
        client.expect(exchange.status == 200, "provokes", f"200 for page {page}")
        client.expect(links == header_links(exchange), "pages", "the same links in header and body", links)
        wanted = {"first": 1} | ({"prev": page - 1} if page > 1 else {})
        shown = {relation: page_of(url) for relation, url in links.items() if relation != "next"}
        client.expect(shown == wanted, "pages", f"links {wanted} on page {page}", links)
        kept = all(parse_qs(urlsplit(url).query).get("kept") == ["a b&c"] for url in links.values())
        client.expect(kept, "pages", "links with the query parameters of the request", links)
        if page < 1 or page == 10**6:
            client.expect(body.get(how["items"]) == [], "pages", f"an empty set on page {page}")
            client.expect("next" not in links, "pages", f"no `next` on page {page}", links)


for _name in PAGED:
    recipe(_name, 200, check="pages")(links_of_pages)


CREATE, ME = "access_tokens.create_access_token", "me.get_me"


@recipe(CREATE, 404)
def unknown_email(client: Client) -> None:
    """3: no token for an e-mail that nobody has."""
    client.call(CREATE, body={"email": "nobody@client.com"})


@recipe(CREATE, 400)
def no_known_format(client: Client) -> None:
    """3: a body that is no token request."""
    bodies: tuple[Any, ...] = ({}, {"email": 7}, {"mail": "mymail@client.com"}, [], NOTHING)
    for body in bodies:
        exchange = client.call(CREATE, body=body)
        client.expect(exchange.status == 400, "provokes", "400 for a body of no known format")


@recipe(CREATE, 200, check="read-your-write")
@recipe(ME, 401)
def life_of_a_token(client: Client) -> None:
    """20.3 and 20.4: each token is new, lets its user in for 24 hours, and then is 401."""
    given = [client.value(client.call(CREATE)) or {} for _ in range(2)]
    client.expect(given[1].get("token_type") == "Bearer", "provokes", "a token of the type Bearer", given[1])
    tokens = [it.get("access_token") for it in given]
    client.expect(tokens[0] != tokens[1], "read-your-write", "two different tokens", tokens)
    for token in tokens:
        exchange = client.call(ME, headers={"Authorization": f"Bearer {token}"})
        client.expect(exchange.status == 200, "read-your-write", "200 with the token that was just created")
    client.world.advance(24 * 60 * 60 - 60)
    late = client.call(ME, headers={"Authorization": f"Bearer {tokens[0]}"})
    client.expect(late.status == 200, "read-your-write", "200 with a token of almost 24 hours")
    client.world.advance(60)
    client.call(ME, headers={"Authorization": f"Bearer {tokens[0]}"})
    renewed = (client.value(client.call(CREATE)) or {}).get("access_token")
    exchange = client.call(ME, headers={"Authorization": f"Bearer {renewed}"})
    client.expect(exchange.status == 200, "read-your-write", "200 with a new token")


@recipe(ME, 200)
def capitals(client: Client) -> None:
    """20.2: hexadecimal digits of either case."""
    signed = signature(b"", CREDENTIALS.key or "", TIME)
    for text in (signed, signed.upper()):
        client.call(ME, headers={"Accengage-Time": TIME, "Accengage-Signature": text})
        client.expect(client.sent[-1].status == 200, "provokes", "200 for a right signature, in either case")


@recipe("campaigns.get_campaign", 200)
@recipe("campaigns.delete_campaign", 200)
@recipe("schedules.delete_schedule", 200)
@recipe("send.send_message", 200)
@recipe(ME, 200)
def a_media_type_without_a_body_is_nothing(client: Client) -> None:
    """1.1: what has no body has no media type; many clients say one all the same."""
    client.suppose("that a Content-Type without a body is passed over")
    exchange = client.call(client.operation, headers={"Content-Type": "application/json"})
    client.expect(exchange.status == 200, "accepts-valid", "200 with a Content-Type and no body")
