"""Credentials for stand-ins of Volt MX, and how it differs from what OpenAPI can say: a token in the payload, and
perhaps its status there alone."""

from __future__ import annotations

import re

from contracts.credentials import Credentials
from contracts.exchange import Response

# Of the console user in our mock's fixtures; no document prints one.
CREDENTIALS = Credentials("admin@example.com", "Engage#2016", public=True)
# 2.1 of our reference: no HTTP authentication, only a member of the payload, in JSON and in XML.
PAYLOAD = {"authToken": "token"}
_CODE = re.compile(rb"""<statusCode>\s*([0-9]{3})\s*</statusCode>|"statusCode"\s*:\s*"?([0-9]{3})"?\s*[,}]""")


def code_in_body(response: Response) -> int | None:
    """2.9: no document says whether HTTP repeats the status of the body, or is 200 throughout."""
    found = {first or second for first, second in _CODE.findall(response.body)}
    return int(found.pop()) if len(found) == 1 else None
