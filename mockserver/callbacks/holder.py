"""Who holds a destination: the name of a sender, and whether it can still be at work."""

from __future__ import annotations

import os
import socket

from mockserver.ids import unguessable


def holder() -> str:
    """A name for a sender of this process: machine, process id, and what no other one has."""
    return f"{socket.gethostname()} {os.getpid()} {unguessable()}"


def gone(name: str) -> bool:
    """Whether a holder's process has certainly ended: it ran on this machine, and there is none of its id."""
    machine, pid, _ = name.split(" ")
    if machine != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
