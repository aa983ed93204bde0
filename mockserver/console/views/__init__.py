"""The views of the console, and the navigation that leads to them.

A view is one module here with a Flask blueprint `view`, named like the module, and its templates in
`templates/<view>/`. What its pages need they ask of `g.control`, for the world named `g.world`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from mockserver.console.views import callbacks, journal, outside, specs, state, swap, time


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: its words, the endpoint that it leads to, and the blueprint of the view."""

    words: str
    endpoint: str
    view: Blueprint


NAVIGATION = (
    Entry("Journal", "journal.live", journal.view),
    Entry("State", "state.overview", state.view),
    Entry("Time & faults", "time.show", time.view),
    Entry("Outside", "outside.show", outside.view),
    Entry("Callbacks", "callbacks.show", callbacks.view),
    Entry("Specs", "specs.overview", specs.view),
    Entry("Swap", "swap.show", swap.view),
)
