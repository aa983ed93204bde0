"""The only source of randomness: numbers drawn from a world's seed, so equal requests get equal ids."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class Ids:
    """Ids of one world. Each `purpose` is a stream of its own: one more person does not change the next batch's id."""

    __slots__ = ("_bump", "_seed")

    def __init__(self, seed: int, bump: Callable[[str], int]) -> None:
        self._seed = seed
        self._bump = bump

    def _drawn(self, purpose: str) -> bytes:
        """The next 16 bytes of a stream: they depend on nothing but the seed, the purpose and how many came before."""
        index = self._bump("ids/" + purpose)
        return blake2b(f"{self._seed}/{purpose}/{index}".encode(), digest_size=16).digest()

    def number(self, purpose: str) -> int:
        """The next number of 128 bits."""
        return int.from_bytes(self._drawn(purpose))

    def uuid(self, purpose: str) -> str:
        """A UUID (version 4 in form)."""
        drawn = self._drawn(purpose)
        digits = drawn.hex()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[drawn[8] & 3]}{digits[17:20]}-{digits[20:]}"

    def text(self, purpose: str, length: int = 8) -> str:
        """Letters and digits, none of which look alike."""
        number, out = self.number(purpose), []
        for _ in range(length):
            number, digit = divmod(number, len(_ALPHABET))
            out.append(_ALPHABET[digit])
        return "".join(out)

    def digits(self, purpose: str, length: int) -> int:
        """A whole number of exactly `length` decimal digits."""
        low: int = 10 ** (length - 1)
        return low + self.number(purpose) % (9 * low)

    def chance(self, purpose: str) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return self.number(purpose) / 2**128


def unguessable() -> str:
    """A name that nobody else has: for worlds made without one. Not from a seed."""
    return secrets.token_hex(6)
