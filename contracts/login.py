"""Asking a real target for what its vendor gives for a while only: an access token for an e-mail and a key, say."""

from __future__ import annotations

from typing import Any

from contracts import grid
from contracts.client import Client
from contracts.credentials import Credentials
from contracts.exchange import excerpt
from contracts.finding import TargetTrouble
from contracts.recorder import Recorder
from contracts.secrecy import Mask


def carry_out(client: Client, known: Credentials, wanted: tuple[str, Any], mask: Mask) -> Credentials:
    """The credentials with what the target gave for them, which `mask` learns. Raises TargetTrouble when it gave none.

    The request is no part of the run: nothing judges it, and no ledger notes it, for a token ends by itself.
    """
    operation, body = wanted
    client.recorder = Recorder(client.spec, grid.of(client.spec), {}, seed=0, mask=mask, shown=client.base)
    client.writes, noted, client.target.on_exchange = True, client.target.on_exchange, None
    try:
        exchange = client.call(operation, body=body)
    finally:
        client.target.on_exchange = noted
    found = known.logged_in(client.value(exchange)) if exchange.status == 200 else None
    if found is None:
        answer = exchange.response
        words = f"{answer.status}: {excerpt(answer.body)}" if answer else exchange.trouble
        raise TargetTrouble(mask(f"the target gave no access: {operation} was answered {words}"))
    if not found.public:
        mask.learn(*filter(None, (found.password, found.token, found.key)))
    return found
