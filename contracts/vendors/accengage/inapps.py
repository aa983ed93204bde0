"""Recipes for in-apps and alarms (sections 17 and 18 of our reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.accengage.paging import walk

POPUP: dict[str, Any] = {"type": "popup", "title": "Hi"}
CUSTOM: dict[str, Any] = {"type": "custom", "templateValue": "banner"}
INAPP: dict[str, Any] = {"name": "Recipe", "messages": [{"template": POPUP}]}
ALARM: dict[str, Any] = {"name": "Recipe", "messages": [{"text": "Wake up"}]}
INAPPS = (
    "inapps.create_inapp", "inapps.get_inapp", "inapps.get_inapp_by_external_id", "inapps.update_inapp",
    "inapps.update_inapp_by_external_id", "inapps.set_inapp_status", "inapps.set_inapp_status_by_external_id",
)  # fmt: skip
ALARMS = (
    "alarms.create_alarm", "alarms.get_alarm", "alarms.get_alarm_by_external_id", "alarms.update_alarm",
    "alarms.update_alarm_by_external_id", "alarms.set_alarm_status", "alarms.set_alarm_status_by_external_id",
)  # fmt: skip


# External ids of the `default` fixture: of an in-app, and of an alarm.
_TAKEN = ("welcome", "morning")


class Kind:
    """The operations and an ordinary body of the kind that a recipe's operation is of."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.alarms = client.operation.startswith("alarms.")
        self.body = ALARM if self.alarms else INAPP
        names = ALARMS if self.alarms else INAPPS
        self.create, self.get, self.get_external, self.update, self.update_external, self.set, self.set_external = names
        self.list = "alarms.list_alarms" if self.alarms else "inapps.list_inapps"

    def at(self, number: object) -> dict[str, Any]:
        """The parameter that names one by its technical id."""
        return {"alarmId" if self.alarms else "inAppId": number}

    def make(self, **more: Any) -> int:
        value = self._client.value(self._client.call(self.create, body={**self.body, **more})) or {}
        return int(value.get("id") or 0)

    def read(self, number: int) -> Any:
        return self._client.value(self._client.call(self.get, **self.at(number)))


def both_ids_mean_the_same(client: Client) -> None:
    """20.19: created, read by both ids and in the list, changed by either; no other has its external id."""
    kind, name = Kind(client), client.unique("recipe")
    segments = {"campaign": [2]}
    number = kind.make(externalId=name, segments=segments)
    wanted = {**kind.body, "id": number, "externalId": name, "isActive": False, "segments": segments}
    client.call(kind.create, body={**kind.body, "externalId": name})
    got(client, 400, "rejects-invalid", "an external id that exists already")
    for text in ("Recipe", "By id", "By external id"):
        body = {**kind.body, "name": text}
        if text == "By id":
            client.call(kind.update, **kind.at(number), body=body)
        elif text == "By external id":
            client.call(kind.update_external, externalId=name, body=body)
        wanted["name"] = text
        read = kind.read(number)
        client.expect(read == wanted, "read-your-write", f"{wanted}", read)
        same = client.value(client.call(kind.get_external, externalId=name))
        client.expect(same == read, "read-your-write", "the same by the external id", same)
    other = kind.make()
    for external in (False, True):
        body = {**kind.body, "externalId": name if not external else _TAKEN[kind.alarms]}
        if external:
            client.call(kind.update_external, externalId=name, body=body)
        else:
            client.call(kind.update, **kind.at(other), body=body)
        got(client, 400, "rejects-invalid", "an external id that another one has")
    client.expect(kind.read(number) == read, "refusal-changes-nothing", f"as before: {read}")
    client.expect("externalId" not in (kind.read(other) or {}), "refusal-changes-nothing", "no external id, as before")
    rows = walk(client, kind.list)
    client.expect(read in rows, "pages", "what was created, in the list", rows)
    ids = [row["id"] for row in rows]
    client.expect(ids == sorted(set(ids)), "pages", "ascending ids", ids)
    client.call(kind.update_external, externalId=name, body={**kind.body, "externalId": f"{name}-new"})
    got(client, 200, "accepts-valid", "another external id")
    client.call(kind.get_external, externalId=name)
    got(client, 404, "delete-deletes", "the former external id")
    same = client.value(client.call(kind.get_external, externalId=f"{name}-new")) or {}
    client.expect(same.get("id") == number, "read-your-write", f"{number} by its new external id", same)


