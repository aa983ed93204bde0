"""The catalogue of checks: every rule that the gate can hold against a target, one line each.

A check that judges single exchanges is a pure function in a file of its own here, named like the check; the recorder
applies it to every exchange, whatever sent it. The others need several exchanges, and are raised by recipes.

To add one: write `contracts/checks/<id with underscores>.py` with `def check(exchange, operation, spec)`, yielding a
Problem for each objection, and add its line below. A vendor's own checks stand in its `checks.py` as `CHECKS`, a tuple
of Check; see `contracts.vendors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from contracts.checks import (
    accepts_valid,
    answers,
    auth_enforced,
    body_schema,
    content_type,
    counts_add_up,
    csv_shape,
    empty_body,
    error_envelope,
    headers,
    no_server_error,
    rejects_invalid,
    status,
    write_only_hidden,
    xml_well_formed,
)
from contracts.exchange import Exchange
from contracts.finding import Problem
from specs import Operation, Spec

Rule = Callable[[Exchange, Operation, Spec], Iterator[Problem]]
Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with its stable public id. `rule` is None when only recipes raise it."""

    id: str
    says: str
    rule: Rule | None = None
    level: Level = "error"
    owner: str = "contracts"


CATALOGUE: tuple[Check, ...] = (
    Check("answers", "Every request gets one complete, well-formed HTTP answer, bounded, in time", answers.check),
    Check("no-server-error", "No 5xx, unless a fault asked for it", no_server_error.check),
    Check("status", "Every status is documented for the operation", status.check),
    Check("content-type", "The media type is documented for the status", content_type.check),
    Check("empty-body", "A body is there, or not there, as documented", empty_body.check),
    Check("body-schema", "The body can be read and matches the schema of its status and media type", body_schema.check),
    Check("xml-well-formed", "XML is well-formed, and its root is the documented one", xml_well_formed.check),
    Check("csv-shape", "CSV names its columns, and each line has as many fields as there are columns", csv_shape.check),
    Check("headers", "Required response headers are there, and all match their schemas", headers.check),
    Check("error-envelope", "Refusals outside the documented ones use the error body too", error_envelope.check),
    Check("rejects-invalid", "A request that the spec forbids is never a success", rejects_invalid.check),
    Check("write-only-hidden", "A member that is write-only is in no answer", write_only_hidden.check),
    Check("accepts-valid", "A request that the spec allows is not refused as malformed", accepts_valid.check),
    Check("auth-enforced", "Without the right credentials nothing succeeds", auth_enforced.check),
    Check(
        "example-succeeds", "The documented examples of a request are answered as documented, the first with success"
    ),
    Check("expired-token", "Credentials that have expired open nothing"),
    Check("charset", "A Content-Type in another case, or with UTF-8 as its charset, is the same media type"),
    Check("provokes", "What is documented to cause a status causes it"),
    Check("location-leads", "The Location of what was made is where it is read"),
    Check("links-lead", "An address in an answer is one of the document's, and what it names is there"),
    Check("filter-applies", "A list that is asked for rows of one kind has no others"),
    Check("read-only-stays", "A member that is read-only is not set by a request"),
    Check("unknown-id", "Reading something that does not exist is a 404"),
    Check("rate-limit", "The documented rate is granted, and not more"),
    Check("read-your-write", "What was written is read back"),
    Check("delete-deletes", "What was deleted is gone"),
    Check("idempotent-retry", "Sending the same request again has the documented effect, once"),
    Check("refusal-changes-nothing", "A refused request leaves everything as it was"),
    Check("pages-complete", "A list in pages has every row once, and pages of the documented size"),
    Check("counts-add-up", "Counts equal what was submitted and what is listed", counts_add_up.check),
    Check("no-leak-between-accounts", "One account never sees another's data"),
    Check("callback-as-described", "What is sent to a registered URL is as the document's `callbacks` describe it"),
    Check("callback-tried-again", "A callback is tried again as documented, as the same event, and no oftener"),
    Check("reached", "The run reached at least one operation"),
    Check("grid", "Every documented status and media type was seen"),
    Check("second-opinion", "Schemathesis' own checks agree"),
)


def catalogue(extra: tuple[Check, ...] = ()) -> dict[str, Check]:
    """All checks by id, a vendor's own included."""
    return {check.id: check for check in (*CATALOGUE, *extra)}
