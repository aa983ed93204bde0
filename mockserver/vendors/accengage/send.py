"""Send a message: new, being sent, then sent or failed (REST API Documentation, Send)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.vendors.accengage import delivery, numbers
from mockserver.vendors.accengage.errors import Label, Refused
from mockserver.world import World

_REFUSED = {
    "sending": (Label.SENDING, "Message {} is being sent"),
    "sent": (Label.SENT, "Message {} has been sent"),
    "failed": (Label.FAILED, "The sending of message {} failed"),
}


def send_message(world: World, partner_id: str, message_id: int, test: str | None = None) -> Reply:
    """200 without a body; a test leaves the message as it is. Raises Refused: 404, or 400 unless the message is new."""
    message = numbers.own(world, "messages", partner_id, message_id, "Message")
    if test is not None:
        return Reply(None)
    if message["state"] in _REFUSED:
        label, words = _REFUSED[message["state"]]
        raise Refused(400, words.format(message_id), label=label)
    delivery.begin(world, message)
    return Reply(None)
