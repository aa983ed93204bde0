"""Devices at which campaigns and messages were aimed, for 3 months (REST API Documentation, Targets)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.vendors.accengage import audience, dates
from mockserver.world import World


def list_campaign_targets(
    world: World,
    request: Request,
    partner_id: str,
    campaign_id: int,
    page: int,
    start_date: str | None = None,
    end_date: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Reply:
    """200 with a page of targets. Raises Refused: 404, 403 for a campaign of another application, 400."""
    owner = audience.of_campaign(world, partner_id, campaign_id)
    between = (start_date, end_date)
    return audience.page(world, request, "targets", owner, page, between, data, since=_oldest(world))


def list_message_targets(
    world: World,
    request: Request,
    partner_id: str,
    message_id: int,
    page: int,
    start_date: str | None = None,
    end_date: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Reply:
    """200 with a page of targets. Raises Refused: 404, 403 for a message of another application, 400."""
    owner = audience.of_message(world, partner_id, message_id)
    between = (start_date, end_date)
    return audience.page(world, request, "targets", owner, page, between, data, since=_oldest(world))


def _oldest(world: World) -> float:
    """Targets are kept for 3 months after the sending."""
    return dates.months_before(world.now, 3)
