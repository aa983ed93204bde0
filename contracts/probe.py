"""The rate limit of a target whose clock nobody moves: a burst, when the user asked for it (`--probe-rate`).

No way of counting grants more than 2N requests in a time in which N are allowed: windows that are fixed may be met at
their border, and a bucket fills again while it is emptied. So 2N + 1 requests in that time must see a refusal, and the
first N of them, after a rest, must not.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor

from contracts import environment
from contracts.client import Client
from contracts.exchange import Response
from contracts.finding import NotProvokable
from specs import Operation
from specs.operations import RateClass

_MOST = 5000


def over_the_rate(client: Client, operation: Operation, budget: RateClass) -> None:
    """Ask for more than the budget of a class by an operation that only reads.

    Raises NotProvokable: not asked for, no such operation, or this machine is too slow to exceed the rate.
    """
    if not client.probes:
        raise NotProvokable("the rate limit of a target without a control API is left alone (--probe-rate)")
    if operation.method != "GET":
        raise NotProvokable(f"the limit of class {budget.name} is not probed: none of its operations only reads")
    count = 2 * budget.requests + 1
    if count > _MOST:
        raise NotProvokable(f"a burst of {count} requests is more than anybody asked for")
    environment.sleep(budget.seconds)
    first = client.call(operation.id, every=True)
    since = environment.now()
    answers = [first.response or first.trouble, *client.target.burst(first.request, count - 1)]
    elapsed = environment.now() - since
    refused = [it for it in answers if isinstance(it, Response) and it.status == 429]
    granted = sum(isinstance(it, Response) and it.status != 429 for it in answers)
    if refused:
        _judge(client, operation, refused[0])
        words = f"{budget.requests} requests in {budget.seconds:g} s granted"
        lost = count - granted - len(refused)
        client.expect(granted + lost >= budget.requests, "rate-limit", words, f"{granted} of {count} granted")
    elif granted > budget.requests * (floor(elapsed / budget.seconds) + 2):
        client.expect(False, "rate-limit", f"a 429 among {count} requests in {elapsed:.2f} s", f"{granted} granted")
    else:
        raise NotProvokable(f"the target took {elapsed:.1f} s for {count} requests, which is within the limit")
    environment.sleep(budget.seconds)
    if refused:
        again = client.call(operation.id, every=True).status
        client.expect(again != 429, "rate-limit", f"new requests after {budget.seconds:g} s")


def _judge(client: Client, operation: Operation, answer: Response) -> None:
    """Let the recorder see one refusal of the burst."""
    exchange = replace(client.sent[-1], response=answer, trouble="")
    client.sent.append(exchange)
    client.objections = client.recorder.judge(exchange, ())
