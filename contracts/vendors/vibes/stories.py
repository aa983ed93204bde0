"""Vibes by the neutral interface of stories. Importing devices takes time; consent is given for each list."""

from __future__ import annotations

from typing import Any, Literal

from contracts.swap.adapter import Adapter, Denied, Device

_MDN, _OTHER_MDN = "2995550176", "2995550177"


class Vibes(Adapter):
    """A user's key is their `external_person_id`; a reference is a batch and a token."""

    def register_device(self, device: Device) -> str:
        token, user = self.client.unique(device.token), self.client.unique(device.user)
        wanted = {"platform": device.platform, "token": token, "external_person_id": user}
        batch = self.call("migrations.import_devices", body={"devices": [wanted]})
        return f"{batch['batch_id']}/{token}"

    def registration_status(self, reference: str) -> Literal["pending", "reachable", "failed"]:
        batch_id, _, token = reference.partition("/")
        batch = self.call("migrations.get_import_batch", batch_id=batch_id)
        if any(it["token"] == token for it in batch.get("success", ())):
            return "reachable"
        return "failed" if any(it["token"] == token for it in batch.get("failure", ())) else "pending"

    def ask_about_nobody(self) -> None:
        self.call("migrations.get_device_migrations", token="story-token-of-nobody")

    def a_user(self) -> str:
        """A person who is subscribed to a list of the spec's examples."""
        user = self.client.unique("story-user-2")
        self.call("persons.add_person", body={"external_person_id": user, "mobile_phone": {"mdn": _MDN}})
        self.call("subscriptions.put_subscription", person_key=self._key(user))
        return user

    def update_person(self, user: str, value: str) -> None:
        self._update(user, {"custom_fields": {"first_name": value}})

    def change_key(self, user: str) -> None:
        self._update(user, {"mobile_phone": {"mdn": _OTHER_MDN}})

    def send_now(self, user: str, text: str) -> str:
        self.lacks("a broadcast goes to lists, and an event to a text that was set up beforehand")

    def opt_out(self, user: str) -> Literal["out now", "out already"]:
        try:
            self.call("subscriptions.remove_subscription_by_external_id", external_person_id=user)
        except Denied as denied:
            if denied.kind != "not found":
                raise
            return "out already"
        return "out now"

    def intrude(self) -> None:
        self.call("heartbeats.get_heartbeat", credentials="wrong")

    def send_too_many(self, count: int) -> None:
        devices = [{"platform": "IOS", "token": f"story-token-{number}"} for number in range(count)]
        self.call("migrations.import_devices", body={"devices": devices})

    def send_two_faults(self) -> None:
        self.call("persons.add_person", body={"external_person_id": "x" * 129, "custom_fields": {"no_such_field": "x"}})

    def _key(self, user: str) -> str:
        person = self.call("persons.get_person_by_external_id", external_person_id=user)
        return str(person["person_key"])

    def _update(self, user: str, body: dict[str, Any]) -> None:
        self.call("persons.update_person", person_key=self._key(user), body=body)


ADAPTER = Vibes
