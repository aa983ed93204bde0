"""The README says what the code says: its tables are made from it."""

from __future__ import annotations

from tests.readme import README, written


def test_tables_are_current() -> None:
    text = README.read_text()
    assert text == written(text), "run `python -m tests.readme`"
