"""Imports of push tokens as a state machine: batches, their counts over time, and the history of each token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, multiple, rule

from contracts.machines.machine import Look, Machine
from contracts.machines.sender import Answer
from contracts.vendors.vibes.migrations import GET_BATCH, GET_TOKEN, IMPORT, LIST
from contracts.vendors.vibes.persons import GET_EXTERNAL

# The first is the spec's example, and `--credentials` may name another; the second belongs to the same company.
OWN_APP, SECOND_APP = "", "EmptyAppId1"
# Few, so that histories grow. The page says nothing of which tokens are invalid; the last one may be.
TOKENS = ("fcm:to ken/1", "token-2", "invalid-token")
PLATFORMS, NAMES = ("IOS", "ANDROID"), (None, "EXT-M", "EXT-N")
# The page advises to wait a quarter of an hour.
DONE_SECONDS = 900
COUNTS = ("success_count", "failure_count", "pending_count")
LISTS = {"success": "SUCCESS", "failure": "FAILURE", "pending": "PENDING"}
FAULTS: dict[str, dict[str, Any]] = {
    "an unknown platform": {"platform": "NOKIA", "token": "x"},
    "no token": {"platform": "IOS"},
    "no platform": {"token": "x"},
}

apps = st.sampled_from((OWN_APP, SECOND_APP))
devices = st.lists(
    st.tuples(st.sampled_from(PLATFORMS), st.sampled_from(TOKENS), st.sampled_from(NAMES)), min_size=1, max_size=4
)


@dataclass(slots=True, eq=False)
class Batch:
    """One import. `decided` is what became of its devices, by place, as far as an answer has said."""

    app: str
    id: str
    received_on: Any
    tokens: list[str]
    names: list[str | None]
    age: float = 0.0
    counts: tuple[int, ...] = ()
    decided: dict[str, list[str]] = field(default_factory=dict)


class Imports(Machine):
    """What happens to imports."""

    operations = (IMPORT, LIST, GET_BATCH, GET_TOKEN)
    batches: Bundle[Batch] = Bundle("batches")

    def begin(self) -> None:
        self.known: list[Batch] = []

    @initialize(target=batches, wanted=st.lists(st.tuples(apps, devices), max_size=2))
    def fill(self, wanted: list[tuple[str, list[tuple[str, str, str | None]]]]) -> MultipleResults[Batch]:
        """Some imports are there already."""
        return multiple(*(self._submit(self._at(app), given) for app, given in wanted))

    @rule(target=batches, app=apps, given=devices, seconds=st.integers(0, 1))
    def submit(self, app: str, given: list[tuple[str, str, str | None]], seconds: int) -> Batch:
        if seconds:
            self.wait(seconds)
        return self._submit(self._at(app), given)

    @rule(app=apps, given=devices, fault=st.sampled_from([*FAULTS]))
    def refused(self, app: str, given: list[tuple[str, str, str | None]], fault: str) -> None:
        """One bad device refuses them all."""
        answer = self._call(IMPORT, self._at(app), body={"devices": [*self._devices(given), FAULTS[fault]]})
        self.expect(answer.status == 422, "rejects-invalid", f"422 for a device with {fault}")
        self.last = "refusal-changes-nothing"

    @rule(seconds=st.sampled_from([20, 45, DONE_SECONDS]))
    def wait(self, seconds: int) -> None:
        if self.sender.has_world:
            self.sender.advance(seconds)
            for batch in self.known:
                batch.age += seconds

    @rule(batch=batches)
    def read(self, batch: Batch) -> None:
        self._read(batch)

    @rule(batch=batches)
    def read_under_another_app(self, batch: Batch) -> None:
        """46: a batch of one app is unknown under another."""
        if self.sender.has_world:
            other = SECOND_APP if batch.app == OWN_APP else OWN_APP
            answer = self._call(GET_BATCH, other, batch_id=batch.id)
            self.expect(answer.status in (403, 404), "no-leak-between-accounts", "404 for a batch of another app")

    def looks(self) -> Sequence[Look]:
        found: list[Look] = []
        for app in sorted({batch.app for batch in self.known}):
            found.append(partial(self._look_at_list, app))
            found += [partial(self._look_at_token, app, self.fresh(token)) for token in TOKENS]
        return [*found, *(partial(self._read, batch) for batch in self.known)]

    def _submit(self, app: str, given: list[tuple[str, str, str | None]]) -> Batch:
        wanted = self._devices(given)
        answer = self._call(IMPORT, app, body={"devices": wanted})
        self.expect(200 <= answer.status < 300, "accepts-valid", "success for valid devices")
        body = answer.value if isinstance(answer.value, dict) else {}
        tokens, names = [it["token"] for it in wanted], [it.get("external_person_id") for it in wanted]
        batch = Batch(app, str(body.get("batch_id")), body.get("received_on"), tokens, names)
        used = any(it.id == batch.id for it in self.known)
        self.expect(not used, "no-leak-between-accounts", "a batch_id that no other batch has")
        pending = [it.get("token") for it in body.get("pending", ())]
        self.expect(pending == tokens, "counts-add-up", "all devices pending, in the order of submission")
        self.known.append(batch)
        self._adds_up(batch, body)
        self.last = ""
        return batch

    def _read(self, batch: Batch) -> None:
        answer = self._call(GET_BATCH, batch.app, batch_id=batch.id)
        self.expect(answer.status == 200, self.blamed("read-your-write"), "200 for a known batch")
        body = answer.value if isinstance(answer.value, dict) else {}
        self._same_time(batch, body)
        self._adds_up(batch, body)
        for name, status in LISTS.items():
            rows = body.get(name, [])
            self.expect(len(rows) == body.get(f"{name}_count"), "counts-add-up", f"as many {name} rows as counted")
            right = all(row.get("status") == status for row in rows)
            self.expect(right, "counts-add-up", f"{status} in each row of {name}")
        tokens = [row.get("token") for name in LISTS for row in body.get(name, [])]
        self.expect(sorted(map(str, tokens)) == sorted(batch.tokens), "read-your-write", "each device once")
        for name in LISTS:
            rows = [row.get("token") for row in body.get(name, [])]
            self.expect(_in_order(rows, batch.tokens), "read-your-write", f"{name} rows in the order of submission")
        self._decide(batch, body)

    def _decide(self, batch: Batch, body: dict[str, Any]) -> None:
        """A device is decided once; and people who came with an import are there when it has succeeded."""
        for name in ("success", "failure"):
            now = [row.get("token") for row in body.get(name, [])]
            before = list(batch.decided.get(name, ()))
            for token in now:
                if token in before:
                    before.remove(token)
            self.expect(not before, "read-your-write", f"what was a {name} before, still one", before)
            batch.decided[name] = now

    def _adds_up(self, batch: Batch, body: dict[str, Any]) -> None:
        counts = tuple(body.get(name) or 0 for name in COUNTS)
        self.expect(sum(counts) == len(batch.tokens), "counts-add-up", "counts that add up to what was submitted")
        if batch.counts:
            grew = counts[2] <= batch.counts[2] and counts[:2] >= (batch.counts[0], 0) and counts[1] >= batch.counts[1]
            self.expect(grew, "counts-add-up", "successes and failures that grow, and pending that shrinks")
        if batch.age >= DONE_SECONDS:
            self.expect(counts[2] == 0, "provokes", "a finished batch after a quarter of an hour")
        batch.counts = counts

    def _look_at_list(self, app: str) -> None:
        answer = self._call(LIST, app)
        rows = answer.value if answer.status == 200 and isinstance(answer.value, list) else []
        mine = [it for it in self.known if it.app == app]
        ours = {it.id for it in mine}
        found = [row.get("batch_id") for row in rows]
        check = self.blamed("read-your-write")
        right = _oldest_first([name for name in found if name in ours], mine)
        self.expect(right, check, "each batch once, oldest first")
        others = {it.id for it in self.known} - ours
        self.expect(not others & set(found), "no-leak-between-accounts", "no batch of another app")
        if self.sender.has_world and app == SECOND_APP:
            self.expect(len(rows) == len(mine), check, "no batch that nobody has submitted")
        for row in rows:
            for batch in (it for it in mine if it.id == row.get("batch_id")):
                self._same_time(batch, row)
                self._adds_up(batch, row)

    def _look_at_token(self, app: str, token: str) -> None:
        """45: one row for each submission, oldest first."""
        wanted = [it for it in self.known if it.app == app for one in it.tokens if one == token]
        answer = self._call(GET_TOKEN, app, token=token)
        check = self.blamed("read-your-write")
        if not wanted:
            self.expect(answer.status == 404, self.blamed("unknown-id"), "404 for a token that was never submitted")
            return
        rows = answer.value if answer.status == 200 and isinstance(answer.value, list) else []
        right = _oldest_first([row.get("batch_id") for row in rows], wanted)
        self.expect(right, check, "a row for each submission, oldest first")
        for batch in (it for it in self.known if it.app == app):
            statuses = [row.get("status") for row in rows if row.get("batch_id") == batch.id]
            for name in ("success", "failure"):
                known = batch.decided.get(name, []).count(token)
                self.expect(statuses.count(LISTS[name]) >= known, check, f"each {name} of the batch in the history")
            if batch.counts and batch.counts[2] == 0:
                self.expect("PENDING" not in statuses, check, "no pending row of a finished batch")
        for row in rows:
            for batch in (it for it in self.known if it.id == row.get("batch_id")):
                self._same_time(batch, row)
                if self.sender.has_world and row.get("status") == "SUCCESS":
                    self._named(batch, token)

    def _named(self, batch: Batch, token: str) -> None:
        """A person whom an import named is there once all devices with the token have succeeded."""
        for one, name in zip(batch.tokens, batch.names, strict=True):
            if one == token and name is not None and batch.counts[2:] == (0,):
                answer = self.call(GET_EXTERNAL, external_person_id=name)
                self.expect(answer.status == 200, "read-your-write", "the person that an imported device names")

    def _same_time(self, batch: Batch, body: dict[str, Any]) -> None:
        same = body.get("received_on") == batch.received_on
        self.expect(same, "read-your-write", "the received_on of the import, everywhere")

    def _call(self, operation: str, app: str, **request: Any) -> Answer:
        given = {"app_id": app, **request} if app else request
        return self.call(operation, **given)

    def _devices(self, given: list[tuple[str, str, str | None]]) -> list[dict[str, Any]]:
        found = []
        for platform, token, name in given:
            device = {"platform": platform, "token": self.fresh(token)}
            found.append(device | ({"external_person_id": self.fresh(name)} if name else {}))
        return found

    def _at(self, app: str) -> str:
        return app if self.sender.has_world else OWN_APP


def _oldest_first(found: list[Any], wanted: list[Batch]) -> bool:
    """Whether exactly these batches were found, oldest first; those of one moment in any order."""
    times = {it.id: it.received_on for it in wanted}
    same = sorted(map(str, found)) == sorted(it.id for it in wanted)
    return same and [times[name] for name in found] == [it.received_on for it in wanted]


def _in_order(rows: list[Any], tokens: list[str]) -> bool:
    """Whether rows are a part of the tokens, in their order."""
    rest = iter(tokens)
    return all(any(token == row for token in rest) for row in rows)
