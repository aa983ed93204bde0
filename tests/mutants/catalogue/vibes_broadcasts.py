"""Vibes: broadcasts, from schedule to end (reference, section 6)."""

from __future__ import annotations

from mockserver.errors import Invalid
from mockserver.exchange import Reply
from mockserver.store import joined
from mockserver.vendors.vibes import broadcasts, transmission
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, Switched, call, get, post, put

mutant = Theme("vibes", "broadcasts")
LIST, SCHEDULE, GET = "broadcasts.list_broadcasts", "broadcasts.schedule_broadcast", "broadcasts.get_broadcast"
UPDATE, CANCEL = "broadcasts.update_broadcast", "broadcasts.cancel_broadcast"
ALL = (LIST, SCHEDULE, GET, UPDATE, CANCEL)
_B = "/companies/ABC123/mobiledb/broadcasts"
_SENT, _PAUSED, _FOREIGN = f"{_B}/1", f"{_B}/3", f"{_B}/9"
_LATER, _LAST = "2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"
_NEW = {"name": "Sale", "send_scheduled_date": _LATER}
_NEW |= {"targeting": {"message_template": "Sale!", "source_lists": ["1234"]}}
_SCHEDULE = post(_B, _NEW)
_THIS = f"{_B}/{{{{broadcast_id}}}}"
_BEGUN, _OVER = Advance(3610), Advance(7200)


@mutant("Without a status those scheduled are listed", "vibes 6.2, 17.24 [D27]", "prose", LIST, [get(_B)])
def every_status_listed_by_default(patch: Patch) -> None:
    @patch.function("broadcasts.list_broadcasts")
    def _(original, **asked):
        if asked["status"] != "scheduled":
            return original(**asked)
        found = [original(**{**asked, "status": it}).body for it in ("scheduled", "paused", "sent")]
        return Reply([broadcast for part in found for broadcast in part])


@mutant("A status filters", "vibes 6.2, 17.24 [D27]", "prose", LIST, [get(f"{_B}?status=sent")])
def status_of_a_list_not_read(patch: Patch) -> None:
    @patch.function("broadcasts.list_broadcasts")
    def _(original, **asked):
        return original(**{**asked, "status": "scheduled"})


