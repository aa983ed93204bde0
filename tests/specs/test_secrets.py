"""What of a message is masked, whatever the mask looks like."""

from __future__ import annotations

import pytest

import specs


@pytest.mark.parametrize("mask", ["<secret>", "***"])
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"auth_token": "t0ken-1", "device": {"id": "d"}}', '{"auth_token": "MASK", "device": {"id": "d"}}'),
        ("<a><password>pa55word</password><b>kept</b></a>", "<a><password>MASK</password><b>kept</b></a>"),
    ],
)
def test_only_the_secret_is_masked_and_what_follows_is_kept(text: str, masked: str, mask: str) -> None:
    seen: set[str] = set()
    assert specs.read("vibes").secrets.body(text, False, mask, seen) == masked.replace("MASK", mask)
    assert len(seen) == 1
