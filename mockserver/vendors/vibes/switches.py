"""Choices that the documents leave open, or answer in two ways; each is set per world. The default comes first."""

from __future__ import annotations

from mockserver.vendor import Switch

SWITCHES = (
    Switch(
        "update_reply",
        "echo",
        ("echo", "full"),
        "Answer of an update: the submitted body (CRM Integration), or the whole person (newer reference pages)",
    ),
    Switch(
        "update_errors",
        "empty",
        ("empty", "errors"),
        "404 and 409 of an update: without a body (CRM Integration), or with errors like any 4XX (Technical Overview)",
    ),
    Switch(
        "unknown_external_id",
        "create",
        ("create", "refuse"),
        "Update by an unknown external_person_id: adds a person (newer reference pages), or is 404 (CRM Integration)",
    ),
    Switch(
        "received_on",
        "printed",
        ("printed", "iso"),
        "Time of an import: with colon and blank as in every sample of Push Token Import, or as clean ISO 8601",
    ),
    Switch(
        "import_seconds",
        60,
        (),
        "Seconds of the world's clock until an import is finished; half of its devices are after half of the time",
    ),
    Switch("callback_delay", 0, (), "Seconds of the world's clock until a callback is sent for the first time"),
)
