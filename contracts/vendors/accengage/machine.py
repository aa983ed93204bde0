"""Accengage as state machines: what is sent and when, whom it goes to, and what the application shows by itself."""

from contracts.vendors.accengage.machine_devices import Devices
from contracts.vendors.accengage.machine_lists import Lists
from contracts.vendors.accengage.machine_messages import Messages
from contracts.vendors.accengage.machine_places import Places
from contracts.vendors.accengage.machine_shown import Shown

MACHINES = (Messages, Lists, Shown, Places, Devices)
