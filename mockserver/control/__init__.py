"""The control API: worlds, clocks, records, fixtures, faults, switches and the journal, under `/_control`.

`openapi.yaml` describes it as a spec describes a vendor, and the same pipeline serves it: a tag is a module here, an
operationId a function in it, the scheme `local` is `auth.local`, and `errors.refuse` writes every refusal.
"""

from __future__ import annotations

from mockserver.control.again import Again
from mockserver.control.operation import ControlOperation, control_vendor

__all__ = ["Again", "ControlOperation", "control_vendor"]
