"""What lies outside the platform: the carrier of a number, and how its owner answers an opt-in message.

A record of kind `handsets`, by MDN in E.164, says it for one number, and is written through the control API or by a
fixture: `carrier_code` (null: a landline, or no carrier that takes messages) and `reply` (`Y` or `N`; null: no answer).
"""

from __future__ import annotations

from mockserver.world import World

_CARRIER = "104"


def carrier_code(world: World, number: str) -> str | None:
    """What a look-up of the carrier says; None for a landline. Without a record a number on 0000 is one."""
    known = world.get("handsets", number)
    if known is not None and "carrier_code" in known:
        code: str | None = known["carrier_code"]
        return code
    return None if number.endswith("0000") else _CARRIER


def reply(world: World, number: str) -> str | None:
    """`Y` or `N`, or None when the owner of the number does not answer an opt-in message."""
    known = world.get("handsets", number)
    if known is not None and "reply" in known:
        answer: str | None = known["reply"]
        return answer
    answer = world.switches["opt_in_reply"]
    return None if answer == "none" else answer
