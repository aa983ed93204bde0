"""The lists that a person is on (Person API, Subscriptions)."""

from __future__ import annotations

from dataclasses import replace

from mockserver.errors import WrongVerb
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import errors, identity, membership
from mockserver.world import World

# The name is documented, that it is the reason here is not.
_REASON = "api_opt_out"


def list_subscriptions(world: World, company_key: str, person_key: str, active_only: bool = True) -> Reply:
    """200 with subscriptions, oldest first, those that ended only without `active_only`. Raises NotFound."""
    return _listed(world, identity.by_key(world, company_key, person_key), active_only)


def get_subscription(world: World, company_key: str, person_key: str, subscription_list_id: str) -> Reply:
    """200 with the active subscription. Raises NotFound."""
    return _read(world, identity.by_key(world, company_key, person_key), subscription_list_id)


def put_subscription(world: World, company_key: str, person_key: str, subscription_list_id: str) -> Reply:
    """201 when this subscribed the person, 200 when they were subscribed; 405 by switch. Raises NotFound."""
    if world.switches["put_subscription"] == "absent":
        gone = errors.refuse(world, WrongVerb("PUT is not allowed here", headers={"Allow": "DELETE, GET"}), None)
        return replace(gone, off_contract=True)
    person = identity.known(identity.by_key(world, company_key, person_key))
    wanted = membership.known_list(world, company_key, subscription_list_id)
    subscription, new = membership.begin(world, person, wanted["id"])
    return Reply(membership.shown(person, subscription), 201 if new else 200)


def remove_subscription(world: World, company_key: str, person_key: str, subscription_list_id: str) -> Reply:
    """200 with the subscription as ended. Raises NotFound."""
    return _ended(world, identity.by_key(world, company_key, person_key), subscription_list_id)


def list_subscriptions_by_external_id(
    world: World, company_key: str, external_person_id: str, active_only: bool = True
) -> Reply:
    """As `list_subscriptions`. Raises NotFound."""
    return _listed(world, identity.by_external_id(world, company_key, external_person_id), active_only)


def get_subscription_by_external_id(
    world: World, company_key: str, external_person_id: str, subscription_list_id: str
) -> Reply:
    """As `get_subscription`. Raises NotFound."""
    return _read(world, identity.by_external_id(world, company_key, external_person_id), subscription_list_id)


def remove_subscription_by_external_id(
    world: World, company_key: str, external_person_id: str, subscription_list_id: str
) -> Reply:
    """As `remove_subscription`. Raises NotFound."""
    return _ended(world, identity.by_external_id(world, company_key, external_person_id), subscription_list_id)


def _listed(world: World, person: Record | None, active_only: bool) -> Reply:
    known = identity.known(person)
    return Reply([membership.shown(known, it) for it in membership.of(world, known, active_only)])


def _read(world: World, person: Record | None, subscription_list_id: str) -> Reply:
    known = identity.known(person)
    return Reply(membership.shown(known, membership.known(world, known, subscription_list_id)))


def _ended(world: World, person: Record | None, subscription_list_id: str) -> Reply:
    known = identity.known(person)
    subscription = membership.known(world, known, subscription_list_id)
    return Reply(membership.shown(known, membership.end(world, known, subscription, _REASON)))
