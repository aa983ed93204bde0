"""What a request to add a participant means: who, with which data, and why it may be refused (Add a participant)."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.store import Record
from mockserver.vendors.vibes import campaigns, handsets, identity, participation, profile
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes.errors import Code, Error, bad_query, invalid
from mockserver.world import World

# The page names these texts; the last one is for "any other reason", which we add.
_BLOCKED = Error("MDNHASCONFIRMATIONBLOCK", Code.STATE)
_MISMATCH = Error("EXTERNALPERSONIDMISMATCH", Code.CONFLICT)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The person who is meant, None for somebody new, and the changes to them in the form of `identity`."""

    person: Record | None
    changes: Record


def read(world: World, campaign: Record, body: Record, version: str) -> Enrolment:
    """Who is meant by a body, and what is to be changed; nothing is changed yet. Raises BadParameter, Invalid."""
    _check_format(body, version)
    errors: list[Error] = []
    company_key = campaign["company_key"]
    changes = profile.changes(world, company_key, body, version, errors)
    person = _meant(world, company_key, body, changes, errors)
    _judge(world, campaign, person, changes, errors)
    if errors:
        raise invalid(errors)
    return Enrolment(person, changes)


def carry_out(world: World, company_key: str, wanted: Enrolment) -> Record:
    """The person as changed, or as added."""
    if wanted.person is None:
        return identity.add(world, company_key, wanted.changes)
    return identity.change(world, wanted.person, wanted.changes)


def _check_format(body: Record, version: str) -> None:
    """A number in the format of the other version is 400, where any other mistake is 422. Raises BadParameter."""
    mdn = (body.get("mobile_phone") or {}).get("mdn")
    if mdn is not None:
        try:
            numbers.read(mdn, version)
        except ValueError as error:
            raise bad_query(Error(str(error), Code.FORMAT)) from None


def _meant(world: World, company_key: str, body: Record, changes: Record, errors: list[Error]) -> Record | None:
    """The person by key or id, else the owner of the MDN, else by external id; None for somebody new."""
    keys = [body[name] for name in ("person_key", "person_id") if body.get(name) is not None]
    number, external = changes.get("mdn"), changes.get("external_person_id")
    if not keys and number is None and external is None:
        errors.append(Error("person_key, person_id, external_person_id or mobile_phone is required", Code.REQUIRED))
        return None
    owner = identity.by_mdn(world, company_key, number) if number is not None else None
    namesake = identity.by_external_id(world, company_key, external) if external is not None else None
    named = [identity.by_key(world, company_key, key) for key in keys]
    if any(it is None for it in named):
        errors.append(_other("Nobody has this person_key or person_id"))
    elif len({it["person_key"] for it in named if it is not None}) > 1:
        errors.append(_other("person_key and person_id name two persons"))
    person = next((it for it in (*named, owner, namesake) if it is not None), None)
    if _differ(namesake, person):
        errors.append(_MISMATCH)
    if person is not None and number is not None and profile.mdn_of(person) not in (None, number):
        errors.append(_other("The MDN of a person cannot be changed"))
    elif _differ(owner, person):
        errors.append(_other("The MDN belongs to another person"))
    return person


def _differ(one: Record | None, person: Record | None) -> bool:
    """Whether somebody was found, and is not the person. Each look-up may give a record object of its own."""
    return one is not None and person is not None and one["person_key"] != person["person_key"]


def _judge(world: World, campaign: Record, person: Record | None, changes: Record, errors: list[Error]) -> None:
    """Adds what keeps a person from taking part in the campaign."""
    if campaigns.status(world, campaign) != "active":
        errors.append(_other("The campaign is not active"))
    number = changes.get("mdn") if "mdn" in changes else profile.mdn_of(person or {})
    if number is None:
        if not errors:
            errors.append(_other("The person has no MDN"))
    elif handsets.carrier_code(world, number) is None:
        errors.append(_other("The MDN does not map to a provisioned carrier"))
    elif participation.blocked(world, campaign, number):
        errors.append(_BLOCKED)


def _other(reason: str) -> Error:
    return Error(f"UNPROCESSABLE ENTITY: {reason}", Code.STATE)
