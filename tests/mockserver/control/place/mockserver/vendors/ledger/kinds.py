from __future__ import annotations

from mockserver.store import Kind

KINDS = (Kind("accounts", key="id", unique=("iban",), schema="Account"), Kind("notes", key="number"))