def status_is_set_once(client: Client) -> None:
    """20.57: 200 when it changes, 204 when it does not; the flag is read back."""
    kind, name = Kind(client), client.unique("recipe")
    number = kind.make(externalId=name)
    for external, wanted, status in ((False, True, 200), (True, True, 204), (True, False, 200), (False, False, 204)):
        where = {"externalId": name} if external else kind.at(number)
        client.call(kind.set_external if external else kind.set, **where, body={"isActive": wanted})
        got(client, status, "idempotent-retry", f"isActive {wanted}")
        read = kind.read(number) or {}
        client.expect(read.get("isActive") is wanted, "read-your-write", f"isActive {wanted}", read)


def not_there(client: Client) -> None:
    """17 and 18: ids that nobody has, another application's, and another kind's."""
    kind = Kind(client)
    if "external" in client.operation:
        client.call(client.operation, externalId="nobodys-at-all")
        got(client, 404, "unknown-id", "an external id that nobody has")
        return
    for number in (2159, 2171 if kind.alarms else 2170, 2158 if kind.alarms else 2164):
        client.call(client.operation, **kind.at(number))
        got(client, 404, "no-leak-between-accounts", f"{number}")


def no_positive_integer(client: Client) -> None:
    """20.15."""
    for text in ("abc", "0", "-1", "1.5"):
        client.call(client.operation, **Kind(client).at(text))
        got(client, 400, "rejects-invalid", f"the id {text}")


def bodies_that_cannot_be(client: Client) -> None:
    """20.20 and 20.21: a schema that is broken, and templates that differ between languages."""
    kind = Kind(client)
    before = walk(client, kind.list)
    one, other = ({"text": "a", "template": "yes_no"}, {"text": "b"}) if kind.alarms else (
        {"template": POPUP}, {"template": CUSTOM}
    )  # fmt: skip
    for body in (
        {},
        {**kind.body, "messages": []},
        {**kind.body, "name": 7},
        {**kind.body, "campaignId": 123},
        {**kind.body, "messages": [one, other]},
        {**kind.body, "messages": [{**one, "language": "en"}, {**one, "language": "en"}]},
        {**kind.body, "triggers": {"startDate": "2018-03-01T00:00:00Z", "endDate": "2018-02-01T00:00:00Z"}},
    ):
        client.call(client.operation, body=body)
        got(client, 400, "rejects-invalid", f"{str(body)[:160]}")
    after = walk(client, kind.list)
    client.expect(after == before, "refusal-changes-nothing", "the same list", after)


def what_the_application_does_not_have(client: Client) -> None:
    """2.5 to 2.7: segments, lists, places, events, views, states."""
    kind = Kind(client)
    before = walk(client, kind.list)
    for more in (
        {"segments": {"campaign": [99]}},
        {"lists": [{"id": 9000}]},
        {"triggers": {"geolocations": {"inclusion": [{"id": 405}]}}},
        {"triggers": {"geolocations": {"exclusion": [{"id": 404, "type": "geogroup"}]}}},
        {"triggers": {"beacons": {"exclusion": [{"id": 405}]}}},
        {"triggers": {"events": {"inclusion": ["nothing"]}}},
        {"triggers": {"views": {"inclusion": ["nowhere"]}}},
        {"triggers": {"states": {"inclusion": [{"name": "noState"}]}}},
    ):
        client.call(client.operation, body={**kind.body, **more})
        got(client, 404, "provokes", f"{more}")
    unheard = (
        {"text": "Hi", "template": "unheard-of"} if kind.alarms else {"template": {**CUSTOM, "templateValue": "x"}}
    )
    client.call(kind.create, body={**kind.body, "messages": [unheard]})
    got(client, 404, "provokes", "a template that the application does not have")
    after = walk(client, kind.list)
    client.expect(after == before, "refusal-changes-nothing", "the same list", after)