@mutant("A status that is unknown is 400", "vibes 6.2 [I]", "schema", LIST, [get(f"{_B}?status=done")])
def unknown_status_lists_nothing(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 400 and b"status" in answer.body:
            answer.status, answer.body = 200, b"[]"


@mutant("A broadcast waits for its time", "vibes 6.2 [D28]", "prose", SCHEDULE, [_SCHEDULE, get(_THIS)])
def new_broadcast_goes_out_at_once(patch: Patch) -> None:
    @patch.function("broadcasts.schedule_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        world = asked["world"]
        broadcast = world.get("broadcasts", reply.body["broadcast_id"])
        if broadcast["status"] == "scheduled":
            world.put("broadcasts", {**broadcast, "status": "in_progress"})
        return reply


@mutant("A broadcast goes out at its time", "vibes 6.2 [D28]", "prose", SCHEDULE, [_SCHEDULE, _BEGUN, get(_THIS)])
def broadcast_never_begins(patch: Patch) -> None:
    @patch.function("transmission.plan")
    def _(original, world, broadcast):
        return None

    @patch.function("transmission.catch_up")
    def _(original, world):
        return None


@mutant("A broadcast ends", "vibes 6.2 [D28]", "prose", SCHEDULE, [_SCHEDULE, _OVER, get(_THIS)])
def broadcast_never_ends(patch: Patch) -> None:
    @patch.function("broadcasts.finish_broadcast")
    def _(original, world, **facts):
        return None


_UNKNOWN_LIST = {**_NEW, "targeting": {**_NEW["targeting"], "source_lists": ["1234", "nosuch"]}}


@mutant("An unknown list is 422", "vibes 6.2 [I]", "prose", (SCHEDULE, UPDATE), [post(_B, _UNKNOWN_LIST)])
def unknown_list_accepted(patch: Patch) -> None:
    @patch.function("transmission.unknown_lists")
    def _(original, world, company_key, wanted):
        return None


_NO_LIST = {**_NEW, "targeting": {**_NEW["targeting"], "source_lists": []}}


@mutant("A broadcast goes to a list", "vibes 6.2 [I]", "schema", SCHEDULE, [post(_B, _NO_LIST)])
def broadcast_to_no_list(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        schemas = document["components"]["schemas"]
        del schemas["BroadcastTargeting"]["properties"]["source_lists"]["minItems"]


@mutant("A broadcast is an sms unless it says more", "vibes 6.2 [I]", "prose", SCHEDULE, [_SCHEDULE])
def channel_without_a_default(patch: Patch) -> None:
    @patch.function("broadcasts.schedule_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        if "channel" not in asked["body"]["targeting"]:
            reply.body["targeting"] = {name: it for name, it in reply.body["targeting"].items() if name != "channel"}
        return reply


@mutant(
    "Each person counts once",
    "vibes 6.2, 17.26 [I]",
    "prose",
    GET,
    [
        call("PUT", "/companies/ABC123/mobiledb/persons/wd1377r4/subscriptions/ABC12345"),
        post(_B, {**_NEW, "targeting": {**_NEW["targeting"], "source_lists": ["1234", "ABC12345"]}}),
        _BEGUN,
        get(_THIS),
    ],
)
def person_on_two_lists_counted_twice(patch: Patch) -> None:
    @patch.function("transmission._recipients")
    def _(original, world, broadcast):
        wanted = [joined(it, True) for it in broadcast["targeting"]["source_lists"]]
        return sum(world.count("subscriptions", {"subscription_list_id+active": it}) for it in wanted)


@mutant(
    "Subscribers at the time of sending count",
    "vibes 6.2, 17.26 [I]",
    "prose",
    GET,
    [
        _SCHEDULE,
        call("DELETE", "/companies/ABC123/mobiledb/persons/wd1377r4/subscriptions/1234"),
        _BEGUN,
        get(_THIS),
    ],
)
def recipients_counted_when_scheduled(patch: Patch) -> None:
    @patch.function("broadcasts.schedule_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        world = asked["world"]
        broadcast = world.get("broadcasts", reply.body["broadcast_id"])
        counted = transmission._recipients(world, broadcast)
        world.put("broadcasts", {**broadcast, "targeting": {**broadcast["targeting"], "counted": counted}})
        return reply

    @patch.function("transmission._recipients")
    def _(original, world, broadcast):
        known = broadcast["targeting"].get("counted")
        return original(world, broadcast) if known is None else known

    @patch.function("broadcasts._shown")
    def _(original, broadcast):
        kept = {name: it for name, it in broadcast["targeting"].items() if name != "counted"}
        return original({**broadcast, "targeting": kept})


@mutant("A broadcast of another company is 404", "vibes 6.2 [I]", "prose", GET, [get(_FOREIGN)])
def broadcast_of_another_company_read(patch: Patch) -> None:
    @patch.function("broadcasts.get_broadcast")
    def _(original, **asked):
        broadcast = asked["world"].get("broadcasts", asked["broadcast_id"])
        return original(**asked) if broadcast is None else Reply(broadcasts._shown(broadcast))


@mutant("A status is one of seven", "vibes 6.1 [D28]", "schema", CANCEL, [call("DELETE", _PAUSED)])
def cancelled_with_two_l(patch: Patch) -> None:
    @patch.answer(CANCEL)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b'"status":"canceled"', b'"status":"cancelled"')


@mutant(
    "A member left out stays",
    "vibes 6.2 [I]",
    "prose",
    UPDATE,
    [_SCHEDULE, put(_THIS, {"name": "Big sale"}), get(_THIS)],
)
def update_forgets_how_links_are_shortened(patch: Patch) -> None:
    @patch.function("broadcasts.update_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        world = asked["world"]
        broadcast = world.get("broadcasts", reply.body["broadcast_id"])
        if "targeting" in asked["body"]:
            return reply
        erased = {**broadcast["targeting"], "short_url_base": "", "shorten_urls": False}
        return Reply(broadcasts._shown(world.put("broadcasts", {**broadcast, "targeting": erased})))


@mutant("What was sent is not changed", "vibes 6.2, 17.25 [I]", "prose", UPDATE, [put(_SENT, {"name": "Better"})])
def sent_broadcast_changed(patch: Patch) -> None:
    @patch.function("broadcasts.update_broadcast")
    def _(original, **asked):
        try:
            return original(**asked)
        except Invalid:
            world = asked["world"]
            broadcast = broadcasts._known(world, asked["company_key"], asked["broadcast_id"])
            if broadcast["status"] != "sent" or asked["body"].keys() - {"name"}:
                raise
            return Reply(broadcasts._shown(world.put("broadcasts", {**broadcast, **asked["body"]})))


@mutant(
    "A broadcast that was moved goes out at the new time",
    "vibes 6.2 [D28]",
    "prose",
    UPDATE,
    [_SCHEDULE, put(_THIS, {"send_scheduled_date": _LAST}), _BEGUN, get(_THIS)],
)
def moved_broadcast_goes_out_at_the_old_time(patch: Patch) -> None:
    @patch.function("broadcasts.begin_broadcast")
    def _(original, world, broadcast_id, at):
        broadcast = world.get("broadcasts", broadcast_id)
        if broadcast is not None and broadcast["status"] == "scheduled":
            transmission.begin(world, {**broadcast, "send_scheduled_date": at})


@mutant("What was not begun is deleted", "vibes 6.2 [D28]", "prose", CANCEL, [_SCHEDULE, call("DELETE", _THIS)])
def deleted_called_canceled(patch: Patch) -> None:
    @patch.function("broadcasts.cancel_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        world = asked["world"]
        broadcast = world.get("broadcasts", reply.body["broadcast_id"])
        return Reply(broadcasts._shown(world.put("broadcasts", {**broadcast, "status": "canceled"})))


@mutant("What was sent cannot be cancelled", "vibes 6.2, 17.25 [D28]", "prose", CANCEL, [call("DELETE", _SENT)])
def sent_broadcast_canceled(patch: Patch) -> None:
    @patch.function("broadcasts.cancel_broadcast")
    def _(original, **asked):
        try:
            return original(**asked)
        except Invalid:
            world = asked["world"]
            broadcast = world.get("broadcasts", asked["broadcast_id"])
            return Reply(broadcasts._shown(world.put("broadcasts", {**broadcast, "status": "canceled"})))


@mutant(
    "What was deleted is not sent",
    "vibes 6.2, 17.25 [D28]",
    "prose",
    CANCEL,
    [_SCHEDULE, call("DELETE", _THIS), _BEGUN, get(_THIS)],
)
def deleted_broadcast_sent_all_the_same(patch: Patch) -> None:
    @patch.function("broadcasts.begin_broadcast")
    def _(original, world, broadcast_id, at):
        broadcast = world.get("broadcasts", broadcast_id)
        if broadcast is not None and broadcast["status"] in {"scheduled", "deleted"}:
            transmission.begin(world, broadcast)


@mutant(
    "What failed is not sent",
    "vibes 6.2 [D28]",
    "silent",
    GET,
    [Switched({"broadcast_outcome": "failed"}), _SCHEDULE, _OVER, get(_THIS)],
)
def failed_broadcast_called_sent(patch: Patch) -> None:
    @patch.function("broadcasts.get_broadcast")
    def _(original, **asked):
        reply = original(**asked)
        return Reply({**reply.body, "status": "sent"}) if reply.body["status"] == "failed" else reply
