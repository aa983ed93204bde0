"""Credentials for stand-ins of Vibes."""

from contracts.credentials import Credentials

# Printed in the Technical Overview, and known to the `default` fixture.
CREDENTIALS = Credentials("VibesUser", "Password123", public=True)