def statuses_that_cannot_be(client: Client) -> None:
    bodies: tuple[Any, ...] = ({}, {"isActive": "true"}, {"isActive": None}, {"isActive": 1})
    for body in bodies:
        client.call(client.operation, body=body)
        got(client, 400, "rejects-invalid", f"{body}")


for _names in (INAPPS, ALARMS):
    _create, _get, _get_external, _update, _update_external, _set, _set_external = _names
    for _operation in (_update, _update_external, _get, _get_external):
        recipe(_operation, 200)(both_ids_mean_the_same)
        recipe(_operation, 404)(not_there)
    for _operation in (_set, _set_external):
        recipe(_operation, 200)(status_is_set_once)
        recipe(_operation, 204)(status_is_set_once)
        recipe(_operation, 400)(statuses_that_cannot_be)
        recipe(_operation, 404)(not_there)
    for _operation in (_create, _update, _update_external):
        recipe(_operation, 400)(bodies_that_cannot_be)
        recipe(_operation, 404)(what_the_application_does_not_have)
    for _operation in (_get, _update, _set):
        recipe(_operation, 400)(no_positive_integer)


@recipe("inapps.update_inapp", 400)
@recipe("inapps.update_inapp_by_external_id", 400)
def type_of_a_template_stays(client: Client) -> None:
    """20.20: another type is refused, and nothing changes; other edits pass."""
    kind, name = Kind(client), client.unique("recipe")
    number = kind.make(externalId=name)
    before = kind.read(number)
    where = {"externalId": name} if "external" in client.operation else kind.at(number)
    client.call(client.operation, **where, body={**INAPP, "messages": [{"template": CUSTOM}]})
    got(client, 400, "provokes", "another type of template")
    client.expect(kind.read(number) == before, "refusal-changes-nothing", "the in-app as before")
    client.call(client.operation, **where, body={**INAPP, "messages": [{"template": {**POPUP, "title": "New"}}]})
    got(client, 200, "provokes", "another title")


@recipe("inapps.create_inapp", 400)
def browsers_on_android(client: Client) -> None:
    """17: a BrowserTemplate is for iOS only."""
    body = {**INAPP, "messages": [{"template": {"type": "browser", "url": "https://www.example.com"}}]}
    client.call(client.operation, partnerId="mySecondPartnerId", body=body)
    got(client, 200, "provokes", "a browser template on iOS")
    client.call(client.operation, body=body)
    got(client, 400, "provokes", "a browser template on Android")


@recipe("alarms.create_alarm", 400)
def alarms_on_the_web(client: Client) -> None:
    """19.40."""
    client.call(client.operation, partnerId="myWebPartnerId", body=ALARM)
    got(client, 400, "provokes", "an alarm of a web application")


@recipe("inapps.create_inapp", 400)
@recipe("inapps.update_inapp", 400)
def one_template_for_all_languages(client: Client) -> None:
    """17 and 20.21: not even two of the same type; a template that opens must be there, too."""
    kind = Kind(client)
    before = walk(client, kind.list)
    other = {**CUSTOM, "templateValue": "full_screen"}
    texts = [{"language": "en", "template": CUSTOM}, {"language": "fr", "template": other}]
    where = {} if client.operation == kind.create else kind.at(2163)
    client.call(client.operation, **where, body={**INAPP, "messages": texts})
    got(client, 400, "rejects-invalid", "two custom templates")
    opens = [{"template": CUSTOM, "action": {"templateValue": "unheard-of"}}]
    client.call(client.operation, **where, body={**INAPP, "messages": opens})
    got(client, 404, "provokes", "an action whose template there is not")
    after = walk(client, kind.list)
    client.expect(after == before, "refusal-changes-nothing", "the same list", after)
