"""Vibes: who is on which list (reference, sections 4.8 to 4.11)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import joined
from mockserver.vendors.vibes import identity, membership
from tests.mutants.catalogue.vibes_access import ANNE, JOHN, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import call, get

mutant = Theme("vibes", "subscriptions")
LIST, LIST_EXTERNAL = "subscriptions.list_subscriptions", "subscriptions.list_subscriptions_by_external_id"
GET, GET_EXTERNAL = "subscriptions.get_subscription", "subscriptions.get_subscription_by_external_id"
REMOVE, REMOVE_EXTERNAL = "subscriptions.remove_subscription", "subscriptions.remove_subscription_by_external_id"
PUT = "subscriptions.put_subscription"
ENROL = "acquisitions.add_participant"
LISTS, REMOVALS = (LIST, LIST_EXTERNAL), (REMOVE, REMOVE_EXTERNAL)
ALL = (*LISTS, GET, GET_EXTERNAL, *REMOVALS, PUT)
_OF_JOHN = f"{JOHN}/subscriptions"  # on 1234, which he had left once
_THIS = f"{_OF_JOHN}/1234"
_EXTERNAL = f"{P}/external/EXT542342/subscriptions"
_ERIKA = f"{P}/external/EXT542399/subscriptions"  # was on ABC12345


@mutant("A list shows the active subscriptions only", "vibes 4.9 [D15]", "prose", LISTS, [get(_OF_JOHN)])
def ended_subscriptions_listed_by_default(patch: Patch) -> None:
    @patch.function("membership.of")
    def _(original, world, person, active_only=True):
        return original(world, person, False)


@mutant(
    "`active_only=false` adds those that ended",
    "vibes 4.9 [D15]",
    "prose",
    LIST_EXTERNAL,
    [get(f"{_EXTERNAL}?active_only=false")],
)
def active_only_not_read(patch: Patch) -> None:
    @patch.function("subscriptions.list_subscriptions_by_external_id")
    def _(original, **asked):
        return original(**{**asked, "active_only": True})


@mutant(
    "`active_only=false` adds, and takes nothing away",
    "vibes 4.9, 17.16 [D15]",
    "prose",
    LIST,
    [get(f"{_OF_JOHN}?active_only=false")],
)
def active_only_false_lists_the_ended_ones_only(patch: Patch) -> None:
    @patch.function("subscriptions.list_subscriptions")
    def _(original, **asked):
        reply = original(**asked)
        if not asked.get("active_only", True):
            reply.body = [it for it in reply.body if "opt_out_date" in it]
        return reply


@mutant(
    "Somebody without subscriptions has an empty list",
    "vibes 4.9 [I]",
    "silent",
    LIST,
    [get(f"{ANNE}/subscriptions")],
)
def no_subscriptions_is_404(patch: Patch) -> None:
    @patch.function("subscriptions.list_subscriptions")
    def _(original, **asked):
        reply = original(**asked)
        if not reply.body:
            raise NotFound("The person has no subscriptions")
        return reply


@mutant("An old subscription is no subscription", "vibes 4.9 [I]", "prose", GET_EXTERNAL, [get(f"{_ERIKA}/ABC12345")])
def ended_subscription_read(patch: Patch) -> None:
    @patch.function("subscriptions.get_subscription_by_external_id")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            world = asked["world"]
            person = identity.known(identity.by_external_id(world, asked["company_key"], asked["external_person_id"]))
            for it in membership.of(world, person, False):
                if it["subscription_list_id"] == asked["subscription_list_id"]:
                    return Reply(membership.shown(person, it))
            raise


@mutant("The list in the path counts", "vibes 4.9 [D15]", "prose", GET, [get(f"{_OF_JOHN}/ABC12345")])
def subscription_to_another_list_read(patch: Patch) -> None:
    @patch.function("subscriptions.get_subscription")
    def _(original, **asked):
        world = asked["world"]
        person = identity.known(identity.by_key(world, asked["company_key"], asked["person_key"]))
        found = membership.of(world, person)
        if found:
            return Reply(membership.shown(person, found[0]))
        return original(**asked)


@mutant(
    "An ended subscription says why it ended", "vibes 4.8 [S]", "prose", (*LISTS, *REMOVALS), [call("DELETE", _THIS)]
)
def reason_of_the_opt_out_left_out(patch: Patch) -> None:
    @patch.function("membership.shown")
    def _(original, person, subscription):
        shown = original(person, subscription)
        shown.pop("opt_out_reason", None)
        return shown


@mutant("`opt_in_date` is when it began", "vibes 4.8, 17.16 [S]", "prose", REMOVALS, [call("DELETE", _THIS)])
def opting_out_moves_the_opt_in(patch: Patch) -> None:
    @patch.function("membership.end")
    def _(original, world, person, subscription, reason):
        return original(world, person, {**subscription, "opt_in_date": world.time()}, reason)


@mutant("An active subscription has no opt-out", "vibes 4.8, 17.16 [S]", "prose", GET, [get(_THIS)])
def opt_out_of_an_active_subscription(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as body:
                body |= {"opt_out_date": body["opt_in_date"], "opt_out_reason": "user_opt_out"}


@mutant("Unsubscribing ends the subscription", "vibes 4.11 [D16]", "prose", REMOVE, [call("DELETE", _THIS), get(_THIS)])
def removed_subscription_stays(patch: Patch) -> None:
    @patch.function("subscriptions.remove_subscription")
    def _(original, **asked):
        world = asked["world"]
        person = identity.by_key(world, asked["company_key"], asked["person_key"])
        known = person and membership.active(world, person["person_key"], asked["subscription_list_id"])
        reply = original(**asked)
        world.put("subscriptions", known)
        return reply


@mutant(
    "Unsubscribing a second time is 404",
    "vibes 4.11, 17.17 [I]",
    "prose",
    REMOVE,
    [call("DELETE", _THIS), call("DELETE", _THIS)],
)
def removing_twice_succeeds(patch: Patch) -> None:
    @patch.function("subscriptions.remove_subscription")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            world = asked["world"]
            person = identity.known(identity.by_key(world, asked["company_key"], asked["person_key"]))
            ended = [
                it
                for it in membership.of(world, person, False)
                if it["subscription_list_id"] == asked["subscription_list_id"]
            ]
            if not ended:
                raise
            return Reply(membership.shown(person, ended[-1]))


@mutant(
    "A subscription that ended is kept",
    "vibes 4.8, 4.9 [D8]",
    "prose",
    REMOVE_EXTERNAL,
    [call("DELETE", f"{_EXTERNAL}/1234"), get(f"{_EXTERNAL}?active_only=false")],
)
def removed_subscription_forgotten(patch: Patch) -> None:
    @patch.function("subscriptions.remove_subscription_by_external_id")
    def _(original, **asked):
        world = asked["world"]
        person = identity.by_external_id(world, asked["company_key"], asked["external_person_id"])
        known = person and membership.active(world, person["person_key"], asked["subscription_list_id"])
        reply = original(**asked)
        world.delete("subscriptions", known["id"])
        return reply


@mutant(
    "Joining again is another subscription",
    "vibes 4.8, 17.15 [D8]",
    "prose",
    (PUT, ENROL),
    [call("PUT", f"{P}/wd1377r7/subscriptions/ABC12345"), get(f"{_ERIKA}?active_only=false")],
)
def joining_again_revives_the_old_subscription(patch: Patch) -> None:
    @patch.function("membership.begin")
    def _(original, world, person, subscription_list_id, acquisition_id=None):
        subscription, new = original(world, person, subscription_list_id, acquisition_id)
        for it in membership.of(world, person, False):
            if new and it["subscription_list_id"] == subscription_list_id and it["id"] != subscription["id"]:
                world.delete("subscriptions", it["id"])
        return subscription, new


@mutant("Subscribing again is 200", "vibes 4.10 [I]", "prose", PUT, [call("PUT", _THIS)])
def subscribing_again_is_201(patch: Patch) -> None:
    @patch.answer(PUT)
    def _(answer: Answer) -> None:
        answer.status = 201 if answer.status == 200 else answer.status


@mutant(
    "Subscribing again does not begin anew",
    "vibes 4.8, 17.15 [I]",
    "prose",
    PUT,
    [call("PUT", _THIS), get(f"{_OF_JOHN}?active_only=false")],
)
def subscribing_again_begins_anew(patch: Patch) -> None:
    @patch.function("subscriptions.put_subscription")
    def _(original, **asked):
        world = asked["world"]
        person = identity.by_key(world, asked["company_key"], asked["person_key"])
        if person is not None:
            wanted = joined(person["person_key"], asked["subscription_list_id"], True)
            known = world.one("subscriptions", {"person_key+subscription_list_id+active": wanted})
            if known is not None:
                membership.end(world, person, known, "api_opt_out")
        return original(**asked)


@mutant("Nobody joins a list that is not there", "vibes 4.10 [I]", "prose", PUT, [call("PUT", f"{_OF_JOHN}/nosuch")])
def unknown_list_joined(patch: Patch) -> None:
    @patch.function("subscriptions.put_subscription")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            world = asked["world"]
            person = identity.known(identity.by_key(world, asked["company_key"], asked["person_key"]))
            subscription, _ = membership.begin(world, person, asked["subscription_list_id"])
            return Reply(membership.shown(person, subscription), 201)
