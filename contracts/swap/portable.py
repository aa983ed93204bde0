"""The portable stories: scenarios that every customer of an engagement vendor has, whatever the vendor."""

from __future__ import annotations

from contracts.swap.adapter import Device
from contracts.swap.stories import Telling, story

_PHONE = Device("story-token-1", "ANDROID", "story-user-1")
# The longest that an import is said to take.
_PATIENCE = 900.0


@story("Make a device of a user reachable")
def reachable(told: Telling) -> None:
    reference = told.step("register", lambda it: it.register_device(_PHONE))
    if reference is None:
        return
    told.answer("ask at once", lambda it: it.registration_status(reference))
    told.wait(_PATIENCE)
    told.answer("ask later", lambda it: it.registration_status(reference))


@story("Register the same device twice")
def registered_twice(told: Telling) -> None:
    first = told.step("register", lambda it: it.register_device(_PHONE))
    second = told.step("again", lambda it: it.register_device(_PHONE))
    if first is not None and second is not None:
        told.answer("the same reference", lambda _: "yes" if first == second else "no")


@story("Ask about a device that is not there")
def nobody(told: Telling) -> None:
    told.step("ask", lambda it: it.ask_about_nobody())


@story("Change a user's data")
def change(told: Telling) -> None:
    user = told.step("have a user", lambda it: it.a_user())
    if user is not None:
        told.step("change", lambda it: it.update_person(user, "Eva"))
        told.step("change to the same", lambda it: it.update_person(user, "Eva"))


@story("Change a key that cannot change")
def immutable(told: Telling) -> None:
    user = told.step("have a user", lambda it: it.a_user())
    if user is not None:
        told.step("change the key", lambda it: it.change_key(user))


@story("Send a text to one user")
def send(told: Telling) -> None:
    user = told.step("have a user", lambda it: it.a_user())
    if user is not None:
        told.step("send", lambda it: it.send_now(user, "Hi"))


@story("Opt out twice")
def opt_out(told: Telling) -> None:
    user = told.step("have a user", lambda it: it.a_user())
    if user is not None:
        told.answer("opt out", lambda it: it.opt_out(user))
        told.answer("again", lambda it: it.opt_out(user))


@story("Call with wrong credentials")
def intrude(told: Telling) -> None:
    told.step("call", lambda it: it.intrude())


@story("Send 1001 items in one request")
def too_many(told: Telling) -> None:
    told.step("send", lambda it: it.send_too_many(1001))


@story("Send a request with two faults")
def two_faults(told: Telling) -> None:
    told.step("send", lambda it: it.send_two_faults())


@story("Read a page past the last one")
def past_the_end(told: Telling) -> None:
    told.answer("rows", lambda it: it.past_the_last_page())
