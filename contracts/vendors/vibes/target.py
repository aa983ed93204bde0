"""Credentials for stand-ins of Vibes."""

from contracts.credentials import Credentials

# Printed in the Technical Overview, and known to the `default` fixture.
CREDENTIALS = Credentials("VibesUser", "Password123", public=True)
# Another company's, as the `default` fixture of our mock has them; no document names a second company.
OTHER_COMPANY = Credentials("OtherUser", "OtherPassword1", public=True)
STRANGER = OTHER_COMPANY
STRANGER_VALUES = {"company_key": "XYZ789", "app_id": "OtherAppId01"}
