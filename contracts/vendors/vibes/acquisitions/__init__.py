"""What only a sequence of calls shows: acquisition campaigns and their participants. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content

ADD, FIND = "acquisitions.add_participant", "acquisitions.find_participants"
LISTED, GET = "acquisitions.list_acquisition_campaigns", "acquisitions.get_acquisition_campaign"
PENDING, PENDING_TOO = "acquisitions.list_pending_acquisitions", "acquisitions.list_pending_acquisitions_respelled"
OF_LIST = "subscription_lists.list_acquisition_campaigns_of_list"
# Campaigns of the `default` fixture: one that asks, one that confirms by itself, one that is over; and their list.
ASKS, CONFIRMS, PAST, ITS_LIST = "abc123", "Kwnl5OL3", "Rz81mQ0c", "ABC12345"
BODY = {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "2995550171"}}
# What participants answer the opt-in message: yes, no, nothing.
SAYS = tuple({"vibes": {"opt_in_reply": it}} for it in ("Y", "N", "none"))


def join(client: Client, body: Any = None, **arguments: Any) -> dict[str, Any]:
    """Let somebody join a campaign, and return the participant that comes back."""
    return content(client, client.call(ADD, body=body or BODY, **arguments))
