"""Running the application under uvicorn: sockets, signals, workers."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from mockserver.app import create_app
from mockserver.connection import Connection
from mockserver.settings import Settings, hand_over, taken_over

GRACE = 10  # seconds for requests in flight after SIGTERM
_BACKLOG = 2048


class PortTaken(Exception):
    """The address cannot be bound; the text says which and why."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        hint = "; another program listens there, choose another with --port" if error.errno == errno.EADDRINUSE else ""
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror}{hint}") from error
    except UnicodeError as error:
        bound.close()
        raise PortTaken(f"cannot listen on {host!r}: that is no host name") from error
    except OverflowError as error:
        bound.close()
        raise PortTaken(f"cannot listen on {host}:{port}: a port is 0 to 65535") from error
    bound.set_inheritable(True)
    return bound


def url_of(bound: socket.socket) -> str:
    """The address of a bound socket as a base URL; a wildcard address is shown as loopback."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    settings: Settings,
    bound: socket.socket,
    workers: int = 1,
    tls: dict[str, Any] | None = None,
    started: Callable[[Any], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in flight and return.

    `started` is called with the application when requests are accepted. Raises SpecError and StoreError before anything
    is served.
    """
    options: dict[str, Any] = {
        "http": Connection,
        "loop": "auto",
        "lifespan": "on",
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_graceful_shutdown": GRACE,
        **(tls or {}),
    }
    if workers > 1:
        _run_workers(settings, bound, workers, options, started)
        return
    app = create_app(settings)
    server = _Server(uvicorn.Config(app, **options), started, app)
    _quiet_signals()
    server.run(sockets=[bound])
    app.worlds.store.close()


def worker() -> Any:
    """The application of a worker process, from the settings that the parent left."""
    return create_app(taken_over())


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[Any], None] | None, app: Any) -> None:
        super().__init__(config)
        self._announce = started
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What was made at start stays: without this, every full collection would walk through all of it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 50, 100)  # records and the journal are kept on purpose, and hold no cycles
        if self._announce is not None and self.started:
            self._announce(self._app)


def _run_workers(
    settings: Settings,
    bound: socket.socket,
    workers: int,
    options: dict[str, Any],
    started: Callable[[Any], None] | None,
) -> None:
    from uvicorn.supervisors import Multiprocess

    app = create_app(settings)  # a mistake is answered here, once, and not by each worker
    app.worlds.store.close()
    hand_over(settings)
    config = uvicorn.Config("mockserver.server:worker", factory=True, workers=workers, **options)
    _quiet_signals()
    bound.listen(_BACKLOG)  # from here on connections are taken, and wait for the first worker that is up
    if started is not None:
        started(app)
    Multiprocess(config, sockets=[bound]).run()


def _quiet_signals() -> None:
    """uvicorn raises the signal that stopped it again once it has stopped; a stop that was asked for is a success."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


def write_ready(path: Path, url: str, pid: int) -> None:
    """Tell a waiting parent process where the server listens: `{"url", "pid"}`, complete or not there at all."""
    part = path.with_suffix(".part")
    part.write_bytes(orjson.dumps({"url": url, "pid": pid}))
    part.replace(path)


def stop_at_eof() -> None:
    """Stop this process as SIGTERM does when standard input closes: when the parent ends, however it ends."""

    def watch() -> None:
        while os.read(0, 1):  # not sys.stdin, whose lock the interpreter wants when it ends
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
