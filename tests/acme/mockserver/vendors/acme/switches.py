"""What Acme's customers can choose."""

from __future__ import annotations

from mockserver.vendor import Switch

SWITCHES = (
    Switch("seconds_to_send", 60, (), "Seconds of the world's clock until an order leaves"),
    Switch("labels", "plain", ("plain", "loud"), "How labels are lettered"),
)
