"""What a server is started with. The only module that reads the environment."""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

_VARIABLE = "BODYDOUBLE_SETTINGS"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """`vendors` and `spec_files` empty: all known vendors. `store`: `memory` or an SQLAlchemy URL.

    `control_token` is needed for the control API when `host` is not a loopback address; `control_hosts` are further
    `Host` names it answers to. `body_limit` is in bytes. `callback_hosts` are hosts, addresses and networks beyond
    loopback that callbacks may be sent to. `secret` seals what the console hands out to browsers: one for all workers.
    """

    vendors: tuple[str, ...] = ()
    spec_files: tuple[Path, ...] = ()
    vendor_paths: tuple[Path, ...] = ()
    fixtures: tuple[Path, ...] = ()
    fixture: str = "default"
    seed: int = 0
    rate_limits: bool = True
    switches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    store: str = "memory"
    journal_size: int = 1000
    body_limit: int = 10 * MEGABYTE
    host: str = "127.0.0.1"
    port: int = 8080
    control_token: str | None = None
    control_hosts: tuple[str, ...] = ()
    callback_hosts: tuple[str, ...] = ()
    secret: str = field(default_factory=secrets.token_hex, repr=False)


def hand_over(settings: Settings) -> None:
    """Leave the settings in the environment, for worker processes."""
    os.environ[_VARIABLE] = orjson.dumps(dataclasses.asdict(settings), default=str).decode()


def taken_over() -> Settings:
    """The settings that the parent process left. Raises KeyError when there are none."""
    found = orjson.loads(os.environ[_VARIABLE])
    for name in ("spec_files", "vendor_paths", "fixtures"):
        found[name] = tuple(Path(path) for path in found[name])
    for name in ("vendors", "control_hosts", "callback_hosts"):
        found[name] = tuple(found[name])
    return Settings(**found)
