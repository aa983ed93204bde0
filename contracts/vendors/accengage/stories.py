"""Accengage by the neutral interface of stories. Devices come through the SDK, and users are fields of devices."""

from __future__ import annotations

from typing import Any

from contracts.exchange import Exchange
from contracts.swap.adapter import Adapter, Kind

# A user of the vendor's worked examples, and of our fixture: no operation makes one.
_USER = "42"
_SEND = "instant_messages.send_instant_message"


class Accengage(Adapter):
    """A user's key is the device's field `clientId`."""

    def ask_about_nobody(self) -> None:
        self.call("devices.search_device", query={"clientId": "story-nobody"})

    def a_user(self) -> str:
        self.call("devices.search_device", query={"clientId": _USER})
        return _USER

    def update_person(self, user: str, value: str) -> None:
        self._update(user, {"firstname": value})

    def change_key(self, user: str) -> None:
        self._update(user, {"UDID": "00000000-0000-0000-0000-000000000000"})

    def send_now(self, user: str, text: str) -> str:
        example = self.client.example(_SEND)
        target = {**example["targets"][0], "clientId": user}
        answer = self.call(_SEND, body={**example, "message": {"text": text}, "targets": [target]})
        return str(answer)

    def intrude(self) -> None:
        self.call("me.get_me", credentials="wrong")

    def send_too_many(self, count: int) -> None:
        users = [{"UDID": f"story-device-{number}", "model": "Pixel 3"} for number in range(count)]
        self.call("devices.update_devices", body={"matchingKey": "UDID", "users": users})

    def send_two_faults(self) -> None:
        self.call("campaigns.create_campaign", body={"startDate": "soon"})

    def past_the_last_page(self) -> int:
        return len(self.call("campaigns.list_campaigns", page=1000)["campaigns"])

    def meaning(self, exchange: Exchange, value: Any) -> Kind | None:
        """The label before the status: a bad token is a 400, a 401 or a 403."""
        errors = value.get("errors") if isinstance(value, dict) else None
        labels = [str(it.get("label")) for it in errors or () if isinstance(it, dict)]
        if exchange.status >= 400 and any(it in ("API_ERR_TOKEN", "API_ERR_SIGNATURE") for it in labels):
            return "unauthenticated"
        return super().meaning(exchange, value)

    def _update(self, user: str, body: dict[str, Any]) -> None:
        found = self.call("devices.search_device", query={"clientId": user})
        self.call("devices.update_device", udid=found["data"]["UDID"], body=body)


ADAPTER = Accengage
