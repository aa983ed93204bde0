"""Users of the audience."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content
from contracts.vendors.voltmx.subscribers import NOBODY, ksid
from contracts.vendors.voltmx.subscriptions import recipe, subscribe

SUBSCRIBE = "audience.subscribe_user"


def user(client: Client, number: str, **members: Any) -> dict[str, Any]:
    """Add or update a user; None leaves a member out. The members of the answer."""
    given = {"ksid": number, "firstName": "Ana", "lastName": "Roe", "email": f"{client.unique('ana')}@example.com",
             "country": "USA", "state": "Texas", **members}  # fmt: skip
    body = {name: value for name, value in given.items() if value is not None}
    return content(client, client.call(SUBSCRIBE, body=body))


@recipe(SUBSCRIBE, 200)
def added_and_updated(client: Client) -> None:
    """The same e-mail is the same user."""
    first = subscribe(client)
    added = user(client, ksid(first))
    for members in ({"firstName": "Eva"}, {"mobileNumber": "+12995550171"}):
        again = user(client, ksid(first), **members)
        client.expect(again.get("id") == added.get("id"), "read-your-write", f"the user {added.get('id')}")
    other = user(client, ksid(first), email=f"{client.unique('ben')}@example.com")
    client.expect(other.get("id") != added.get("id"), "read-your-write", "a user of its own for another e-mail")


@recipe(SUBSCRIBE, 400)
def incomplete_or_of_nobody(client: Client) -> None:
    user(client, NOBODY)
    client.expect(client.sent[-1].status == 400, "unknown-id", "400 for a KSID that nobody has")
    first = subscribe(client)
    for name in ("firstName", "lastName", "email", "country", "state"):
        user(client, ksid(first), **{name: None})
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 without {name}")
