"""Vibes as state machines: people, their subscriptions, incentive codes, and imports of push tokens."""

from __future__ import annotations

from contracts.vendors.vibes.machine_incentives import Coupons
from contracts.vendors.vibes.machine_memberships import Memberships
from contracts.vendors.vibes.machine_migrations import Imports
from contracts.vendors.vibes.machine_persons import People

MACHINES = (People, Memberships, Coupons, Imports)
