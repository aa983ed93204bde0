"""What only a sequence of calls shows: subscriptions and lists. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes import persons

LIST, GET, PUT = "subscriptions.list_subscriptions", "subscriptions.get_subscription", "subscriptions.put_subscription"
REMOVE = "subscriptions.remove_subscription"
LIST_EXTERNAL, GET_EXTERNAL = f"{LIST}_by_external_id", f"{GET}_by_external_id"
REMOVE_EXTERNAL = f"{REMOVE}_by_external_id"
SUBSCRIBERS = "subscription_lists.find_subscribers"
ALL_LISTS, ONE_LIST = "subscription_lists.list_subscription_lists", "subscription_lists.get_subscription_list"
# Lists of the `default` fixture: one that has subscribers, and one that nobody there is on.
USED_LIST, FREE_LIST = "1234", "ABC12345"
# The list of another company there.
FOREIGN_LIST = "XYZ98765"


def rows(client: Client, operation: str, **arguments: Any) -> list[dict[str, Any]]:
    """The objects of an array that an operation answers with."""
    return objects(client.value(client.call(operation, **arguments)))


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of what should be an array of them."""
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []


def lists_of(subscriptions: list[dict[str, Any]]) -> list[Any]:
    """The ids of the lists."""
    return [(it.get("subscription_list") or {}).get("id") for it in subscriptions]


@recipe(PUT, 201)
@recipe(PUT, 200)
@recipe(LIST, 200)
def subscribed_left_and_subscribed_again(client: Client) -> None:
    """15 and 16: two records in all, one of them active; what ended has date and reason, what is active has neither."""
    made = client.value(client.call(PUT, subscription_list_id=FREE_LIST))
    got(client, 201, "provokes", "a list that the person is not on")
    if client.has_world:
        client.world.advance(60)
    again = client.value(client.call(PUT, subscription_list_id=FREE_LIST))
    got(client, 200, "idempotent-retry", "a list that the person is on")
    client.expect(again == made, "idempotent-retry", f"the subscription as it was made: {made}", again)
    client.call(REMOVE, subscription_list_id=FREE_LIST)
    client.call(PUT, subscription_list_id=FREE_LIST)
    got(client, 201, "provokes", "a list that the person left")
    active, everything = rows(client, LIST), rows(client, LIST, active_only=False)
    count = lists_of(active).count(FREE_LIST)
    client.expect(count == 1, "counts-add-up", "one active subscription to the list", count)
    count = lists_of(everything).count(FREE_LIST)
    client.expect(count == 2, "counts-add-up", "two subscriptions to the list in all", count)
    same = rows(client, LIST_EXTERNAL, active_only=False)
    client.expect(same == everything, "counts-add-up", f"the same by the external id: {everything}", same)
    client.expect(all(it in everything for it in active), "counts-add-up", "the active ones among all")
    for one in everything:
        ended = "opt_out_date" in one
        client.expect(ended == ("opt_out_reason" in one), "counts-add-up", "date and reason of an opt-out together")
        client.expect(ended != (one in active), "counts-add-up", "an opt-out on what ended only", one)


@recipe(REMOVE, 200)
@recipe(REMOVE, 404)
@recipe(REMOVE_EXTERNAL, 200)
@recipe(REMOVE_EXTERNAL, 404)
def an_opt_out_happens_once(client: Client) -> None:
    """17: and is read back, by either id."""
    ended = client.value(client.call(client.operation)) or {}
    got(client, 200, "provokes", "a subscription that is active")
    client.expect("opt_out_date" in ended, "read-your-write", "the date of the opt-out")
    client.call(client.operation)
    got(client, 404, "delete-deletes", "a second opt-out")
    for operation in (GET, GET_EXTERNAL):
        client.call(operation)
        got(client, 404, "delete-deletes", "a subscription that ended")
    for operation in (LIST, LIST_EXTERNAL):
        client.expect(not rows(client, operation), "delete-deletes", "no active subscription")
        client.expect(ended in rows(client, operation, active_only=False), "read-your-write", "the one that ended")


@recipe(REMOVE, 200)
@recipe(REMOVE_EXTERNAL, 200)
def an_opt_out_leaves_the_rest(client: Client) -> None:
    """16, and 4.8 of our reference: it adds date and reason, a minute after an opt-in that stays when it was."""
    client.call(PUT, subscription_list_id=FREE_LIST)
    before = client.value(client.call(GET, subscription_list_id=FREE_LIST)) or {}
    client.world.advance(60)
    _closed(client, before, objects([client.value(client.call(client.operation, subscription_list_id=FREE_LIST))]))
    everything = rows(client, LIST, active_only=False)
    _closed(client, before, [it for it in everything if lists_of([it]) == [FREE_LIST]])


