from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.outbox import Callback
from mockserver.world import World


def open_account(world: World, body: dict[str, Any]) -> Reply:
    world.later(60, "accounts.confirm", account_id=body["id"])
    if body["owner"] == "Watched":
        world.send(Callback("account_opened", body["id"], "http://192.0.2.1/hook", body))
    return Reply(world.put("accounts", body), 201)


def get_account(world: World, account_id: str) -> Reply:
    account = world.get("accounts", account_id)
    if account is None:
        raise NotFound(f"there is no account {account_id!r}")
    return Reply(account)


def greet(world: World) -> Reply:
    return Reply({"text": world.switches["greeting"], "id": world.ids.text("greeting"), "at": world.time()})


def confirm(world: World, account_id: str) -> None:
    account = world.get("accounts", account_id)
    assert account is not None
    world.put("accounts", {**account, "confirmed": world.time()})
