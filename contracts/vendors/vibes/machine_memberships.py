"""Subscriptions and participants as a state machine: joined, confirmed, declined, expired, left and joined again.

Lists and campaigns are made in the platform, so that this is for targets with worlds only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.machines.machine import Look, Machine
from contracts.machines.sender import Answer
from contracts.vendors.vibes.acquisitions import ADD as JOIN
from contracts.vendors.vibes.acquisitions import FIND, PENDING
from contracts.vendors.vibes.persons import ADD
from contracts.vendors.vibes.subscriptions import (
    GET,
    LIST,
    PUT,
    REMOVE,
    REMOVE_EXTERNAL,
    SUBSCRIBERS,
    lists_of,
    objects,
)

# Campaigns of the `default` fixture and the lists that they lead to; the last one confirms by itself.
CAMPAIGNS = {"2342312": "1234", "abc123": "ABC12345", "Kwnl5OL3": "ABC12345"}
CONFIRMS, LISTS = "Kwnl5OL3", ("1234", "ABC12345")
NUMBERS = ("71", "72")
# A reply comes after half a minute, and without one a participation expires after a day.
SOON, LATE, A_DAY = 60, 90_000, 86_400
BLOCKED = "MDNHASCONFIRMATIONBLOCK"


@dataclass(slots=True)
class Waiting:
    """A participation that waits for an answer: the one that will come, and for how long it has waited."""

    reply: str
    seconds: float = 0.0


@dataclass(slots=True, eq=False)
class Member:
    """A person. `active` are the lists that they are on, `left` those that they left, once for each time."""

    key: str
    external: str
    mdn: str
    active: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def pass_time(self, seconds: float) -> None:
        """What waited is answered, or has waited too long."""
        for campaign, waiting in list(self.waiting.items()):
            waiting.seconds += seconds
            if waiting.reply != "none":
                del self.waiting[campaign]
                self._answered(campaign, waiting.reply)
            elif waiting.seconds >= A_DAY:
                del self.waiting[campaign]

    def _answered(self, campaign: str, reply: str) -> None:
        if reply == "N":
            self.blocked.add(campaign)
        elif CAMPAIGNS[campaign] not in self.active:
            self.active.append(CAMPAIGNS[campaign])


members, lists, campaigns = st.integers(0, len(NUMBERS) - 1), st.sampled_from(LISTS), st.sampled_from([*CAMPAIGNS])


class Memberships(Machine):
    """What happens to two people and two lists."""

    operations = (JOIN, FIND, PENDING, LIST, GET, PUT, REMOVE, REMOVE_EXTERNAL, SUBSCRIBERS)

    def begin(self) -> None:
        self.known: list[Member] = []
        if not self.sender.has_world:
            return
        for number in NUMBERS:
            external, mdn = f"EXT-{number}", f"29955501{number}"
            answer = self.call(ADD, body={"external_person_id": external, "mobile_phone": {"mdn": mdn}})
            body = answer.value if isinstance(answer.value, dict) else {}
            self.known.append(Member(str(body.get("person_key")), external, mdn))

    @rule(who=members, campaign=campaigns, reply=st.sampled_from(["Y", "N", "none"]), by=st.integers(0, 2))
    def join(self, who: int, campaign: str, reply: str, by: int) -> None:
        """18, 19 and 21: pending once, blocked after a No, refused when on the list already."""
        if not self.known:
            return
        one = self.known[who]
        self.sender.switch(opt_in_reply=reply)
        bodies: tuple[dict[str, Any], ...] = (
            {"person_key": one.key},
            {"external_person_id": one.external},
            {"mobile_phone": {"mdn": one.mdn}},
        )
        answer = self.call(JOIN, acquisition_id=campaign, body=bodies[by])
        status = self._foretold(one, campaign)
        self.expect(answer.status == status, "provokes", f"{status} for what is known of this person", answer.value)
        self.last = "refusal-changes-nothing" if status > 201 else ""
        if status == 422:
            messages = [it.get("message") for it in objects((answer.value or {}).get("errors"))]
            self.expect(BLOCKED in messages, "provokes", BLOCKED, messages)
        elif status == 201 and campaign == CONFIRMS:
            self._says(answer, "SUBSCRIBED")
            one.active.append(CAMPAIGNS[campaign])
        elif status == 201:
            self._says(answer, "PENDING")
            one.waiting[campaign] = Waiting(reply)

    @rule(who=members, wanted=lists)
    def subscribe(self, who: int, wanted: str) -> None:
        """15: once at most."""
        if not self.known:
            return
        one = self.known[who]
        status = 200 if wanted in one.active else 201
        answer = self.call(PUT, person_key=one.key, subscription_list_id=wanted)
        check = "idempotent-retry" if status == 200 else "provokes"
        self.expect(answer.status == status, check, "201 for a list that they are not on, else 200", answer.status)
        self.last = ""
        if status == 201:
            one.active.append(wanted)

    @rule(who=members, wanted=lists, external=st.booleans())
    def unsubscribe(self, who: int, wanted: str, external: bool) -> None:
        """17: once."""
        if not self.known:
            return
        one = self.known[who]
        arguments: dict[str, Any] = {"external_person_id": one.external} if external else {"person_key": one.key}
        answer = self.call(REMOVE_EXTERNAL if external else REMOVE, subscription_list_id=wanted, **arguments)
        status = 200 if wanted in one.active else 404
        check = "provokes" if status == 200 else "delete-deletes"
        self.expect(answer.status == status, check, "200 for a list that they are on, else 404", answer.status)
        self.last = "" if status == 200 else "refusal-changes-nothing"
        if status == 200:
            one.active.remove(wanted)
            one.left.append(wanted)

    @rule(seconds=st.sampled_from([SOON, LATE]))
    def wait(self, seconds: int) -> None:
        """20: what waits is answered or expires, and nothing else happens."""
        if not self.known:
            return
        self.sender.advance(seconds)
        self.last = ""
        for one in self.known:
            one.pass_time(seconds)

    def looks(self) -> Sequence[Look]:
        found: list[Look] = []
        for one in self.known:
            found += [partial(self._look_at_lists, one), partial(self._look_at_waiting, one)]
            found += [partial(self._look_at_list, one, wanted) for wanted in LISTS]
        return found

    def _foretold(self, one: Member, campaign: str) -> int:
        if campaign in one.blocked:
            return 422
        if CAMPAIGNS[campaign] in one.active:
            return 409
        return 200 if campaign in one.waiting else 201

    def _says(self, answer: Answer, status: str) -> None:
        seen = answer.value.get("status") if isinstance(answer.value, dict) else None
        self.expect(seen == status, "read-your-write", status, seen)

    def _look_at_lists(self, one: Member) -> None:
        """16: the active ones are among all, and only what ended has date and reason of an opt-out."""
        active = objects(self.call(LIST, person_key=one.key).value)
        check = self.blamed("counts-add-up")
        self.expect(
            sorted(map(str, lists_of(active))) == sorted(one.active), check, "the lists that they are on", active
        )
        everything = objects(self.call(LIST, person_key=one.key, active_only=False).value)
        ended = [it for it in everything if it not in active]
        left = sorted(map(str, lists_of(ended)))
        self.expect(left == sorted(one.left), check, "the lists that they left, once for each time", left)
        marked = [it for it in everything if it.keys() & {"opt_out_date", "opt_out_reason"}]
        self.expect(marked == ended, check, "an opt-out on what ended only", marked)

    def _look_at_waiting(self, one: Member) -> None:
        answer = self.call(PENDING, person_key=one.key)
        names = sorted(str((it.get("acquisition_campaign") or {}).get("id")) for it in objects(answer.value))
        self.expect(names == sorted(one.waiting), self.blamed("counts-add-up"), "what waits for an answer", names)
        campaign = [*CAMPAIGNS][self._glances % len(CAMPAIGNS)]
        rows = objects(self.call(FIND, acquisition_id=campaign, external_person_id=one.external).value)
        wanted = int(campaign in one.waiting)
        self.expect(len(rows) == wanted, self.blamed("counts-add-up"), "the same among the participants", rows)

    def _look_at_list(self, one: Member, wanted: str) -> None:
        """23: a subscriber is who has an active subscription."""
        on_it = wanted in one.active
        answer = self.call(GET, person_key=one.key, subscription_list_id=wanted)
        check = self.blamed("read-your-write" if on_it else "delete-deletes")
        self.expect(answer.status == (200 if on_it else 404), check, "200 on the list, 404 off it", answer.status)
        answer = self.call(SUBSCRIBERS, subscription_list_id=wanted, mdn=one.mdn)
        keys = [it.get("person_key") for it in objects(answer.value)]
        self.expect(keys == ([one.key] if on_it else []), check, "the subscriber while on the list", keys)
