"""Volt MX: the server-wide `authToken` (reference, sections 1 and 2.2, property 7.16)."""

from __future__ import annotations

from mockserver.vendors.voltmx import subscriptions as real
from tests.mutants.catalogue.voltmx_envelope import CHANGE, KNOWN
from tests.mutants.mutant import Theme
from tests.mutants.patch import Patch
from tests.mutants.steps import Switched, as_xml, subscribe, unsubscribe

mutant = Theme("voltmx", "security")
_ON = Switched({"authToken": "1234abc"})


@mutant("A wrong authToken is 401", "voltmx 2.5, 7.16 [S]", "prose", CHANGE, [_ON, subscribe(authToken="1234ABC")])
def wrong_auth_token_accepted(patch: Patch) -> None:
    @patch.function("subscriptions._check_token")
    def _(original, world, wanted):
        if not wanted.get("authToken"):
            original(world, wanted)


@mutant("A missing authToken is 401", "voltmx 2.5, 7.16 [I]", "prose", CHANGE, [_ON, subscribe()])
def missing_auth_token_accepted(patch: Patch) -> None:
    @patch.function("subscriptions._check_token")
    def _(original, world, wanted):
        if "authToken" in wanted:
            original(world, wanted)


@mutant("The authToken guards unsubscribing too", "voltmx 2.8 [D1]", "prose", CHANGE, [_ON, unsubscribe(**KNOWN)])
def unsubscribe_not_guarded(patch: Patch) -> None:
    @patch.function("subscriptions._check_token")
    def _(original, world, wanted):
        if "osType" in wanted:
            original(world, wanted)


@mutant(
    "With security off any authToken is ignored",
    "voltmx 2.2, 7.16 [I]",
    "prose",
    CHANGE,
    [as_xml(subscribe(authToken="x"))],
)
def auth_token_refused_when_security_is_off(patch: Patch) -> None:
    @patch.function("subscriptions._check_token")
    def _(original, world, wanted):
        if world.switches["authToken"] is None and wanted.get("authToken"):
            raise real.Refused(real.UNAUTHORIZED, "no authToken is configured")
        original(world, wanted)


@mutant(
    "The token is judged before the application",
    "voltmx 2.6, 7.17 [I]",
    "prose",
    CHANGE,
    [_ON, subscribe(appId="nosuch", authToken="wrong")],
)
def application_judged_before_the_token(patch: Patch) -> None:
    @patch.function("subscriptions._check_token")
    def _(original, world, wanted):
        if world.get("apps", wanted.get("appId", "")) is not None or "appId" not in wanted:
            original(world, wanted)
