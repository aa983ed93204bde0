"""An exchange as something to run: a curl line, and a recipe for the contract gate.

Credentials are masked in the journal, and so they are here: `…` stands where one's own belong.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pprint import pformat
from typing import Any
from urllib.parse import parse_qsl, unquote

# What a client makes by itself, or what says who and where the client was.
_MADE = frozenset(("host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"))
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


def curl(exchange: dict[str, Any], base: str) -> str:
    """A curl line. `base` is the server's URL."""
    request = exchange["request"]
    parts = ["curl", "-i", "-X", exchange["method"]]
    for name, value in request["headers"].items():
        if name not in _MADE:
            parts += ["-H", f"{name}: {value}"]
    if request["body"]:
        parts += ["--data-raw", request["body"]]
    return shlex.join([*parts, base + exchange["target"]])


def recipe(exchange: dict[str, Any], operation: dict[str, Any]) -> str:
    """A recipe that sends the same request and wants the same status, as they stand in `contracts/vendors/`.

    `operation` are the facts of the control API about the exchange's operation.
    """
    name = exchange["operation"]
    lines = [
        f'@recipe("{name}", {exchange["status"]})',
        f"def {name.rpartition('.')[2]}_is_{exchange['status']}(client: Client) -> None:",
        "    client.call(",
        *(f"        {it}," for it in (repr(name), *_arguments(exchange, operation))),
        "    )",
    ]
    return "\n".join(lines)


def _arguments(exchange: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    path, _, query = exchange["target"].partition("?")
    in_path = _in_path(path, operation["path"])
    if in_path:
        yield f"parameters={in_path!r}"
    if query:
        yield f"query={_by_name(query)!r}"
    request = exchange["request"]
    headers = {name: it for name, it in request["headers"].items() if name.startswith("x-") and "…" not in it}
    if headers:
        yield f"headers={headers!r}"
    if request["body"]:
        yield from _body(request["body"], request["headers"].get("content-type", ""))


def _body(text: str, media_type: str) -> Iterator[str]:
    kind = media_type.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        try:
            laid_out = pformat(json.loads(text), width=96, sort_dicts=False)
            yield "body=" + laid_out.replace("\n", "\n             ")
            return
        except (ValueError, RecursionError):
            pass
    yield f"raw={text.encode()!r}"
    if kind:
        yield f"media_type={kind!r}"


def _in_path(path: str, template: str) -> dict[str, str]:
    """Path parameters by name; the template is that of the default world, the path may be another's."""
    wanted = template.strip("/").split("/")
    sent = path.strip("/").split("/")[-len(wanted) :]
    found: dict[str, str] = {}
    for want, have in zip(wanted, sent, strict=False):
        names = _TEMPLATE.findall(want)
        pattern = "(.+)".join(re.escape(it) for it in _TEMPLATE.split(want)[::2])
        match = re.fullmatch(pattern, unquote(have), re.DOTALL) if names else None
        found.update(zip(names, match.groups(), strict=True) if match else ())
    return found


def _by_name(query: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        before = found.get(name)
        found[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return found
