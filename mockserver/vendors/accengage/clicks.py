"""Devices that reacted to campaigns and messages (REST API Documentation, Clicks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.vendors.accengage import audience
from mockserver.world import World


def list_campaign_clicks(
    world: World,
    request: Request,
    partner_id: str,
    campaign_id: int,
    page: int,
    start_date: str | None = None,
    end_date: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Reply:
    """200 with a page of clicks. Raises Refused: 404, 403 for a campaign of another application, 400."""
    owner = audience.of_campaign(world, partner_id, campaign_id)
    return audience.page(world, request, "clicks", owner, page, (start_date, end_date), data)


def list_message_clicks(
    world: World,
    request: Request,
    partner_id: str,
    message_id: int,
    page: int,
    start_date: str | None = None,
    end_date: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Reply:
    """200 with a page of clicks. Raises Refused: 404, 403 for a message of another application, 400."""
    owner = audience.of_message(world, partner_id, message_id)
    return audience.page(world, request, "clicks", owner, page, (start_date, end_date), data)
