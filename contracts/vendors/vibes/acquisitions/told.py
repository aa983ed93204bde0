"""What callbacks tell of participants."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import recipe
from contracts.vendors.vibes.acquisitions import ADD, ASKS, BODY, CONFIRMS, ITS_LIST, SAYS
from contracts.vendors.vibes.callbacks import bodies, register


def _answered(client: Client, wanted: list[tuple[str, Any]], campaign: str = ASKS) -> None:
    """What is told of somebody who joins a campaign, within a day: types, and the status of a participant."""
    with listening(client) as ear:
        for kind in ("ack_participant_added", "ack_participant_changed"):
            register(client, kind, url=f"{ear.url}/{kind}", **{kind: {"campaign_id": campaign}})
        register(client, "subscription_added", url=ear.url, subscription_added={"list_id": ITS_LIST})
        client.call("acquisitions.add_participant", acquisition_id=campaign, body=BODY)
        ear.wait()
        client.world.advance(90_000)
        heard = bodies(ear)
        seen = [(it.get("callback_type"), (it.get("participant") or {}).get("status")) for it in heard]
        client.expect(sorted(seen, key=str) == sorted(wanted, key=str), DESCRIBED, f"{wanted}, and nothing else", seen)
        for body in heard:
            part = body.get("participant") or body.get("subscription") or {}
            whom, through = part.get("person") or {}, part.get("acquisition_campaign") or {}
            met = (whom.get("external_id"), (whom.get("mobile_phone") or {}).get("mdn"), through.get("id", campaign))
            who = ("EXT-A", "2995550171", campaign)
            client.expect(met == who, DESCRIBED, f"the person and the campaign {who}", met)


@recipe(ADD, 201, check=DESCRIBED, switches=SAYS[0], frozen_at="2026-01-31T08:00:00Z")
def a_yes_is_told_of(client: Client) -> None:
    """8.3 and 14.3: pending, confirmed, and on the list."""
    added, changed = ("ack_participant_added", "PENDING"), ("ack_participant_changed", "CONFIRMED")
    _answered(client, [added, changed, ("subscription_added", None)])


@recipe(ADD, 201, check=DESCRIBED, switches=SAYS[1], frozen_at="2026-01-31T08:00:00Z")
def a_no_is_told_of(client: Client) -> None:
    """8.3 and 14.3."""
    _answered(client, [("ack_participant_added", "PENDING"), ("ack_participant_changed", "REJECTED")])


@recipe(ADD, 201, check=DESCRIBED, switches=SAYS[2], frozen_at="2026-01-31T08:00:00Z")
def no_answer_is_not_told_of(client: Client) -> None:
    """20: a time-out is silent."""
    _answered(client, [("ack_participant_added", "PENDING")])


@recipe(ADD, 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def a_campaign_that_confirms_by_itself_changes_nobody(client: Client) -> None:
    """8.3: added, and on the list."""
    _answered(client, [("ack_participant_added", "CONFIRMED"), ("subscription_added", None)], CONFIRMS)
