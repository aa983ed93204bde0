"""The pytest plugin as a user has it: in a project of its own, alone and under pytest-xdist."""

from __future__ import annotations

import pytest

from tests.conftest import ACME

INI = f"""
[pytest]
addopts = -p no:cacheprovider -p no:schemathesis
filterwarnings = error
bodydouble_serve = acme voltmx --vendor-path {ACME}
"""
TESTS = """
import httpx, pytest

KEY = {"X-Acme-Key": "key-of-wile"}
BOTH = {**KEY, "Authorization": "Bearer token-of-wile"}
ORDER = {"part_id": "hinge/7", "quantity": 1}

@pytest.fixture
def acme(vendor_world):
    return vendor_world("acme", frozen_at="2026-01-31T08:00:00Z")

@pytest.mark.parametrize("number", range(6))
def test_each_test_has_a_world_of_its_own(acme, number):
    assert httpx.get(acme.url + "/parts", headers=KEY).json()["total"] == 2
    assert httpx.post(acme.url + "/parts", json={"name": "Bolt"}, headers=KEY).status_code == 201
    assert acme.journal.count() == 2

def test_clock_and_due_work(acme):
    order = httpx.post(acme.url + "/orders", json=ORDER, headers=BOTH).json()
    assert acme.clock.now == "2026-01-31T08:00:00.000Z"
    acme.clock.advance(60)
    assert acme.state.get("orders", order["order_id"])["status"] == "SENT"
    acme.clock.freeze("2027-01-01T00:00:00Z")
    assert acme.clock.now.startswith("2027")
    acme.clock.release()

def test_state(acme):
    acme.state.put("parts", "a/b c", {"part_id": "a/b c", "name": "Nut"})
    assert httpx.get(acme.url + "/parts/a%2Fb%20c", headers=KEY).json()["name"] == "Nut"
    assert [it["name"] for it in acme.state.find("parts")] == ["Hinge", "Spring", "Nut"]
    acme.state.delete("parts", "a/b c")
    assert acme.state.count("parts") == 2

def test_faults_and_journal(acme):
    acme.faults.add("status", "parts.list_parts", status=503, count=1)
    assert [httpx.get(acme.url + "/parts", headers=KEY).status_code for _ in range(2)] == [503, 200]
    assert acme.journal.count(status=503) == 1
    assert acme.journal.find(refused=False)[-1]["operation"] == "parts.list_parts"
    acme.faults.add("drop")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(acme.url + "/parts", headers=KEY)
    acme.faults.clear()
    acme.journal.clear()
    assert acme.journal.count() == 0

def test_switches_reset_and_fork(acme):
    acme.switch(labels="loud")
    assert httpx.get(acme.url + "/labels/hinge%2F7-90mm.txt").text == "HINGE"
    other = acme.fork()
    acme.reset()
    assert httpx.get(acme.url + "/labels/hinge%2F7-90mm.txt").text == "Hinge"
    assert httpx.get(other.url + "/labels/hinge%2F7-90mm.txt").text == "HINGE"
    other.drop()

def test_credentials(acme, vendor_world):
    assert acme.credentials["key"] == "key-of-wile"
    assert vendor_world("voltmx").credentials == {"username": "admin@example.com", "password": "Engage#2016"}

def test_several_worlds_and_settings(vendor_world):
    full, empty = vendor_world("acme"), vendor_world("acme", fixture="empty", rate_limits=False)
    assert (full.state.count("parts"), empty.state.count("parts")) == (2, 0)

def test_a_dropped_world_may_be_dropped_by_the_test(vendor_world):
    vendor_world("acme").drop()

def test_mistakes_say_what_is_wrong(vendor_world):
    from mockserver.client import ControlError
    with pytest.raises(ControlError, match="no fixture 'nothing'"):
        vendor_world("acme", fixture="nothing")
    with pytest.raises(ControlError, match="unknown vendor 'nobody'"):
        vendor_world("nobody")
"""
DEFAULTS = """
def test_the_default_server_has_every_vendor(vendor_world):
    assert vendor_world("vibes").credentials["username"] == "VibesUser"
    it = vendor_world("voltmx", fixture="empty", switches={"voltmx": {"messageText": "trimmed"}})
    assert it.state.count("subscriptions") == 0
"""


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "two processes"])
def test_in_a_project_of_its_own(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess(*arguments, timeout=60).assert_outcomes(passed=14)


def test_with_nothing_configured(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:schemathesis\nfilterwarnings = error\n")
    pytester.makepyfile(DEFAULTS)
    pytester.runpytest_subprocess(timeout=60).assert_outcomes(passed=1)


def test_a_server_that_does_not_start_says_why(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nbodydouble_serve = nobody\n")
    pytester.makepyfile("def test_it(vendor_world): pass\n")
    result = pytester.runpytest_subprocess(timeout=60)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ControlError: the mock server did not start: bodydouble: unknown vendor 'nobody'*"])
    assert "During handling of the above exception" not in result.stdout.str()
