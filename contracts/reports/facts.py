"""Findings, cells and exchanges as plain values, for reports that machines read."""

from __future__ import annotations

from typing import Any

from contracts.events import RunEnded
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
        "key": it.key,
        "sender": it.sender,
        "seed": it.seed,
        "times": it.times,
        "known": it.known,
        "status": response.status if response else None,
        "reproduce": [*it.reproduce],
        "sides": [
            {"name": side.name, "exchange": side.exchange, "broken": [*side.broken], "reproduce": [*side.reproduce]}
            for side in it.sides
        ],
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


def ended(it: RunEnded) -> dict[str, Any]:
    """What a run came to."""
    return {
        "verdict": it.verdict.name.lower(),
        "exit_code": int(it.verdict),
        "trouble": it.trouble,
        "exchanges": it.exchanges,
        "seconds": round(it.seconds, 3),
        "findings": [finding(one) for one in it.findings],
        "cells": [cell(one) for one in it.cells],
        "notes": [*it.notes],
        "left": [*it.left],
    }


def text(it: Finding) -> str:
    """What was expected and seen, or what either side has, in two lines or in full."""
    if not it.sides:
        return f"expected  {it.expected}\nseen      {it.seen}"
    return "\n\n".join(f"{side.name}, which {side.verdict}:\n{side.exchange}" for side in it.sides)


def scripts(it: Finding) -> list[tuple[str, tuple[str, ...]]]:
    """The command lines that show a finding again; of two sides each by its name."""
    return [(side.name, side.reproduce) for side in it.sides] or [("", it.reproduce)]


def title(it: Finding) -> str:
    """A finding in a few words."""
    return f"{it.check}: {it.operation}"
