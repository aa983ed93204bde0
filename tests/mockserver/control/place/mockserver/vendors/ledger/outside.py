"""What happens to accounts outside the API."""

from __future__ import annotations

from mockserver.errors import Invalid
from mockserver.world import World


def change_hands(world: World, account_id: str, owner: str = "Nobody", confirmed: bool = False) -> str:
    """Somebody takes an account over. Raises Invalid for an unknown one.

    The rest of this text is not in the summary.
    """
    return _given(world, account_id, owner, confirmed)


def _given(world: World, account_id: str, owner: str, confirmed: bool) -> str:
    account = world.get("accounts", account_id)
    if account is None:
        raise Invalid(f"there is no account {account_id!r}")
    world.put("accounts", {**account, "owner": owner})
    if confirmed:
        world.later(0, "accounts.confirm", account_id=account_id)
    return f"{account['owner']} has given it to {owner}"
