from __future__ import annotations

from mockserver.vendor import Switch

SWITCHES = (
    Switch("greeting", "hello", ("hello", "goodbye"), "What it says"),
    Switch("motto", None, (), "Any text"),
)
