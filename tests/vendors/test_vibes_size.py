"""Vibes with many persons: an answer costs what it costs with few."""

from __future__ import annotations

from typing import Any

from tests.vendors.conftest import Account
from tests.vendors.cost import calls
from tests.vendors.people import BODY, JOHN, P

C, A = "/companies/ABC123", "/companies/ABC123/campaigns/acquisition"
FEW, MANY = 100, 20_000
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", f"{P}?mdn=2995551234", {}),
    ("GET", f"{P}/external/EXT542342", {}),
    ("GET", f"{P}/{JOHN}/subscriptions?active_only=false", {}),
    ("GET", f"{P}/{JOHN}/subscriptions/1234", {}),
    ("GET", f"{P}/{JOHN}/pending_acquistions", {}),
    ("GET", f"{P}/{JOHN}/push_devices", {}),
    ("GET", f"{P}/{JOHN}/tags", {}),
    ("GET", f"{C}/mobiledb/subscription_lists/1234/subscribers?external_person_id=EXT542342", {}),
    ("GET", f"{C}/mobiledb/subscription_lists", {}),
    ("GET", f"{A}/abc123/participants?mdn=2995551234", {}),
    ("POST", f"{A}/abc123/participants", {"json": BODY}),
    ("PUT", f"{P}/{JOHN}/subscriptions/1234", {}),
]


def fill(vibes: Account, count: int) -> None:
    """Persons who are all on one list, wait for another, and have a device and a tag."""
    worlds, kinds = vibes.app.worlds, vibes.app.vendors["vibes"].kinds
    with worlds.open(vibes.world):
        samples = {
            kind: next(it for it in worlds.store.find(vibes.world, kinds[kind]))
            for kind in ("persons", "subscriptions", "devices")
        }
        for number in range(count):
            key = f"person-{number}"
            made = {
                "persons": {
                    **samples["persons"],
                    "person_key": key,
                    "person_id": key,
                    "external_person_id": f"EXT{number:09d}",
                    "mobile_phone": {"mdn": f"+1300{number:07d}", "carrier_code": "104"},
                },
                "subscriptions": {**samples["subscriptions"], "id": key, "person_key": key, "active": True},
                "devices": {**samples["devices"], "vibes_device_id": key, "push_token": key, "person_key": key},
                "tags": {"id": f"{key}/vip", "person_key": key, "tag": "vip", "created_at": "2020-01-01T00:00:00Z"},
                "participations": {
                    "id": key,
                    "company_key": "ABC123",
                    "acquisition_id": "abc123",
                    "person_key": key,
                    "participation_date": "2021-10-28T11:00:00Z",
                    "expire_date": "2021-10-29T11:00:00Z",
                    "status": "PENDING",
                },
            }
            for kind, record in made.items():
                worlds.store.put(vibes.world, kinds[kind], str(record[kinds[kind].key]), record)


def cost(vibes: Account, method: str, path: str, options: dict[str, Any]) -> int:
    def ask() -> None:
        answer = vibes.request(method, path, **options)
        assert answer.status_code < 300, answer.text

    ask()  # what only the first request does: a participant is added, a cache is filled
    return calls(ask)


def test_an_answer_among_many_costs_what_it_costs_among_few(account) -> None:
    few, many = (account("vibes", auth=("VibesUser", "Password123")) for _ in range(2))
    fill(few, FEW)
    fill(many, MANY)
    ratios = {
        f"{method} {path}": cost(many, method, path, it) / cost(few, method, path, it) for method, path, it in REQUESTS
    }
    assert max(ratios.values()) < 1.5, ratios
