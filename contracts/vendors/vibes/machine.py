"""Vibes as state machines: people, their subscriptions, tags, fields and devices, phones that register themselves,
incentive codes, and imports of push tokens."""

from __future__ import annotations

from contracts.vendors.vibes.machine_devices import Devices
from contracts.vendors.vibes.machine_fields import Fields
from contracts.vendors.vibes.machine_incentives import Coupons
from contracts.vendors.vibes.machine_memberships import Memberships
from contracts.vendors.vibes.machine_migrations import Imports
from contracts.vendors.vibes.machine_persons import People
from contracts.vendors.vibes.machine_phones import Phones
from contracts.vendors.vibes.machine_tags import Tags

MACHINES = (People, Memberships, Tags, Fields, Devices, Phones, Coupons, Imports)