def _closed(client: Client, before: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """The one subscription, as it was `before`, with the date and the reason of its end."""
    client.expect(len(found) == 1, "counts-add-up", "the one subscription that ended", found)
    for ended in found:
        rest = {name: value for name, value in ended.items() if name not in ("opt_out_date", "opt_out_reason")}
        client.expect(rest == before, "read-your-write", f"the subscription as it was before: {before}", ended)
        later = str(ended.get("opt_out_date")) > str(ended.get("opt_in_date"))
        client.expect(later, "read-your-write", "an opt-out after the opt-in", ended)


@recipe(GET, 404)
@recipe(GET_EXTERNAL, 404)
def an_ended_subscription_is_none(client: Client) -> None:
    """4.9."""
    client.call(REMOVE)
    client.call(client.operation)
    got(client, 404, "delete-deletes", "a list that the person has left")


@recipe(GET, 200)
@recipe(GET_EXTERNAL, 200)
def an_active_one_has_no_opt_out(client: Client) -> None:
    """16: also of somebody who left before, and came back."""
    client.call(REMOVE)
    client.call(PUT)
    one = client.value(client.call(client.operation)) or {}
    out = one.keys() & {"opt_out_date", "opt_out_reason"}
    client.expect(not out, "counts-add-up", "no opt-out of a subscription that is active", one)
    client.expect(one in rows(client, LIST), "read-your-write", "the subscription as it is listed")


@recipe(LIST, 200)
@recipe(LIST_EXTERNAL, 200)
def nobody_has_subscriptions_yet(client: Client) -> None:
    """4.9: an empty array for a person who is there, whether active ones or all are asked for."""
    client.suppose("a person without subscriptions has an empty list")
    person = persons.add(client, "EXT-A")
    whom = {"person_key": person.get("person_key")} if client.operation == LIST else {"external_person_id": "EXT-A"}
    for active_only in (True, False):
        found = client.value(client.call(client.operation, active_only=active_only, **whom))
        client.expect(found == [], "read-your-write", "an empty array", found)


@recipe(ALL_LISTS, 200)
def every_list_is_listed(client: Client) -> None:
    """5.2: all lists of the company, each as it is read, and none of another company."""
    found = rows(client, ALL_LISTS)
    ids = {it.get("id") for it in found}
    client.expect(ids == {USED_LIST, FREE_LIST}, "counts-add-up", "both lists of the company", ids)
    for one in found:
        same = client.value(client.call(ONE_LIST, subscription_list_id=one.get("id", "none")))
        client.expect(same == one, "read-your-write", f"the list as it is listed: {one}")


@recipe(PUT, 404)
@recipe(REMOVE, 404)
def subscriptions_of_nobody(client: Client) -> None:
    client.call(client.operation, person_key="nobody-at-all")


@recipe(PUT, 404)
def nobody_joins_a_list_that_is_not_there(client: Client) -> None:
    """4.10: nor one of another company."""
    before = rows(client, LIST, active_only=False)
    for list_id in ("no-such-list", FOREIGN_LIST):
        client.call(PUT, subscription_list_id=list_id)
        got(client, 404, "unknown-id", "a list that the company does not have")
    after = rows(client, LIST, active_only=False)
    client.expect(after == before, "refusal-changes-nothing", f"the subscriptions as before: {before}")


@recipe(SUBSCRIBERS, 200)
def a_subscriber_is_who_has_an_active_subscription(client: Client) -> None:
    """23."""
    john = (client.value(client.call(persons.GET)) or {}).get("person_id")
    filters: tuple[dict[str, Any], ...] = (
        {"external_person_id": "EXT542342"}, {"person_id": john}, {"mdn": "2995551234"},
    )  # fmt: skip
    for subscribed, one in zip((False, True, False), filters, strict=True):
        found = rows(client, SUBSCRIBERS, subscription_list_id=FREE_LIST, **one)
        ids = [it.get("external_person_id") for it in found]
        wanted = ["EXT542342"] if subscribed else []
        client.expect(ids == wanted, "counts-add-up", f"the subscribers {wanted}", ids)
        client.call(REMOVE if subscribed else PUT, subscription_list_id=FREE_LIST)


@recipe(SUBSCRIBERS, 400)
def bad_filters(client: Client) -> None:
    """5, and 5.2 of our reference."""
    client.call(SUBSCRIBERS)
    got(client, 400, "rejects-invalid", "a search without a filter")
    client.call(SUBSCRIBERS, mdn="+12995551234")
    got(client, 400, "rejects-invalid", "E.164 under version 1")
    client.call(SUBSCRIBERS, mdn="2995551234", headers={"X-API-Version": "2"})
    got(client, 400, "rejects-invalid", "ten digits under version 2")


@recipe(SUBSCRIBERS, 200)
@recipe("acquisitions.find_participants", 200)
def several_filters_narrow_each_other(client: Client) -> None:
    """5.2 and 8.3: whoever matches one alone is not found."""
    client.suppose("that filters which are sent together narrow each other")
    persons.add(client, "EXT-A", "2995550171")
    client.call("acquisitions.add_participant", body={"external_person_id": "EXT-A"})
    searched = {"subscription_list_id": USED_LIST} if client.operation == SUBSCRIBERS else {}
    external = "EXT542342" if client.operation == SUBSCRIBERS else "EXT-A"
    alone = rows(client, client.operation, external_person_id=external, **searched)
    client.expect(len(alone) == 1, "read-your-write", "one by the external id alone", alone)
    both = rows(client, client.operation, external_person_id=external, mdn="2995550119", **searched)
    client.expect(both == [], "filter-applies", "nobody by that and the number of somebody else", both)
