"""What is sent, within a number of requests: the most telling first, and everything again for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Literal

from contracts import environment
from contracts.finding import UsageError
from contracts.receiver import checks, fuzz, odd
from contracts.receiver.event import Event, Events
from specs import Operation, Spec

Way = Literal["once", "twice", "late", "sequence"]
_ORDER = "all callbacks, in reverse order"


@dataclass(frozen=True, slots=True)
class Task:
    """Events that are sent in one way. `check` is what a refusal of them breaks.

    once: each by itself; twice: the same bytes again; late: hung up on, then sent again; sequence: one after the other,
    before anything else.
    """

    name: str
    way: Way
    check: str
    events: tuple[Event, ...]

    @property
    def cost(self) -> int:
        """How many requests it takes."""
        return len(self.events) * (2 if self.way in ("twice", "late") else 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks in the order in which they are carried out, and how many requests were left out."""

    tasks: tuple[Task, ...]
    left_out: int


def make(spec: Spec, callbacks: list[Operation], events: Events, *, seed: int, most: int) -> Plan:
    """The plan for so many requests at most. Raises UsageError when they do not reach for one of each callback."""
    examples = [it for callback in callbacks for it in events.examples(callback)]
    firsts = [next(it for it in examples if it.callback is callback) for callback in callbacks]
    if most < len(firsts):
        raise UsageError(f"--max-requests {most} is less than one for each of {len(firsts)} callbacks")
    rest = [it for it in examples if all(it is not first for first in firsts)]
    chosen: list[Task] = []
    left = 0
    for task in _tasks(events, firsts, rest):
        if sum(it.cost for it in chosen) + task.cost <= most:
            chosen.append(task)
        else:
            left += task.cost
    room = most - sum(it.cost for it in chosen)
    unusual = list(_unusual(spec, firsts, events, seed, room))
    chosen += [_once(it, events, checks.ACCEPTS) for it in unusual[:room]]
    # A sequence comes first, while the receiver has seen nothing; generated bodies last, when simpler ones are known.
    chosen.sort(key=lambda it: (it.way != "sequence", it.events[0].kind == fuzz.KIND))
    return Plan(tuple(chosen), left + len(unusual) - min(room, len(unusual)))


def _tasks(events: Events, firsts: list[Event], rest: list[Event]) -> Iterator[Task]:
    """Everything but odd bodies, the most telling first."""
    for event in (*firsts, *rest):
        yield _once(event, events, checks.ACCEPTS)
    for event in firsts:
        story = f"{event.story}, the same event a second time"
        yield _task("twice", checks.REPEATS, [events.fresh(event).told(story, "repeat")])
    if len(firsts) + len(rest) > 1:
        backwards = [
            events.fresh(it).told(f"{it.story}, in reverse order", "order") for it in reversed((*firsts, *rest))
        ]
        yield Task(_ORDER, "sequence", checks.ORDER, tuple(backwards))
    for event in firsts:
        story = f"{event.story}, again after a time-out"
        yield _task("late", checks.RETRIES, [events.fresh(event).told(story, "retry")])
    for event in _in_turn(_each(odd.extras, it, events) for it in firsts):
        yield _task("once", checks.EXTRAS, [event])
    for event in _in_turn(_each(odd.lean, it, events) for it in firsts):
        yield _task("once", checks.ACCEPTS, [event])
    # How bytes are read is not decided by callback: another callback for each writing is enough.
    for turn, forms in enumerate(zip_longest(*(_each(odd.writings, it, events) for it in firsts))):
        event = forms[turn % len(forms)]
        if event is not None:
            yield _task("once", checks.EXTRAS if event.kind == odd.EXTRA_HEADERS else checks.ACCEPTS, [event])


def _unusual(spec: Spec, firsts: list[Event], events: Events, seed: int, room: int) -> Iterator[Event]:
    """Odd and generated bodies, of each callback and of each sort in turn."""
    strange = odd.Odd(spec, events, seed)
    single = [list(strange.bodies(event)) for event in firsts]
    for event, found in zip(firsts, single, strict=True):
        environment.dice(seed, f"odd {event.callback.id}").shuffle(found)
    # Half of the room, or what the odd ones leave of it.
    each = max(room // 2, room - sum(map(len, single))) // len(firsts) + 1 if room else 0
    return _in_turn(
        _in_turn((found, fuzz.bodies(spec, event, events, each, seed + index)))
        for index, (event, found) in enumerate(zip(firsts, single, strict=True))
    )


def _each(forms: Callable[[Event], Iterator[Event]], event: Event, events: Events) -> Iterator[Event]:
    """The allowed forms of an event, each under an id of its own: a receiver that knows an id does not read on."""
    for index, form in enumerate(forms(event)):
        if events.valid(form):
            yield next(islice(forms(events.fresh(event)), index, None))


def _in_turn(sources: Iterable[Iterable[Event]]) -> Iterator[Event]:
    return (it for it in chain.from_iterable(zip_longest(*sources)) if it is not None)


def _once(event: Event, events: Events, check: str) -> Task:
    return _task("once", check, [events.fresh(event)])


def _task(way: Way, check: str, found: list[Event]) -> Task:
    (event,) = found
    return Task(f"{event.callback.id} {event.story}", way, check, (event,))
