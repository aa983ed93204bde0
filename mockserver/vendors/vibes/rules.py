"""What is wrong with a body beside its schema, so that a refusal names every problem at once (Technical Overview, Error
Response Body: "an Array of all the errors that occurred on the request")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import transmission, values
from mockserver.world import World
from specs import Operation
from specs.schemas import Problem


def also_wrong(world: World, operation: Operation, arguments: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems that a handler would find in a person or in a broadcast's lists, were the body not refused already."""
    body = arguments["body"]
    if not isinstance(body, dict):
        return
    if operation.tag == "broadcasts":
        yield from _of_lists(world, arguments["company_key"], body.get("targeting"))
    if operation.tag == "persons" or operation.id == "acquisitions.add_participant":
        yield from _of_a_person(world, arguments, body)


def _of_lists(world: World, company_key: str, targeting: Any) -> Iterator[Problem]:
    wanted = targeting.get("source_lists") if isinstance(targeting, dict) else None
    if isinstance(wanted, list) and all(isinstance(it, str) for it in wanted):
        unknown = transmission.unknown_lists(world, company_key, wanted)
        if unknown:
            yield Problem("body", ("targeting", "source_lists"), "unknownList", unknown.message)


def _of_a_person(world: World, arguments: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Problem]:
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
