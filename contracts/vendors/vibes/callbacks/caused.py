"""Callbacks and what causes them: what is told of and what is not, to whom, and when."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import recipe
from contracts.vendors.vibes.callbacks import ADD, GET, LIST, TEST, bodies, register
from contracts.vendors.vibes.callbacks.told import CAUSES, JOINS, agree
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY
from contracts.vendors.vibes.subscriptions import rows
from contracts.vendors.vibes.target import OTHER_COMPANY


def _types(arrived: list[dict[str, Any]]) -> list[Any]:
    return [it.get("callback_type") for it in arrived]


@recipe(ADD, 201, check=DESCRIBED)
@recipe("persons.add_person", 200, check=DESCRIBED)
@recipe("persons.update_person_by_external_id", 201, check=DESCRIBED)
def who_is_met_is_told_of_as_updated(client: Client) -> None:
    """12 and 14.3: an add that meets somebody is an update of them; an update that adds somebody is an addition."""
    with listening(client) as ear:
        for kind in ("person_added", "person_updated"):
            register(client, kind, url=ear.url)
        update = "persons.update_person_by_external_id"
        calls: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("person_added", "persons.add_person", {"body": JOINS}),
            ("person_updated", "persons.add_person", {"body": {"mobile_phone": JOINS["mobile_phone"]}}),
            ("person_updated", "persons.add_person", {"body": {"external_person_id": "EXT-A"}}),
            ("person_added", update, {"external_person_id": "EXT-B", "body": {}}),
        )
        for kind, operation, arguments in calls:
            before = len(bodies(ear))
            client.call(operation, **arguments)
            kinds = _types(bodies(ear)[before:])
            client.expect(kinds == [kind], DESCRIBED, f"one {kind}", kinds)


@recipe(ADD, 201, check=DESCRIBED)
@recipe("persons.update_person", 200, check=DESCRIBED)
@recipe("subscriptions.remove_subscription", 404, check=DESCRIBED)
def what_changes_nothing_is_not_told_of(client: Client) -> None:
    """17 and 47, 4.6 and 4.11: the same update again, a list that they are on, or have left, a device that they have;
    nor what is refused."""
    listened = ("person_updated", "subscription_added", "subscription_removed", "device_added", "device_removed")
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        CAUSES["person_updated"], CAUSES["device_added"], CAUSES["subscription_removed"],
        CAUSES["subscription_added"],
    )  # fmt: skip
    with listening(client) as ear:
        for kind in listened:
            register(client, kind, url=f"{ear.url}/{kind}")
        for operation, arguments in calls:
            client.call(operation, **arguments)
            before = len(bodies(ear))
            client.call(operation, **arguments)
            kinds = _types(bodies(ear)[before:])
            client.expect(kinds == [], DESCRIBED, f"nothing of what {operation} did before already", kinds)
        before = len(bodies(ear))
        for body in ({"mobile_phone": {"mdn": "2995550172"}}, {"custom_fields": {"no_such_field": "x"}}):
            client.call("persons.update_person", body={"custom_fields": {"first_name": "Ana"}, **body})
        kinds = _types(bodies(ear)[before:])
        client.expect(kinds == [], DESCRIBED, "nothing of an update that was refused", kinds)


@recipe(ADD, 201, check=DESCRIBED)
def only_what_a_callback_is_narrowed_to_arrives(client: Client) -> None:
    """39: not what is told of another list, campaign, app or type of event; nor of another company, at any type."""
    others = {
        "subscription_added": {"list_id": "ABC12345"},
        "ack_participant_added": {"campaign_id": "abc123"},
        "event_processed": {"event_type": "no_such_type"},
        "device_added": {"app_id": "EmptyAppId1"},
        "device_removed": {"app_id": "EmptyAppId1"},
    }
    there = client.acting(OTHER_COMPANY)
    with listening(client) as ear:
        for kind, narrowed in others.items():
            register(client, kind, url=f"{ear.url}/{kind}", **{kind: narrowed})
        for kind in ("person_added", "person_updated", "company_participant_added", "event_processed"):
            body = {"callback_type": kind, "destination": {"url": f"{ear.url}/there"}}
            there.call(ADD, company_key=FOREIGN_COMPANY, body=body)
        for kind, (operation, arguments) in CAUSES.items():
            if kind != "company_participant_added":
                client.call(operation, **arguments)
        kinds = _types(bodies(ear))
        client.expect(kinds == [], DESCRIBED, "nothing of what these callbacks are not for", kinds)


@recipe(ADD, 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
@recipe(LIST, 200, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
@recipe(TEST, 404, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def a_callback_has_its_time(client: Client) -> None:
    """12.4 and 14.2: nothing arrives, and nothing is sent for a test, before its start and after its end; it is listed
    up to its end, and read later too."""
    dates = {"start_date": "2026-01-31T09:00:00Z", "end_date": "2026-01-31T11:00:00Z"}
    seen = []
    with listening(client) as ear:
        made = register(client, "person_updated", url=ear.url, **dates)
        for hour in range(3):
            before = len(bodies(ear))
            client.call("persons.update_person", body={"custom_fields": {"first_name": f"Eva {hour}"}})
            heard = len(bodies(ear)) - before
            test = client.call(TEST, body={"callback_type": "person_updated"}).status
            listed = made in rows(client, LIST)
            seen.append((heard, test, listed))
            client.world.advance(5400)
        wanted = [(0, 404, True), (1, 201, True), (0, 404, False)]
        client.expect(seen == wanted, DESCRIBED, f"what arrives, a test, and it in the list: {wanted}", seen)
        same = client.value(client.call(GET, callback_id=made.get("callback_id", "none")))
        client.expect(same == made, "read-your-write", f"the callback after its end: {made}")
        register(client, "person_updated", url=ear.url)
        client.expect(client.sent[-1].status == 201, "accepts-valid", "201 for one like a callback that has ended")


@recipe(TEST, 201, check=DESCRIBED)
def a_test_tells_what_it_was_given(client: Client) -> None:
    """12.4: dummies in the place of those of the platform."""
    given = {
        "person": {"id": "gate-1"},
        "mobile_phone": {"mdn": "2995550188"},
        "acquisition_campaign": {"api_key": "2342312", "description": "Gate", "keyword": "GATE"},
        "subscription_list": {"id": "gate-list"},
    }
    with listening(client) as ear:
        for kind in ("ack_participant_added", "company_participant_added"):
            register(client, kind, url=f"{ear.url}/{kind}")
            client.call(TEST, body={"callback_type": kind, "participant": given})
            for shown in (it.get("participant") or {} for it in bodies(ear, kind)):
                person, campaign = shown.get("person") or {}, shown.get("acquisition_campaign") or {}
                seen = [person.get("id"), (person.get("mobile_phone") or {}).get("mdn")]
                seen += [campaign.get(name) for name in ("id", "description", "keyword")]
                wanted = ["gate-1", "2995550188", "2342312", "Gate", "GATE"]
                client.expect(seen == wanted, DESCRIBED, f"what the test was given: {wanted}", seen)
        lists = [(it.get("participant") or {}).get("subscription_list") for it in bodies(ear, kind)]
        client.expect(lists == [given["subscription_list"]], DESCRIBED, "the list that the test was given", lists)


@recipe(ADD, 201, check=DESCRIBED)
def an_alias_is_what_arrives(client: Client) -> None:
    """14.1: a type is called as it was registered; a registration may be by the older member alone."""
    client.suppose("that a type is delivered under the name of its registration")
    with listening(client) as ear:
        body = {"event_type": "person_add", "destination": {"url": ear.url}}
        made = client.value(client.call(ADD, body=body)) or {}
        client.call("persons.add_person", body={"external_person_id": "EXT-A"})
        heard = ear.wait()
        client.expect([it.headers.get("x-event-type") for it in heard] == ["person_add"], DESCRIBED, "one person_add")
        for it in heard:
            agree(client, ear, "person_added", made, it)


@recipe(ADD, 201, check=DESCRIBED)
@recipe("subscriptions.list_subscriptions", 200, check=DESCRIBED)
def an_opt_out_on_the_phone_is_told_of(client: Client) -> None:
    """4.8 and 14.3: with its reason, as it is read then."""
    with listening(client) as ear:
        register(client, "subscription_removed", url=ear.url)
        client.world.happens("vibes", "text_message", company_key="ABC123", mdn="+12995551234", message="STOP")
        heard = [it.get("subscription") or {} for it in bodies(ear)]
        everything = rows(client, "subscriptions.list_subscriptions", active_only=False)
        out = ("opt_out_date", "opt_out_reason", "opt_in_date", "url")
        ended = [{name: it.get(name) for name in out} for it in everything][-1:]
        client.expect(
            [it["opt_out_reason"] for it in ended] == ["user_opt_out"], "read-your-write", "user_opt_out", ended
        )
        seen = [{name: it.get(name) for name in out} for it in heard]
        client.expect(seen == ended, DESCRIBED, f"the one opt-out, as it is read: {ended}", seen)
