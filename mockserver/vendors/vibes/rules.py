"""What is wrong with a body beside its schema, so that a refusal names every problem at once (Technical Overview, Error
Response Body: "an Array of all the errors that occurred on the request")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import values
from mockserver.world import World
from specs import Operation
from specs.schemas import Problem


def also_wrong(world: World, operation: Operation, arguments: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems that a handler would find in a person, were the body not refused by its schema already."""
    body = arguments["body"]
    of_a_person = operation.tag == "persons" or operation.id == "acquisitions.add_participant"
    if not of_a_person or not isinstance(body, dict):
        return
    phone, fields = body.get("mobile_phone"), body.get("custom_fields")
    if isinstance(phone, dict) and numbers.known(phone.get("mdn")):
        try:
            numbers.read(phone["mdn"], arguments["x_api_version"])
        except ValueError as error:
            yield Problem("body", ("mobile_phone", "mdn"), "mdnVersion", str(error))
    if isinstance(fields, dict):
        unknown = values.unknown(values.defined(world, arguments["company_key"]), fields)
        if unknown:
            yield Problem("body", ("custom_fields",), "unknownField", unknown.message)
