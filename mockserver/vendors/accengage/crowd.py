"""A world with as many devices as one wants, to see how an integration bears a large application.

    python -m mockserver.vendors.accengage.crowd crowd.yaml 1000000
    bodydouble serve accengage --fixture crowd.yaml

The file is the `default` fixture with devices added to `myPartnerId`, always the same, each first opened a minute after
the one before. It is JSON, which is read many times as fast as other YAML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import orjson

from mockserver.clock import epoch, iso
from mockserver.store import Record
from specs.loading import load

_APP, _FIRST_ID, _FIRST_OPEN = "myPartnerId", 100_000, epoch("2018-06-01T08:00:00")
_NAMES = ("Alice", "Bruno", "Chloé", "David", "Emma", "Farid", "Greta", "Hugo", "Inès", "Jules")
_MODELS = ("Pixel 2", "Galaxy S8", "P20 Pro", "Mi 8", "OnePlus 6")
_VERSIONS = ("3.2.0", "3.1.4", "3.0.9")


def devices(count: int) -> Iterator[Record]:
    """Devices of `myPartnerId`, with ids from 100,000, all found by UDID, token, `clientId` and `Customer_Id`."""
    for n in range(count):
        opened = _FIRST_OPEN + 60 * n
        dice = blake2b(b"%d" % n, digest_size=64).digest()
        yield {
            "id": _FIRST_ID + n,
            "partnerId": _APP,
            "fields": {
                "UDID": _uuid(dice[:16]),
                "IDFA": _uuid(dice[16:32]),
                "token": dice[32:48].hex().upper(),
                "clientId": str(_FIRST_ID + n),
                "Customer_Id": f"C-{_FIRST_ID + n}",
                "firstname": _NAMES[dice[48] % len(_NAMES)],
                "age": 16 + dice[49] % 74,
                "model": _MODELS[dice[50] % len(_MODELS)],
                "bundleversion": _VERSIONS[dice[51] % len(_VERSIONS)],
                "sw_version": "A3.8.0",
                "firstOpen": _written(opened),
                "lastOpen": _written(opened + 86_400),
                "system_optin_notifs": dice[52] < 200,
                "bounce": int(dice[53] < 5),
            },
        }


def write(path: Path, count: int) -> None:
    """Write the fixture to a file, device by device: writing takes no more memory for a million than for one."""
    records = load(Path(__file__).parent / "fixtures" / "default.yaml")["accengage"]
    own = records.pop("devices")
    with path.open("wb") as file:
        file.write(b'{"accengage":' + orjson.dumps(records)[:-1] + b',"devices":[')
        for place, device in enumerate(chain(own, devices(count))):
            file.write((b",\n" if place else b"\n") + orjson.dumps(device))
        file.write(b"\n]}}\n")


def _uuid(dice: bytes) -> str:
    text = dice.hex().upper()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _written(seconds: float) -> str:
    return iso(seconds).replace("T", " ").removesuffix("Z")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
