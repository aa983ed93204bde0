"""Credentials for stand-ins of Vibes."""

from contracts.credentials import Credentials

# Of another company, and of a device of its app, as the `default` fixture of our mock has them; no document names one.
OTHER_COMPANY = Credentials("OtherUser", "OtherPassword1", token="bodydouble-other-device-token", public=True)
# The pair is printed in the Technical Overview, and known to the `default` fixture; the token is the fixture's.
CREDENTIALS = Credentials("VibesUser", "Password123", token="bodydouble-default-device-token", public=True)
STRANGER = OTHER_COMPANY
# The other pair that the Technical Overview prints, known to the `default` fixture for the same company.
COLLEAGUE = Credentials("Aladdin", "open sesame", public=True)
STRANGER_VALUES = {"company_key": "XYZ789", "app_id": "OtherAppId01"}
