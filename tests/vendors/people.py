"""What the tests of Vibes persons have in common: the people of the default fixture, and how a call is read."""

from __future__ import annotations

from typing import Any

P = "/companies/ABC123/mobiledb/persons"
JOHN = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"
PHONE_ONLY = "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"
ABROAD = "94d0a6f5-1c83-4e7b-8f29-5ab6017cd3e2"
V2 = {"X-API-Version": "2"}
BODY = {
    "external_person_id": "EXT542342",
    "mobile_phone": {"mdn": "2995551234"},
    "custom_fields": {"first_name": "John", "last_name": "Doe"},
}
READ_ONLY = {
    "person_id": "12344566",
    "person_key": "mine",
    "timezone_source": "api",
    "created_at": "2000-01-01T00:00:00Z",
    "updated_at": ["anything"],
    "url": None,
}
BY_KEY, BY_EXTERNAL_ID = f"{P}/{JOHN}", f"{P}/external/EXT542342"
NUMBER, OTHER_NUMBER, FREE_NUMBER = "2995551234", "2995550119", "2995550142"
"""John's, that of somebody without an external id, and nobody's."""


def problems(answer: Any, status: int) -> list[tuple[str, int]]:
    assert answer.status_code == status, answer.text
    return [(error["message"], error["code"]) for error in answer.json()["errors"]]


def refused(vibes: Any, method: str, path: str, status: int, **options: Any) -> Any:
    """The answer, once the world has been seen to be as before."""
    before = vibes.records()
    answer = vibes.request(method, path, **options)
    assert answer.status_code == status, answer.text
    assert vibes.records() == before
    return answer


def read(vibes: Any, key: str = JOHN, **options: Any) -> dict[str, Any]:
    answer = vibes.get(f"{P}/{key}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()
