"""The vendor-neutral names of what operations do: the one list that `x-capability` draws from, shared by all vendors.

A name is a verb and a noun. Two operations of different vendors have the same name when an integration may put one in
the place of the other; `near` pairs name what serves the same end by another way (one device or a batch of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capability:
    """`area` is the part of the product it belongs to, `summary` what it does, in a few words."""

    name: str
    area: str
    summary: str


_AREAS: Mapping[str, Mapping[str, str]] = {
    "Access": {
        "create-access-token": "trade credentials for a token that expires",
        "check-health": "ask whether the API is there",
        "check-tenant-health": "ask whether the API is there for one account",
        "list-tenants": "list the accounts that the credentials open",
        "get-tenant": "read an account",
    },
    "Devices": {
        "register-device": "make one device reachable by push",
        "import-push-tokens": "make many devices reachable by push",
        "list-imports": "list the imports of devices",
        "get-import": "ask how an import of devices went",
        "get-token-import-status": "ask how the import of one token went",
        "list-devices": "list the devices that can be reached",
        "list-devices-of-person": "list the devices of a person",
        "list-devices-of-person-by-external-id": "list the devices of a person, named by the customer's own id",
        "get-device": "read a device",
        "find-device": "find a device by one of its fields",
        "update-device": "change the fields of a device",
        "update-devices": "change the fields of several devices",
        "assign-device": "tie a device to a person",
        "opt-out-device": "send no more pushes to a device",
        "delete-device": "remove a device's record",
        "update-device-position": "say where a device is",
    },
    "People": {
        "add-person": "add a person",
        "get-person": "read a person",
        "get-person-by-external-id": "read a person, named by the customer's own id",
        "find-person": "find a person by phone number or own id",
        "update-person": "change a person's data",
        "upsert-person-by-external-id": "add or change a person, named by the customer's own id",
        "list-custom-fields": "list the fields that people may have",
        "get-custom-field": "read the definition of a field",
        "list-person-tags": "list the tags of a person",
        "get-person-tag": "read a tag of a person",
        "add-person-tags": "tag a person",
        "put-person-tag": "set a tag of a person",
        "remove-person-tag": "take a tag from a person",
        "clear-person-tags": "take all tags from a person",
    },
    "Consent and lists": {
        "create-list": "make a list",
        "list-lists": "list the lists",
        "list-list-members": "list who is on a list",
        "add-list-members": "put devices on a list",
        "remove-list-members": "take devices off a list",
        "list-subscription-lists": "list the lists that people can opt in to",
        "get-subscription-list": "read a list that people can opt in to",
        "list-acquisition-campaigns-of-list": "list the campaigns that lead to a list",
        "find-subscriber": "ask whether a person is on a list",
        "list-subscriptions": "list the lists of a person",
        "list-subscriptions-by-external-id": "list the lists of a person, named by the customer's own id",
        "get-subscription": "read a person's place on a list",
        "get-subscription-by-external-id": "read a place on a list of a person, named by the customer's own id",
        "put-subscription": "change a person's place on a list",
        "remove-subscription": "opt a person out of a list",
        "remove-subscription-by-external-id": "opt a person out of a list, named by the customer's own id",
        "request-opt-in": "have a person asked to opt in",
        "find-participants": "find who takes part in an acquisition campaign",
        "list-pending-opt-ins": "list who has not confirmed an opt-in yet",
        "list-pending-opt-ins-respelled": "the same, at an address that is spelled otherwise",
        "list-acquisition-campaigns": "list the campaigns that people opt in by",
        "get-acquisition-campaign": "read a campaign that people opt in by",
    },
    "Content and sending": {
        "create-campaign": "make a campaign",
        "list-campaigns": "list the campaigns",
        "get-campaign": "read a campaign",
        "update-campaign": "change a campaign",
        "delete-campaign": "remove a campaign",
        "create-message": "write a message",
        "list-messages": "list the messages",
        "get-message": "read a message",
        "update-message": "change a message",
        "delete-message": "remove a message",
        "list-message-actions": "list what a message offers to do",
        "send-message": "send a message that was written before",
        "send-to-targets": "send to chosen devices or people",
        "send-to-targets-of-several-apps": "send to chosen devices of several applications",
        "create-schedule": "have a message sent at certain times",
        "get-schedule": "read when a message is sent",
        "update-schedule": "change when a message is sent",
        "delete-schedule": "stop sending a message at certain times",
        "create-schedule-exclusion": "leave a day out of a schedule",
        "list-schedule-exclusions": "list the days that schedules leave out",
        "delete-schedule-exclusions": "leave no days out of a schedule",
        "schedule-broadcast": "have a message sent to everybody on a list",
        "list-broadcasts": "list what is sent to lists",
        "get-broadcast": "read what is sent to a list, and how far it is",
        "update-broadcast": "change what will be sent to a list",
        "cancel-broadcast": "stop what is sent to a list",
        "create-geofence": "define an area",
        "list-geofences": "list the areas",
        "get-geofence": "read an area",
        "update-geofence": "change an area",
        "create-geogroup": "group areas and beacons",
        "list-geogroups": "list the groups of areas and beacons",
        "add-geogroup-geofence": "put an area into a group",
        "remove-geogroup-geofence": "take an area out of a group",
        "add-geogroup-beacon": "put a beacon into a group",
        "remove-geogroup-beacon": "take a beacon out of a group",
        "create-beacon": "define a beacon",
        "list-beacons": "list the beacons",
        "get-beacon": "read a beacon",
        "update-beacon": "change a beacon",
        "list-inapps": "list the messages shown inside the application",
        "create-inapp": "write a message shown inside the application",
        "get-inapp": "read a message shown inside the application",
        "get-inapp-by-external-id": "the same, named by the customer's own id",
        "update-inapp": "change a message shown inside the application",
        "update-inapp-by-external-id": "the same, named by the customer's own id",
        "set-inapp-status": "switch a message shown inside the application on or off",
        "set-inapp-status-by-external-id": "the same, named by the customer's own id",
        "list-alarms": "list the messages that devices show by themselves",
        "create-alarm": "write a message that the device shows by itself",
        "get-alarm": "read a message that the device shows by itself",
        "get-alarm-by-external-id": "the same, named by the customer's own id",
        "update-alarm": "change a message that the device shows by itself",
        "update-alarm-by-external-id": "the same, named by the customer's own id",
        "set-alarm-status": "switch a message that the device shows by itself on or off",
        "set-alarm-status-by-external-id": "the same, named by the customer's own id",
        "create-inbox": "write a message in the inbox",
        "update-inbox": "change a message in the inbox",
        "update-inbox-by-external-id": "the same, named by the customer's own id",
        "set-inbox-status": "say who has read a message in the inbox",
        "set-inbox-status-by-external-id": "the same, named by the customer's own id",
        "list-wallet-campaigns": "list the campaigns of wallet passes",
        "get-wallet-campaign": "read a campaign of wallet passes",
        "list-wallet-items": "list the passes of a campaign",
        "get-wallet-item": "read a pass",
        "update-wallet-item": "change a pass",
        "send-wallet-message": "send to the holders of passes",
        "list-wallet-messages": "list what was sent to the holders of passes",
        "get-wallet-message": "read what was sent to the holders of passes",
    },
    "Incentives": {
        "list-incentive-pools": "list the pools of codes",
        "get-incentive-pool": "read a pool of codes",
        "add-incentive-pool": "make a pool of codes",
        "update-incentive-pool": "change a pool of codes",
        "issue-incentive-code": "give a code to somebody",
        "get-incentive-code": "read a code",
        "redeem-incentive-code": "redeem a code",
        "list-incentive-issuances": "list who was given a code",
        "list-incentive-redemptions": "list the redemptions of a code",
    },
    "Events": {
        "add-event": "tell of something that happened at the customer's, which may trigger a message",
        "list-callbacks": "list the registrations of callbacks",
        "add-callback": "register a URL to be called at events of one type",
        "get-callback": "read the registration of a callback",
        "cancel-callback": "end the registration of a callback",
        "send-test-callback": "have a callback sent that tells of dummies",
    },
    "Measurement": {
        "get-statistics": "read counts by day",
        "list-campaign-targets": "list whom a campaign was sent to",
        "list-campaign-clicks": "list who clicked in a campaign",
        "list-message-targets": "list whom a message was sent to",
        "list-message-clicks": "list who clicked in a message",
    },
}
CAPABILITIES: Mapping[str, Capability] = {
    name: Capability(name, area, summary) for area, names in _AREAS.items() for name, summary in names.items()
}

# Pairs that serve one end by two ways, so that whoever lacks one may make do with the other.
NEAR: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("register-device", "import-push-tokens"),
        ("get-device", "get-token-import-status"),
        ("get-device", "find-device"),
        ("get-device", "list-devices-of-person"),
        ("list-devices", "list-devices-of-person"),
        ("update-device", "update-person"),
        ("update-device", "register-device"),
        ("update-device", "update-devices"),
        ("update-device", "assign-device"),
        ("find-device", "find-person"),
        ("find-device", "get-person"),
        ("opt-out-device", "remove-subscription"),
        ("opt-out-device", "remove-subscription-by-external-id"),
        ("opt-out-device", "remove-list-members"),
        ("remove-subscription", "remove-list-members"),
        ("add-list-members", "request-opt-in"),
        ("add-list-members", "put-subscription"),
        ("list-list-members", "find-subscriber"),
        ("list-list-members", "list-subscriptions"),
        ("list-lists", "list-subscription-lists"),
        ("add-person", "upsert-person-by-external-id"),
        ("update-person", "upsert-person-by-external-id"),
        ("get-person", "get-person-by-external-id"),
        ("get-person", "find-person"),
        ("list-campaigns", "list-acquisition-campaigns"),
        ("get-campaign", "get-acquisition-campaign"),
        ("list-campaigns", "list-wallet-campaigns"),
        ("get-campaign", "get-wallet-campaign"),
        ("send-to-targets", "send-message"),
        ("send-to-targets", "send-wallet-message"),
        ("send-message", "schedule-broadcast"),
        ("send-to-targets", "send-to-targets-of-several-apps"),
    )
)


def near(name: str) -> list[str]:
    """The capabilities that serve the same end as this one, in the order of the list."""
    others = {other for pair in NEAR if name in pair for other in pair - {name}}
    return [other for other in CAPABILITIES if other in others]
