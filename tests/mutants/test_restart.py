"""Mutants on trial that no gate can see: their server is stopped with callbacks still owed, and started again.

A server of its own process each time, on one SQLite file. The unmutated mock delivers the same event as its next
attempt; of every mutant the same trial says otherwise.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.conftest import wait_for
from tests.mutants.catalogue import RESTARTS
from tests.mutants.mutant import Mutant
from tests.mutants.steps import Send
from tests.mutants.trial import served
from tests.receiver import Received, Receiver

SCRIPT = next(iter(RESTARTS.values())).probe


def heard(mutant: Mutant | None, store: str, receiver: Receiver) -> list[Received]:
    """What arrives: an attempt that is refused, then a restart, then whatever is due when the world's clock goes on."""
    receiver.answers["/hook"] = [503]
    with served("vibes", mutant, "--store", store) as url, httpx.Client(trust_env=False) as client:
        for step in mutant.probe if mutant else SCRIPT:
            assert isinstance(step, Send)
            body = step.body.replace(b"{{receiver}}", receiver.url().encode())
            answer = client.request(step.method, f"{url}/vibes{step.path}", content=body, headers=step.headers)
            assert answer.is_success, answer.text
        wait_for(lambda: receiver.requests)
    receiver.answers["/hook"] = [200]
    with served("vibes", mutant, "--store", store) as url, httpx.Client(trust_env=False) as client:
        world = f"{url}/_control/worlds/default"
        client.post(f"{world}/clock/advance", json={"seconds": 400}).raise_for_status()
        client.post(f"{world}/wait-for-callbacks", json={"seconds": 20}).raise_for_status()
    return list(receiver.requests)


def is_as_documented(received: list[Received]) -> bool:
    """One event, in two attempts."""
    return len({it.event for it in received}) == 1 and [it.attempt for it in received] == [1, 2]


@pytest.mark.long
@pytest.mark.parametrize("mutant", [None, *RESTARTS.values()], ids=["the mock", *RESTARTS])
def test_what_is_owed_survives_a_restart_unless_a_mutant_forgets_it(mutant: Mutant | None, tmp_path: Path) -> None:
    with Receiver() as receiver:
        received = heard(mutant, f"sqlite:///{tmp_path / 'store.db'}", receiver)
    assert is_as_documented(received) is (mutant is None), received
