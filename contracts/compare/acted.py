"""One recipe carried out on both sides at once: what it shows, and what it has led to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from contracts.compare import aftermath
from contracts.compare.differences import ANSWER, STATUS, Difference
from contracts.compare.findings import Findings
from contracts.compare.mirror import Diverged, Mirror
from contracts.compare.pair import Both, Judge
from contracts.compare.patience import limited_alone
from contracts.compare.smaller import Caught, smaller
from contracts.control import Refused
from contracts.finding import Finding, NotProvokable
from contracts.machines.sender import Identity
from contracts.recipes import Recipe
from contracts.shape import STUMBLES


class Acted:
    """`mirror` makes customers of both sides, `judge` is told of each step, and `made` of each finding.

    In worlds what differs is made as small as it can be. A lasting side remembers what it was asked: there the same
    request does not mean the same a second time, and what other recipes show with fewer requests is taken instead.
    """

    def __init__(
        self, recipe: Recipe, mirror: Callable[[], Mirror], judge: Judge, findings: Findings,
        made: Callable[[Finding], None],
    ) -> None:  # fmt: skip
        self._recipe, self._mirror, self._judge, self._findings, self._made = recipe, mirror, judge, findings, made
        self._caught: dict[Identity, Caught] = {}

    def carry_out(self) -> None:
        """Carry the recipe out, and report what it has shown, whatever happens."""
        mirror = self._mirror()
        mirror.told, mirror.found = self._told, self._keep
        try:
            self._act(mirror)
            for it in self._caught.values() if mirror.has_world else ():
                if self._findings.news(it.difference):
                    self._found(smaller(it, self._mirror, lambda both: self._judge.compared(*both)))
        finally:
            for it in self._caught.values():
                self._found(it)

    def _act(self, mirror: Mirror) -> None:
        """What the recipe does, until the two sides diverge; in worlds, what it has led to."""
        try:
            if mirror.has_world or self._recipe.anywhere:
                self._recipe.act(mirror)
            if mirror.has_world:
                self._look_back(mirror)
        except (NotProvokable, Diverged):
            pass
        except Refused as refusal:
            self._judge.note(f"{self._recipe.id} could not go on in both worlds: {refusal}")
        except STUMBLES:
            self._judge.note(f"{self._recipe.id} stumbled over an answer of the baseline, and was left there")
        finally:
            mirror.leave()

    def _look_back(self, mirror: Mirror) -> None:
        found = aftermath.reads(mirror.spec, mirror.sent)
        if found:
            mirror.world.advance(aftermath.SECONDS)
        for operation, where in found:
            with suppress(NotProvokable):
                mirror.call(operation, parameters=where)

    def _told(self, mirror: Mirror, both: Both) -> bool:
        self._judge.compared(*both)
        side = "" if mirror.has_world else limited_alone(*both)
        if side:
            self._judge.note(f"the {side} alone limits the rate (429 for {both[0].operation}): a recipe ended there")
            return False
        found = mirror.comparison.differences(*both)
        self._keep(mirror, found)
        return not any(it.check in (ANSWER, STATUS) for it in found)

    def _keep(self, mirror: Mirror, found: Sequence[Difference]) -> None:
        for difference in found:
            if self._findings.news(difference):
                self._caught.setdefault(difference.identity, Caught.on(mirror, difference))
            else:
                self._findings.shorten(difference, (mirror.trail(), mirror.other.trail()), mirror.sender)

    def _found(self, caught: Caught) -> None:
        if self._findings.news(caught.difference):
            self._made(self._findings.add(caught.difference, caught.trails, self._recipe.id))
