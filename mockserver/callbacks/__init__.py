"""Sending what worlds owe to receivers, as real HTTP requests on each world's clock.

`outbox` says what is owed and lies in the store; `turns` decides, in the store, what is sent next and what becomes of
it; `destination` says where it may go; `wire` is one HTTP request; `sender` keeps it all going.
"""

from __future__ import annotations

from mockserver.callbacks.sender import Sender

__all__ = ["Sender"]
