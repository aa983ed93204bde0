"""Linked calls: Schemathesis follows the spec's `links` from answer to request, in scenarios of several steps.

Each scenario runs in a world of its own, and every step passes the recorder, so that a finding comes with the whole
sequence that led to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import schemathesis

from contracts import generated
from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.settings import Settings
from specs import Operation, Spec

_STEPS = 6
_SCENARIOS = {"smoke": 0, "quick": 8, "full": 60, "deep": 60}


def run(
    schema: schemathesis.BaseSchema, spec: Spec, settings: Settings, client: Callable[[], Client]
) -> None:  # fmt: skip
    """Run scenarios, each with a client of its own; what they find, the recorder keeps."""
    base: Any = schema.as_state_machine()

    class Linked(base):  # type: ignore[misc]
        def setup(self) -> None:
            self.client = client()

        def call(self, case: schemathesis.Case[Any], **_: Any) -> schemathesis.Response:
            operation = generated.of_case(case, spec)
            _settle(case, operation, self.client)
            try:
                self.client.spare(operation)
                request = generated.request_of(case, self.client.base)
                exchange = self.client.send(operation.id, self.client.authorized(request, operation, "right"))
            except (NotProvokable, ValueError, UnicodeError):
                hypothesis.reject()
            if exchange.response is None:
                hypothesis.reject()
            return schemathesis.Response.from_any(generated.as_httpx(exchange.request, exchange.response))

        def validate_response(self, *_: Any, **__: Any) -> None:
            """The recorder has judged it already."""

        def teardown(self) -> None:
            self.client.leave()

    hypothesis.seed(settings.seed)(Linked)
    Linked.run(
        settings=hypothesis.settings(
            max_examples=_SCENARIOS[settings.profile],
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
    )


def _settle(case: schemathesis.Case[Any], operation: Operation, client: Client) -> None:
    """Known path parameters in place of made-up ones: a value that no earlier step has shown leads nowhere."""
    shown = [exchange.request.url for exchange in client.sent]
    shown += [exchange.response.body.decode(errors="replace") for exchange in client.sent if exchange.response]
    for parameter in operation.parameters:
        if parameter.place == "path" and parameter.example is not None:
            value = str(case.path_parameters.get(parameter.name))
            if not any(value in text for text in shown):
                case.path_parameters[parameter.name] = parameter.example
