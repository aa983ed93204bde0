"""What the documents leave open, or a console sets (reference, sections 2.9, 5 and 6)."""

from __future__ import annotations

from mockserver.vendor import Switch

SWITCHES = (
    Switch(
        "authToken", None, (), "value of the console setting `Auth token for subscription API`; unset: security is off"
    ),
    Switch(
        "inclusivePaging",
        True,
        (True, False),
        "whether a page of subscribers holds one more than `pageSize`, as the page says (positions 0 to 5 for 5)",
    ),
    Switch(
        "httpStatusMode", "mirror", ("mirror", "always200"), "HTTP status of a reply: its `statusCode`, or always 200"
    ),
    Switch(
        "messageText", "printed", ("printed", "trimmed"), "messages with the final blanks the page prints, or without"
    ),
)
