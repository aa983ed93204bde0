"""Faults in this process: what they answer, what they leave behind, whom they strike. On the wire: test_server.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Mock

ORDER = {"part_id": "hinge/7", "quantity": 1}


def orders(acme: Mock) -> int:
    return len(acme.records()["acme"]["orders"])


@pytest.mark.parametrize("status", [500, 429, 404, 202, 301])
def test_a_status_instead_of_the_answer(acme: Mock, status: int) -> None:
    acme.fault("status", operation="orders.place_order", status=status)
    answer = acme.post("/acme/orders", json=ORDER)
    assert answer.status_code == status
    assert answer.json()
    assert orders(acme) == 1
    assert acme.last()["fault"] == "status"


def test_an_undocumented_status_has_no_body(acme: Mock) -> None:
    acme.fault("status", operation="parts.list_parts", status=502)
    answer = acme.get("/acme/parts")
    assert (answer.status_code, answer.content) == (502, b"")


def test_a_status_strikes_before_authentication(acme: Mock) -> None:
    acme.fault("status", status=503)
    assert acme.get("/acme/orders/first", headers={"X-Acme-Key": "wrong"}).status_code == 503


def test_a_fault_and_a_preference(acme: Mock) -> None:
    acme.fault("status", status=503, count=1)
    assert acme.get("/acme/orders/first", headers={"Prefer": "code=200"}).status_code == 503
    assert acme.get("/acme/orders/first", headers={"Prefer": "code=404"}).status_code == 404


@pytest.mark.parametrize(("kind", "carried_out"), [("garble", False), ("garble", True), ("delay", True)])
def test_whether_the_request_takes_effect(acme: Mock, kind: str, carried_out: bool) -> None:
    options: dict[str, Any] = {"seconds": 0} if kind == "delay" else {"carried_out": carried_out}
    acme.fault(kind, operation="orders.place_order", **options)
    answer = acme.post("/acme/orders", json=ORDER, headers={"Authorization": "Bearer token-of-wile"})
    assert answer.status_code == 202
    assert orders(acme) == 1 + carried_out
    assert len(acme.control("GET", "/due")) == carried_out
    if kind == "garble":
        with pytest.raises(ValueError, match=r"codec|JSON|value|char"):
            answer.json()
        assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_count_is_used_up(acme: Mock) -> None:
    acme.fault("status", status=503, count=2)
    assert [acme.get("/acme/parts").status_code for _ in range(4)] == [503, 503, 200, 200]
    assert acme.control("GET", "/faults") == []


def test_the_first_fault_that_strikes_is_the_one(acme: Mock) -> None:
    acme.fault("status", status=503, operation="orders.get_order")
    acme.fault("status", status=500)
    assert acme.get("/acme/orders/first").status_code == 503
    assert acme.get("/acme/parts").status_code == 500


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_a_probability_is_drawn_from_the_worlds_seed(acme: Mock, probability: float) -> None:
    def strikes(seed: int) -> list[bool]:
        name = f"seed{seed}-{len(acme.get('/_control/worlds').json())}"
        acme.post("/_control/worlds", json={"name": name, "seed": seed, "rate_limits": False})
        acme.fault("status", name, status=503, probability=probability)
        return [acme.get(f"/w/{name}/acme/parts").status_code == 503 for _ in range(60)]

    first = strikes(1)
    assert first == strikes(1)
    assert (first != strikes(2)) is (probability == 0.3)
    assert 5 < sum(first) < 30 if probability == 0.3 else sum(first) == 60 * probability


def test_a_fault_belongs_to_one_world(acme: Mock) -> None:
    acme.post("/_control/worlds", json={"name": "other"})
    acme.fault("status", "other", status=503)
    assert acme.get("/acme/parts").status_code == 200
    assert acme.get("/w/other/acme/parts").status_code == 503


def test_the_control_api_stays_reliable(acme: Mock) -> None:
    acme.fault("status", status=503)
    assert acme.get("/_control/health").status_code == 200
    acme.control("DELETE", "/faults")
    assert acme.get("/acme/parts").status_code == 200


def test_a_fault_on_a_refused_request_keeps_the_refusal(acme: Mock) -> None:
    acme.fault("delay", seconds=0)
    assert acme.get("/acme/orders/nothing").status_code == 404
    entry = acme.last()
    assert (entry["fault"], entry["reasons"]) == ("delay", ["There is no such order"])
