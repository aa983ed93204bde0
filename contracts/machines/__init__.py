"""Machines: random sequences of calls, each answer held against a small reference model of the vendor.

A vendor's `machine.py`, beside its recipes, holds `MACHINES`, a tuple of subclasses of Machine: Hypothesis state
machines whose rules make one call each and say what the model expects. A wrong answer ends the sequence, Hypothesis
shrinks it, and what is left is one finding with the fewest requests that show it.

    Machine    the base class: rules, a model, and `looks`, the reads that hold the target against the model
    Sender     whom a machine speaks to: the gate's own (Actor), or any other that takes the same steps
    hunt       runs one machine within a Budget and gives what it found
"""

from __future__ import annotations

from contracts import vendors
from contracts.finding import UsageError
from contracts.machines.machine import Machine
from contracts.machines.sender import Answer, Sender, Violation
from specs import Spec

__all__ = ["Answer", "Machine", "Sender", "Violation", "found"]


def found(spec: Spec) -> tuple[type[Machine], ...]:
    """The machines of a vendor, in their order. Raises UsageError when one names what the spec does not have."""
    machines: tuple[type[Machine], ...] = getattr(vendors.module(spec.vendor, "machine"), "MACHINES", ())
    for machine in machines:
        unknown = [name for name in machine.operations if name not in spec.operations]
        if unknown or not machine.operations:
            which = repr(unknown[0]) if unknown else "that it names: `operations` is empty"
            raise UsageError(f"{machine.__module__}.{machine.__name__}: {spec.vendor} has no operation {which}")
    return machines
