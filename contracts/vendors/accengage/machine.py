"""Accengage's machines."""

from contracts.vendors.accengage.machine_messages import Messages

MACHINES = (Messages,)
