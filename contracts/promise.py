"""What a recipe promises: that some request of it is answered with its status. How it is carried out and held to it."""

from __future__ import annotations

from contracts.client import Client
from contracts.control import Refused
from contracts.finding import NotProvokable
from contracts.recipes import Recipe
from contracts.shape import STUMBLES, any_misshapen
from specs import Spec
from specs.operations import Response

_REFUSED = 400


def carry_out(recipe: Recipe, client: Client) -> None:
    """Carry a recipe out, and object when its promise is not kept. Raises NotProvokable with the reason why this
    target cannot show it.

    A recipe that stumbles over an answer of another shape than documented, or over a refusal of what it relied on, ends
    there: that is the target's fault, and a finding; so is a world in which what the recipe has made is not there, or
    not as it was left. Whatever else it raises is ours.
    """
    try:
        recipe.act(client)
    except Refused as refusal:
        if not client.sent:
            raise
        if not client.objected:
            client.expect(False, recipe.check, f"a world to go on in, for: {recipe.title}", refusal)
    except STUMBLES:
        refused = bool(client.sent) and client.sent[-1].status >= _REFUSED
        if not refused and not any_misshapen(client.sent, client.spec):
            raise
        if not client.objected:
            words = "success" if refused else "answers of the documented shape"
            client.expect(False, recipe.check, f"{words} for: {recipe.title}")
    _keep(recipe, client)


def _keep(recipe: Recipe, client: Client) -> None:
    if not recipe.status:
        return
    wanted = recipe.accept | {recipe.status}
    if client.objected or any(it.operation == recipe.operation and it.status in wanted for it in client.sent):
        return
    if client.has_strangers:
        raise NotProvokable("its examples do not exist on this target; name some of its own in [values]")
    documented = client.spec.operations[recipe.operation].response(recipe.status)
    if documented and not client.has_world and _only_inferred(client.spec, documented):
        raise NotProvokable("the spec only infers this status, so nobody is held to it but a mock")
    client.expect(False, recipe.check, f"{recipe.status} for: {recipe.title}")


def _only_inferred(spec: Spec, documented: Response) -> bool:
    sources = spec.resolve(documented.pointer).get("x-source") or ()
    return bool(sources) and all("stated" not in source for source in sources)
