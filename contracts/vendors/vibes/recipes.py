"""Recipes for operations of several tags: what belongs to another company. The others stand in their tags' files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got, recipe
from contracts.vendors.vibes.persons import ADD, FIND, GET, GET_EXTERNAL, UPDATE, add
from contracts.vendors.vibes.target import OTHER_COMPANY

# The spec's examples of 403 name them.
FOREIGN_COMPANY, FOREIGN_APP = "XYZ789", "OtherAppId01"


def a_record(client: Client, kind: str, **members: Any) -> dict[str, Any]:
    """A record of the world, to make others like it. Raises NotProvokable when there is none with these members."""
    for record in client.world.state("vibes", kind):
        if members.items() <= record.items():
            return record
    raise NotProvokable(f"this world has no {kind} like {members}")


@recipe("heartbeats.get_company_heartbeat", 403)
@recipe("persons.find_persons", 403)
@recipe("persons.add_person", 403)
@recipe("persons.get_person", 403)
@recipe("persons.update_person", 403)
@recipe("persons.get_person_by_external_id", 403)
@recipe("persons.update_person_by_external_id", 403)
@recipe("companies.get_company", 403)
@recipe("tags.list_tags", 403)
@recipe("tags.add_tags", 403)
@recipe("tags.remove_tags", 403)
@recipe("tags.get_tag", 403)
@recipe("tags.put_tag", 403)
@recipe("tags.remove_tag", 403)
@recipe("subscriptions.list_subscriptions", 403)
@recipe("subscriptions.get_subscription", 403)
@recipe("subscriptions.put_subscription", 403)
@recipe("subscriptions.remove_subscription", 403)
@recipe("subscriptions.list_subscriptions_by_external_id", 403)
@recipe("subscriptions.get_subscription_by_external_id", 403)
@recipe("subscriptions.remove_subscription_by_external_id", 403)
@recipe("subscription_lists.list_subscription_lists", 403)
@recipe("subscription_lists.get_subscription_list", 403)
@recipe("subscription_lists.list_acquisition_campaigns_of_list", 403)
@recipe("subscription_lists.find_subscribers", 403)
@recipe("custom_fields.list_custom_fields", 403)
@recipe("custom_fields.get_custom_field", 403)
@recipe("acquisitions.list_pending_acquisitions", 403)
@recipe("acquisitions.list_pending_acquisitions_respelled", 403)
@recipe("acquisitions.list_acquisition_campaigns", 403)
@recipe("acquisitions.get_acquisition_campaign", 403)
@recipe("acquisitions.find_participants", 403)
@recipe("acquisitions.add_participant", 403)
@recipe("devices.list_push_devices", 403)
@recipe("devices.list_push_devices_by_external_id", 403)
@recipe("events.add_event", 403)
@recipe("callbacks.list_callbacks", 403)
@recipe("callbacks.add_callback", 403)
@recipe("callbacks.get_callback", 403)
@recipe("callbacks.cancel_callback", 403)
@recipe("callbacks.send_test_event", 403)
def foreign_company(client: Client) -> None:
    """4: the data of another company."""
    searches = client.operation in ("persons.find_persons", "subscription_lists.find_subscribers")
    arguments: dict[str, Any] = {"external_person_id": "EXT542342"} if searches else {}
    client.call(client.operation, company_key=FOREIGN_COMPANY, **arguments)


@recipe("migrations.import_devices", 403, accept=(404,))
@recipe("migrations.list_import_batches", 403, accept=(404,))
@recipe("migrations.get_import_batch", 403, accept=(404,))
@recipe("migrations.get_device_migrations", 403, accept=(404,))
@recipe("devices.get_device", 403, accept=(404,))
@recipe("devices.assign_device", 403, accept=(404,))
@recipe("apps.get_app", 403, accept=(404,))
@recipe("sdk_devices.renew_device", 403, accept=(404,))
@recipe("sdk_devices.update_device", 403, accept=(404,))
@recipe("sdk_devices.unregister_device", 403, accept=(404,))
@recipe("sdk_devices.get_device_person", 403, accept=(404,))
@recipe("sdk_devices.register_push", 403, accept=(404,))
@recipe("sdk_devices.unregister_push", 403, accept=(404,))
@recipe("sdk_events.upload_events", 403, accept=(404,))
@recipe("inbox.list_messages", 403, accept=(404,))
@recipe("inbox.get_message", 403, accept=(404,))
@recipe("inbox.update_message", 403, accept=(404,))
@recipe("migrations.confirm_migration", 403, accept=(404,))
def foreign_app(client: Client) -> None:
    """4: the app of another company."""
    client.call(client.operation, app_id=FOREIGN_APP)


@recipe("companies.list_companies", 200)
@recipe("companies.get_company", 200)
def the_url_of_a_company_leads_to_it(client: Client) -> None:
    """6."""
    found = client.value(client.call(client.operation))
    for company in found if isinstance(found, list) else [found or {}]:
        path = str(company.get("url", ""))
        key = path.rpartition("/companies/")[2] or "none"
        same = client.value(client.call("companies.get_company", company_key=key))
        client.expect(same == company, "read-your-write", f"the company behind its url {path!r}: {company}")


@recipe(ADD, 200, anywhere=True)
@recipe(FIND, 200)
@recipe(GET, 200)
@recipe("callbacks.list_callbacks", 200)
@recipe("acquisitions.add_participant", 200)
@recipe("broadcasts.list_broadcasts", 200)
@recipe("migrations.list_import_batches", 200)
@recipe("subscriptions.list_subscriptions", 200)
def a_slash_at_the_end_changes_nothing(client: Client) -> None:
    """7, and 2.1: the pages print some paths with it and some without; what is added again is met."""
    arguments: dict[str, Any] = {"external_person_id": "EXT542342"} if client.operation == FIND else {}
    first = client.call(client.operation, **arguments)
    path, mark, query = first.request.url.partition("?")
    again = client.send(client.operation, replace(first.request, url=f"{path}/{mark}{query}"))
    statuses = {first.status, again.status}
    client.expect(statuses <= {200, 201}, "accepts-valid", "success with and without a slash at the end", statuses)
    one, other = client.value(first), client.value(again)
    client.expect(one == other, "read-your-write", f"the same as without the slash: {one}", other)


@recipe("heartbeats.get_heartbeat", 200)
@recipe(GET, 200)
@recipe("subscriptions.put_subscription", 201)
@recipe("subscriptions.remove_subscription", 200)
@recipe("tags.remove_tags", 204)
@recipe("callbacks.cancel_callback", 200)
def a_media_type_without_a_body_is_nothing(client: Client) -> None:
    """2.2: the pages want `Content-Type` on every call, so that clients send it with what has no body."""
    arguments: dict[str, Any] = {"subscription_list_id": "ABC12345"} if "put" in client.operation else {}
    exchange = client.call(client.operation, headers={"Content-Type": "Application/JSON; charset=utf-8"}, **arguments)
    client.expect(exchange.status < 300, "accepts-valid", "success with a Content-Type and no body")


@recipe(ADD, 401)
@recipe(UPDATE, 401)
@recipe("acquisitions.add_participant", 401)
@recipe("callbacks.add_callback", 401)
@recipe("incentive_pools.update_pool", 401)
@recipe("migrations.import_devices", 401)
def strangers_learn_nothing(client: Client) -> None:
    """2.10: whoever has no credentials is told that before anything else, whatever is wrong with the rest."""
    client.suppose("that 401 comes before everything that needs the credentials")
    path = [it.name for it in client.spec.operations[client.operation].parameters if it.place == "path"]
    nowhere = {name: 7 if name == "pool_id" else "nobody-at-all" for name in path}
    for which in ("none", "wrong"):
        client.call(client.operation, credentials=which, raw=b"{", parameters=nowhere)
        got(client, 401, "auth-enforced", f"a body that is none, for what is not there, with {which} credentials")


@recipe(FIND, 200, check="no-leak-between-accounts")
def worlds_of_companies_are_apart(client: Client) -> None:
    """A foreign key never opens a person, not even under the company of one's own."""
    there = client.acting(OTHER_COMPANY)
    body = {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "2995550171"}}
    foreign = there.value(there.call(ADD, company_key=FOREIGN_COMPANY, body=body)) or {}
    if there.sent[-1].status != 201:
        raise NotProvokable("this target has no second company whose credentials are known")
    for key in ("person_key", "person_id"):
        for operation in (GET, UPDATE):
            client.call(operation, person_key=foreign.get(key))
            got(client, 404, "no-leak-between-accounts", f"the {key} of a person of another company")
    client.call(GET_EXTERNAL, external_person_id="EXT-A")
    got(client, 404, "no-leak-between-accounts", "the external id of a person of another company")
    for query in ({"mdn": "2995550171"}, {"external_person_id": "EXT-A"}):
        found = client.value(client.call(FIND, query=query))
        client.expect(found == [], "no-leak-between-accounts", "nobody of another company")
    add(client, "EXT-A", "2995550171")
    got(client, 201, "no-leak-between-accounts", "ids that only another company has")
    after = there.value(there.call(GET, company_key=FOREIGN_COMPANY, person_key=foreign.get("person_key")))
    client.expect(after == foreign, "no-leak-between-accounts", f"the other company's person as before: {foreign}")
