"""Choices that the documents leave open; each is set per world."""

from __future__ import annotations

from mockserver.vendor import Switch

SWITCHES = (
    Switch("list_queue_seconds", 30, (), "Seconds that a change of a static list waits in the queue"),
    Switch(
        "time_tolerance",
        0,
        (),
        "Seconds that Accengage-Time may be from the world's clock; 0: any time is accepted (nothing is documented)",
    ),
    Switch("sending_seconds", 30, (), "Seconds of the world's clock that a message is being sent"),
    Switch("sending_outcome", "sent", ("sent", "failed"), "What becomes of a message that is being sent"),
)
