"""Volt MX by the neutral interface of stories. A device subscribes at once; consent is given by device."""

from __future__ import annotations

from typing import Any, Literal

from contracts.exchange import Exchange
from contracts.swap.adapter import Adapter, Device, Kind
from contracts.vendors.voltmx.subscriptions import APP, CHANGE
from contracts.vendors.voltmx.target import code_in_body

_SYSTEMS = {"IOS": "iphone", "ANDROID": "androidgcm"}
_UNKNOWN = ("Invalid KSID", "No valid subscription", "Invalid subscriber", "Invalid voltmx appId", "Application ID")
_PHONE = Device("story-token-2", "ANDROID", "story-user-2@example.com")


class VoltMx(Adapter):
    """A user's key is an e-mail address, the `ufid` of their devices; a reference is a KSID."""

    def register_device(self, device: Device) -> str:
        return str(self._subscribe(device, f"device-of-{device.token}")["ksid"])

    def registration_status(self, reference: str) -> Literal["pending", "reachable", "failed"]:
        return "reachable"  # Subscribing told it.

    def ask_about_nobody(self) -> None:
        self.call("subscribers.get_subscriber", ksid="1234567890123")

    def a_user(self) -> str:
        ksid = self.register_device(_PHONE)
        self._change(_PHONE.user, "Ana", ksid)
        return _PHONE.user

    def update_person(self, user: str, value: str) -> None:
        self._change(user, value, self.register_device(_PHONE))

    def change_key(self, user: str) -> None:
        self._subscribe(_PHONE, "another-device")

    def send_now(self, user: str, text: str) -> str:
        message = {"type": "PUSH", "content": {"data": text}, "subscribers": {"subscriber": {"ufid": user}}}
        request = {"appId": APP, "messages": {"message": message}}
        answer = self.call("messages.push_message", body={"messageRequest": request})
        return str(answer["id"])

    def opt_out(self, user: str) -> Literal["out now", "out already"]:
        keys = {"appId": APP, "deviceId": self.client.unique(f"device-of-{_PHONE.token}")}
        said = self._service({"unsubscribe": keys})
        return "out already" if str(said["message"]).startswith("Already") else "out now"

    def intrude(self) -> None:
        self.call("subscribers.list_subscribers", credentials="wrong")

    def send_two_faults(self) -> None:
        self._service({"subscribe": {"appId": APP, "deviceId": "story-device"}})

    def past_the_last_page(self) -> int:
        return len(self.call("subscribers.list_subscribers", start=1_000_000, pageSize=5)["subscribers"])

    def meaning(self, exchange: Exchange, value: Any) -> Kind | None:
        """The body's status before HTTP's, and the text before either: 400 may mean that something is not there."""
        code = (code_in_body(exchange.response) if exchange.response else None) or exchange.status
        if code < 400:
            return None if code else "no answer"
        inner = value.get("subscriptionResponse", value) if isinstance(value, dict) else {}
        if any(text in str(inner.get("message")) for text in _UNKNOWN):
            return "not found"
        if code == 403:
            return "conflict"
        return "unauthenticated" if code == 401 else "server" if code >= 500 else "invalid"

    def _subscribe(self, device: Device, device_id: str) -> dict[str, Any]:
        system, unique = _SYSTEMS[device.platform], self.client.unique
        wanted = {"deviceId": unique(device_id), "sid": unique(device.token), "ufid": device.user}
        return self._service({"subscribe": {"appId": APP, "osType": system, **wanted}})

    def _service(self, service: dict[str, Any]) -> dict[str, Any]:
        answer = self.call(CHANGE, body={"subscriptionService": service}, media_type="application/json")
        members: dict[str, Any] = answer["subscriptionResponse"]
        return members

    def _change(self, user: str, first_name: str, ksid: str) -> None:
        members = {"firstName": first_name, "lastName": "Roe", "email": user, "country": "USA", "state": "Texas"}
        self.call("audience.subscribe_user", body={"ksid": ksid, **members})


ADAPTER = VoltMx
