"""Registrations of callbacks: the types there are, what each can be narrowed to, and which of them get in each other's
way (Callbacks API; Technical Overview, Callbacks)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from mockserver.clock import epoch, iso
from mockserver.errors import NotFound
from mockserver.store import Record, joined
from mockserver.vendors.vibes.errors import Code, Error, conflict, invalid
from mockserver.world import World

MOST_DESTINATIONS = 50
_SAME = Error("There is a callback of this type for this URL in this time already", Code.CONFLICT)
_SAME_CODE = Error("There is a callback of this type for this code or campaign already", Code.CONFLICT)
_SAME_TYPE = Error("There is a callback of this type in this time already", Code.CONFLICT)
_TOO_MANY = Error(f"A callback type has at most {MOST_DESTINATIONS} destinations", Code.LIMIT)


@dataclass(frozen=True, slots=True)
class Type:
    """A type of callback. `members` of the object named like the type say what it is narrowed to, and are required
    unless `open`; `also` is another name under which that object is taken. A `single` one has one destination."""

    members: tuple[str, ...] = ()
    also: str | None = None
    open: bool = False
    single: bool = False


TYPES = {
    "person_added": Type(),
    "person_updated": Type(),
    "subscription_added": Type(("list_id",)),
    "subscription_removed": Type(("list_id",), also="subscription_added"),
    "subscription_list_added": Type(),
    "subscription_list_updated": Type(),
    "ack_participant_added": Type(("campaign_id",)),
    "ack_participant_changed": Type(("campaign_id",)),
    "company_participant_added": Type(),
    "event_processed": Type(("event_type",), open=True),
    "device_added": Type(("app_id",)),
    "device_updated": Type(("app_id",), also="device_added"),
    "device_removed": Type(("app_id",), also="device_added"),
    "wallet_item_install": Type(("campaign_token",), single=True),
    "wallet_item_remove": Type(("campaign_token",), also="wallet_item_install", single=True),
    "unmatched_message_received": Type(("source_code", "country_code"), single=True),
}
_ALIASES = {"person_add": "person_added"}


def happening(callback_type: str) -> str:
    """The type that a name stands for: the overview calls one of them `person_add`."""
    return _ALIASES.get(callback_type, callback_type)


def subject(kind: str, narrowed: Record) -> str:
    """What a registration is found by, beside its type: "" when it is narrowed to nothing."""
    values = [str(narrowed[name]) for name in TYPES[kind].members if name in narrowed]
    found = joined(*values) if values else ""
    return found.lower() if kind == "event_processed" else found


def known(world: World, company_key: str, callback_id: str) -> Record:
    """A registration of the company, also one that has ended. Raises NotFound."""
    found = world.get("callbacks", callback_id)
    if found is None or found["company_key"] != company_key:
        raise NotFound("The callback was not found")
    return found


def lasting(world: World, company_key: str, kind: str | None = None) -> list[Record]:
    """The company's registrations that are active or will be, oldest first; of one type, if one is named."""
    where = {"company_key": company_key}
    if kind is not None:
        where = {"company_key+happening": joined(company_key, kind)}
    return [it for it in world.find("callbacks", where) if _end(it) > world.now]


def read(world: World, company_key: str, body: Record, version: str) -> Record:
    """The registration that a body asks for, not kept yet. Raises Invalid with all that is wrong."""
    errors: list[Error] = []
    name = body.get("callback_type") or body.get("event_type") or ""
    kind = happening(name)
    narrowed = _narrowed(kind, body, errors) if name else {}
    if not name:
        errors.append(Error("callback_type is required", Code.REQUIRED))
    start, end = (_moment(body, member, errors) for member in ("start_date", "end_date"))
    if end is not None and end <= (world.now if start is None else start):
        errors.append(Error("end_date must be after start_date", Code.FORMAT))
    if errors:
        raise invalid(errors)
    destination = body["destination"]
    now = world.time()
    return {
        "callback_id": world.ids.text("callback"),
        "company_key": company_key,
        "callback_type": name,
        "happening": kind,
        "subject": subject(kind, narrowed),
        "narrowed": narrowed,
        "destination": {
            "url": destination["url"],
            "method": destination.get("method", "POST"),
            "content_type": destination.get("content_type", "application/json"),
        },
        "start_date": now if start is None else body["start_date"].upper(),
        "end_date": None if end is None else body["end_date"].upper(),
        "api_version": version,
        "created_at": now,
        "updated_at": now,
    }


def check_free(world: World, wanted: Record) -> None:
    """Raises Conflict for what another registration has, and Invalid for one destination too many."""
    kind = TYPES[wanted["happening"]]
    others = lasting(world, wanted["company_key"], wanted["happening"])
    meanwhile = [it for it in others if _start(it) < _end(wanted) and _start(wanted) < _end(it)]
    alike = [it for it in meanwhile if it["subject"] == wanted["subject"]]
    urls = {it["destination"]["url"] for it in others}
    if len(urls | {wanted["destination"]["url"]}) > MOST_DESTINATIONS:
        raise invalid([_TOO_MANY])
    if world.switches["callback_registrations"] == "one" and meanwhile:
        raise conflict([_SAME_TYPE])
    if kind.single and alike:
        raise conflict([_SAME_CODE])
    if any(it["destination"]["url"] == wanted["destination"]["url"] for it in alike):
        raise conflict([_SAME])


def cancelled(world: World, registration: Record) -> Record:
    """The registration as it is once cancelled now; one that has ended stays as it is."""
    if _end(registration) <= world.now:
        return registration
    now = world.time()
    start = now if _start(registration) > world.now else registration["start_date"]
    # In whole seconds, as it is kept, the end must not lie ahead of the clock.
    return {**registration, "start_date": start, "end_date": iso(world.now), "updated_at": now}


def shown(registration: Record) -> Record:
    """A registration as answers have it."""
    name, company_key = registration["callback_type"], registration["company_key"]
    found = {
        "callback_id": registration["callback_id"],
        "callback_type": name,
        "event_type": name,
        "destination": registration["destination"],
        "start_date": registration["start_date"],
        "end_date": registration["end_date"],
    }
    if registration["narrowed"]:
        found[registration["happening"]] = registration["narrowed"]
    return {
        **found,
        "url": f"/companies/{company_key}/config/callbacks/{registration['callback_id']}",
        "created_at": registration["created_at"],
        "updated_at": registration["updated_at"],
    }


def _narrowed(kind: str, body: Record, errors: list[Error]) -> Record:
    known_type = TYPES[kind]
    given = body.get(kind)
    if given is None and known_type.also is not None:
        given = body.get(known_type.also)
    given = given or {}
    for member in known_type.members:
        if given.get(member) is None and not known_type.open:
            errors.append(Error(f"{kind}.{member} is required", Code.REQUIRED))
    return {member: given[member] for member in known_type.members if given.get(member) is not None}


def _moment(body: Record, member: str, errors: list[Error]) -> float | None:
    given = body.get(member)
    if given is None:
        return None
    try:
        return epoch(given.upper())
    except (ValueError, OverflowError):
        errors.append(Error(f"{member} is no date", Code.FORMAT))
        return None


def _start(registration: Record) -> float:
    return epoch(registration["start_date"])


def _end(registration: Record) -> float:
    end = registration["end_date"]
    return inf if end is None else epoch(end)
