"""Findings, cells and exchanges as plain values, for reports that machines read."""

from __future__ import annotations

from typing import Any

from contracts.finding import Finding
from contracts.grid import Cell


def finding(it: Finding) -> dict[str, Any]:
    """A finding without secrets: the exchange itself stays out, its command lines are masked already."""
    response = it.exchange.response if it.exchange else None
    return {
        "check": it.check,
        "operation": it.operation,
        "expected": it.expected,
        "seen": it.seen,
        "sender": it.sender,
        "seed": it.seed,
        "times": it.times,
        "known": it.known,
        "status": response.status if response else None,
        "reproduce": [*it.reproduce],
    }


def cell(it: Cell) -> dict[str, Any]:
    """A cell of the grid with its state."""
    return {
        "operation": it.operation,
        "status": it.status,
        "media_type": it.media_type,
        "state": it.state,
        "witness": it.witness,
        "ordered": it.ordered,
        "reason": it.reason,
        "times": it.times,
    }


def title(it: Finding) -> str:
    """A finding in a few words."""
    return f"{it.check}: {it.operation}"
