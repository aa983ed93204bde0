"""What `serve` prints when it starts: for each vendor a base URL, the default credentials, and a call that works."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson

from mockserver.vendor import Vendor
from specs import Operation
from specs.codecs import is_json


def welcome(vendors: Mapping[str, Vendor], url: str) -> str:
    """The text, ready to print. `url` is the server's base URL."""
    lines = []
    for vendor in vendors.values():
        credentials, line = _first_call(vendor, url)
        lines += [f"{vendor.spec.title}", f"  base URL     {url}{vendor.base}"]
        lines += [f"  credentials  {credentials}"] if credentials else []
        lines += [f"  try          {line}", ""]
    lines += [f"console      {url}/_console", f"control API  {url}/_control/health    stop with Ctrl-C"]
    return "\n".join(lines)


def _first_call(vendor: Vendor, url: str) -> tuple[str, str]:
    operations = list(vendor.spec.operations.values())
    reads = [it for it in operations if it.method == "GET" and it.path.endswith("}")]
    operation = (reads or operations)[0]
    target, headers, body = example_call(operation)
    credentials = ""
    if operation.security and vendor.credentials:
        credentials = ", ".join(f"{name} {value}" for name, value in vendor.credentials.items())
        headers = {**headers, **vendor.signed(operation.method, target, body)}
    parts = ["curl", "-s"]
    if operation.method != ("POST" if body else "GET"):
        parts += ["-X", operation.method]
    for name, value in headers.items():
        parts += ["-H", f"{name}: {value}"]
    if body:
        parts += ["-d", body.decode()]
    return credentials, shlex.join([*parts, f"{url}{vendor.base}{target}"])


def example_call(operation: Operation) -> tuple[str, dict[str, str], bytes]:
    """Target, headers and body of the call that the spec's first examples describe."""
    target, query, headers = operation.path, {}, {}
    for parameter in operation.parameters:
        if parameter.place == "path":
            target = target.replace("{" + parameter.name + "}", quote(str(parameter.example), safe=""))
        elif parameter.example is not None and parameter.required:
            if parameter.place == "query":
                query[parameter.name] = parameter.example
            elif parameter.place == "header":
                headers[parameter.name] = str(parameter.example)
    media = next(iter(operation.body.values()), None)
    body = b""
    if media is not None and media.examples:
        example = next(iter(media.examples.values()))
        body = orjson.dumps(example) if is_json(media.type) else str(example).encode()
        headers["Content-Type"] = media.type
    return target + (f"?{urlencode(query, doseq=True)}" if query else ""), headers, body
