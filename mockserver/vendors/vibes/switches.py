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
        "put_subscription",
        "opt_in",
        ("opt_in", "absent"),
        "PUT of a subscription: an opt-in without confirmation, or 405; only a letter of the former URI tree has it",
    ),
    Switch(
        "opt_in_reply",
        "none",
        ("none", "Y", "N"),
        "How participants answer the opt-in message, where no record of kind `handsets` says it for their number",
    ),
    Switch(
        "opt_in_reply_seconds",
        30,
        (),
        "Seconds of the world's clock until that answer comes",
    ),
    Switch(
        "opt_in_seconds",
        86_400,
        (),
        "Seconds of the world's clock for which an acquisition waits for the answer; a day in the vendor's sample",
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
    Switch("broadcast_seconds", 60, (), "Seconds of the world's clock from the start of a broadcast to its end"),
    Switch("broadcast_outcome", "sent", ("sent", "failed"), "How broadcasts end"),
    Switch(
        "callback_registrations",
        "several",
        ("several", "one"),
        "Callbacks of one type: several, for different URLs (newer pages), or one at a time (Technical Overview)",
    ),
    Switch("event_seconds", 1, (), "Seconds of the world's clock from the routing of an event to its message"),
    Switch("callback_delay", 0, (), "Seconds of the world's clock until a callback is sent for the first time"),
    Switch("callback_timeout_ms", 2000, (), "Milliseconds of real time that a receiver may take to answer a callback"),
    Switch("callback_retries", 5, (), "How often a callback is sent again that was answered 3XX, 5XX or not at all"),
    Switch("callback_retry_seconds", 300, (), "Seconds of the world's clock from such an attempt to the next"),
    Switch("callback_down_after", 10, (), "Failures in a row after which a URL is left alone for a while"),
    Switch("callback_down_seconds", 60, (), "Seconds of the world's clock that it is left alone for"),
    Switch("callback_duplicates", False, (False, True), "Whether every callback that was taken is sent once more"),
    Switch(
        "callback_order",
        "kept",
        ("kept", "shuffled"),
        "Callbacks to one URL are sent in the order of their events, or held for a second and sent in another",
    ),
    Switch(
        "callback_members",
        "sample",
        ("sample", "newer"),
        "callback_id and delivery_attempt in the body of a callback: as in the samples of CRM Integration, or left out",
    ),
)
