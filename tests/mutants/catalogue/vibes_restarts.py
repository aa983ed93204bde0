"""Vibes: callbacks that are still owed when the server stops (reference, section 14.2; docs/callbacks.md)."""

from __future__ import annotations

from mockserver.outbox import DELIVERIES, PENDING
from tests.mutants.catalogue.vibes_callbacks import ADD
from tests.mutants.mutant import RESTARTS, Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import post, put

mutant = Theme("vibes", "restarts", RESTARTS)
_C, _JOHN = "/companies/ABC123/config/callbacks", "/companies/ABC123/mobiledb/persons/wd1377r4"
_OWED = [
    post(_C, {"callback_type": "person_updated", "destination": {"url": "{{receiver}}"}}),
    put(_JOHN, {"custom_fields": {"first_name": "Jack"}}),
]


def at_start(patch: Patch, change) -> None:
    """A server that starts changes every delivery that the one before it still owed; None: it is forgotten."""

    @patch.core("callbacks.sender.Sender.__init__")
    def _(original, sender, worlds, *arguments):
        original(sender, worlds, *arguments)
        for name in worlds.names():
            with worlds.open(name):
                for delivery in worlds.store.find(name, DELIVERIES, {"status": PENDING}):
                    changed = change(delivery)
                    if changed is None:
                        worlds.store.delete(name, DELIVERIES, delivery["id"])
                    else:
                        worlds.store.put(name, DELIVERIES, delivery["id"], changed)


@mutant("What was not delivered is delivered once the server is back", "vibes 14.2 [S]", "silent", ADD, _OWED)
def undelivered_callbacks_lost_on_restart(patch: Patch) -> None:
    at_start(patch, lambda delivery: None)


@mutant("What waits to be tried again is tried again after a restart", "vibes 14.2 [S]", "silent", ADD, _OWED)
def retries_lost_on_restart(patch: Patch) -> None:
    at_start(patch, lambda delivery: None if delivery["tries"] else delivery)


@mutant("An event keeps its id over a restart", "vibes 14.1, 17.37 [S]", "silent", ADD, _OWED)
def event_id_new_after_a_restart(patch: Patch) -> None:
    at_start(patch, lambda delivery: {**delivery, "event_id": "AFTERRESTART"})


@mutant("Attempts are counted over a restart", "vibes 14.1, 17.37 [S]", "silent", ADD, _OWED)
def attempts_counted_anew_after_a_restart(patch: Patch) -> None:
    at_start(patch, lambda delivery: {**delivery, "attempts": [], "tries": 0})
