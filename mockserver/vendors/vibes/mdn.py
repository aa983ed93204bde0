"""Phone numbers (MDN): kept in E.164, read and shown as the version of the request has them.

Technical Overview, API Version 1 and 2: version 1 takes 10 digits and refuses E.164, version 2 takes E.164 only.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[2-9][0-9]{9}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
# Country codes of two digits (ITU-T E.164); 1 and 7 have one, all others have three.
_TWO_DIGITS = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")


def read(text: str, version: str) -> str:
    """The number in E.164. Raises ValueError, whose text is for the client, when it is not in the version's format."""
    if version == "2":
        if _E164.fullmatch(text):
            return text
        raise ValueError("The MDN must be in E.164 format under X-API-Version 2")
    if _DIGITS.fullmatch(text):
        return f"+1{text}"
    raise ValueError("The MDN must have 10 digits under X-API-Version 1")


def known(text: object) -> bool:
    """Whether it is a number in the format of either version."""
    return isinstance(text, str) and bool(_E164.fullmatch(text) or _DIGITS.fullmatch(text))


def show(number: str, version: str) -> str:
    """A number as an answer has it: E.164, or in version 1 what follows the country code."""
    if version == "2":
        return number
    return number[1 + _country_code_length(number) :]


def domestic(number: str) -> bool:
    """Whether it belongs to the North American numbering plan."""
    return number.startswith("+1")


def _country_code_length(number: str) -> int:
    if number[1] in "17":
        return 1
    return 2 if _TWO_DIGITS.match(number, 1) else 3
