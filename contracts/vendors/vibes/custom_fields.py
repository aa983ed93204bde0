"""What the document's prose says of custom fields, and the values of persons. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import recipe
from contracts.vendors.vibes import persons
from contracts.vendors.vibes.subscriptions import rows

LIST, GET = "custom_fields.list_custom_fields", "custom_fields.get_custom_field"
SELECTIONS = ("single_selection", "multi_selection")


@recipe(LIST, 200)
@recipe(GET, 200)
def every_field_is_read_as_it_is_listed(client: Client) -> None:
    """7: a selection has options, which tell names and keys; the other kinds have none to choose from."""
    for field in rows(client, LIST):
        same = client.value(client.call(GET, custom_field_id=field.get("id", "none")))
        client.expect(same == field, "read-your-write", f"the field as it is listed: {field}")
        if field.get("type") in SELECTIONS:
            options = field.get("options")
            keys = [it.get("option_key") for it in options if isinstance(it, dict)] if isinstance(options, list) else []
            whole = bool(keys) and None not in keys and len(set(keys)) == len(keys)
            client.expect(whole, "read-your-write", "the options of a selection, each with a key of its own", options)


@recipe(persons.ADD, 201)
@recipe(persons.UPDATE, 200)
@recipe(persons.UPDATE_EXTERNAL, 201)
def long_text_is_kept_whole(client: Client) -> None:
    """4.1 and 50: no document names a length for the text of a custom field."""
    text = "Ana & Eva, " * 100 + "Roe"
    fields = {"first_name": text}
    if client.operation == persons.UPDATE:
        person = persons.add(client, "EXT-A")
        client.call(persons.UPDATE, person_key=person.get("person_key", "none"), body={"custom_fields": fields})
    elif client.operation == persons.UPDATE_EXTERNAL:
        client.call(persons.UPDATE_EXTERNAL, external_person_id="EXT-A", body={"custom_fields": fields})
        person = client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A")) or {}
    else:
        person = persons.add(client, "EXT-A", custom_fields=fields)
    name = (persons.read(client, person).get("custom_fields") or {}).get("first_name")
    client.expect(name == text, "read-your-write", f"all of the {len(text)} characters that were sent", name)


@recipe(persons.GET, 200)
@recipe(persons.GET_EXTERNAL, 200)
@recipe(persons.FIND, 200)
def a_selection_is_shown_as_an_object(client: Client) -> None:
    """4.1: with id, name and key of what was chosen; several of them in an array, which is empty when none is."""
    single, multi = (_field(client, kind) for kind in SELECTIONS)
    chosen = {single["name"]: single["options"][0], multi["name"]: multi["options"][:2]}
    person = persons.add(client, "EXT-A", custom_fields=chosen)
    for fields, one, several in ((chosen, _keys([single["options"][0]]), _keys(multi["options"][:2])),
                                 ({single["name"]: None, multi["name"]: []}, None, [])):  # fmt: skip
        client.call(persons.UPDATE, person_key=person.get("person_key", "none"), body={"custom_fields": fields})
        found = rows(client, persons.FIND, external_person_id="EXT-A")
        by_id = client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A"))
        for shown in (*found, by_id or {}, persons.read(client, person)):
            values = shown.get("custom_fields") or {}
            seen = values.get(single["name"])
            right = seen is None if one is None else _keys([seen]) == one
            client.expect(right, "read-your-write", f"the one choice {one}", seen)
            seen = values.get(multi["name"])
            right = isinstance(seen, list) and _keys(seen) == several
            client.expect(right, "read-your-write", f"the choices {several}", seen)


def _field(client: Client, kind: str) -> dict[str, Any]:
    """A field of a kind of selection. Raises NotProvokable when the company has none."""
    for field in rows(client, LIST):
        if field.get("type") == kind and field.get("options"):
            return field
    raise NotProvokable(f"the company has no field of the type {kind}")


def _keys(choices: list[Any]) -> list[Any]:
    """Name and key of each choice; None for what is no object."""
    return [(it.get("name"), it.get("option_key")) if isinstance(it, dict) and "id" in it else None for it in choices]
