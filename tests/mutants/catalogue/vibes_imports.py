"""Vibes: submitting push tokens, and what becomes of them (reference, section 13.1)."""

from __future__ import annotations

from collections import Counter

import orjson

from mockserver.exchange import Reply
from mockserver.vendors.vibes import migrations
from tests.mutants.catalogue.vibes_access import APP, IMPORT, IMPORTS, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, get, post

mutant = Theme("vibes", "imports")
BATCHES = f"{APP}/import_batches"
THIS = f"{BATCHES}/{{{{batch_id}}}}"


def devices(*tokens: str, **more: object) -> dict[str, object]:
    return {"devices": [{"platform": "IOS", "token": token, **more} for token in tokens]}


_TOKENS = devices(*[f"t{number}" for number in range(1001)])
_THOUSAND = devices(*[f"t{number}" for number in range(1000)])
_IMPORT = post(BATCHES, devices("t1", "t2", "t3"))
_MIXED = {"devices": [{"platform": "IOS", "token": "t1"}, {"platform": "PALM", "token": "t2"}]}


def _at_most(patch: Patch, number: int) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["ImportRequest"]["properties"]["devices"]["maxItems"] = number


@mutant("More than 1000 devices are 413", "vibes 13.1, 17.43 [S]", "schema", IMPORT, [post(BATCHES, _TOKENS)])
def device_1001_accepted(patch: Patch) -> None:
    _at_most(patch, 1001)


@mutant("1000 devices are accepted", "vibes 13.1, 17.43 [S]", "schema", IMPORT, [post(BATCHES, _THOUSAND)])
def device_1000_refused(patch: Patch) -> None:
    _at_most(patch, 999)


@mutant("Too many devices are 413, not 422", "vibes 13.1 [S]", "prose", IMPORT, [post(BATCHES, _TOKENS)])
def too_many_devices_are_422(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        answer.status = 422 if answer.status == 413 else answer.status


@mutant(
    "413 wins over 422",
    "vibes 2.10, 13.1 [I]",
    "prose",
    IMPORT,
    [post(BATCHES, {"devices": [*_TOKENS["devices"], {"platform": "PALM"}]})],
)
def invalid_device_among_too_many_is_422(patch: Patch) -> None:
    @patch.function("errors._judged")
    def _(original, refusal, operation):
        others = [problem for problem in refusal.problems if problem.keyword != "maxItems"]
        return (422, others) if others and refusal.status == 422 else original(refusal, operation)


@mutant("413 makes no batch", "vibes 13.1, 17.43 [I]", "prose", IMPORT, [post(BATCHES, _TOKENS), get(BATCHES)])
def batch_made_despite_413(patch: Patch) -> None:
    @patch.step("_refuse", IMPORT)
    def _(original, compiled, world, request, refusal):
        if any(problem.keyword == "maxItems" for problem in refusal.problems):
            body = {"devices": orjson.loads(request.body)["devices"][:1000]}
            if all(isinstance(it, dict) and it.get("token") and it.get("platform") for it in body["devices"]):
                migrations.import_devices(world, request.path["app_id"], body)
        return original(world, request, refusal)


@mutant("One invalid device refuses the batch", "vibes 13.1 [I]", "prose", IMPORT, [post(BATCHES, _MIXED)])
def invalid_devices_left_out(patch: Patch) -> None:
    @patch.request(IMPORT)
    def _(asked) -> None:
        try:
            given = orjson.loads(asked.body)["devices"]
            good = [it for it in given if it.get("platform") in ("IOS", "ANDROID") and it.get("token")]
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if good and len(given) <= 1000:
            asked.body = orjson.dumps({"devices": good})


@mutant("A 422 makes no batch", "vibes 13.1, 17.2 [I]", "prose", IMPORT, [post(BATCHES, _MIXED), get(BATCHES)])
def batch_made_despite_422(patch: Patch) -> None:
    @patch.step("_refuse", IMPORT)
    def _(original, compiled, world, request, refusal):
        reply = original(world, request, refusal)
        if reply[0] == 422:
            given = orjson.loads(request.body)
            listed = given.get("devices") if isinstance(given, dict) else None
            listed = listed if isinstance(listed, list) else []
            good = [it for it in listed if isinstance(it, dict) and isinstance(it.get("token"), str) and it["token"]]
            good = [it for it in good if it.get("platform") in ("IOS", "ANDROID")]
            if good:
                migrations.import_devices(world, request.path["app_id"], {"devices": good})
        return reply


@mutant("A batch holds at least one device", "vibes 13.1 [I]", "schema", IMPORT, [post(BATCHES, {"devices": []})])
def empty_batch_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["ImportRequest"]["properties"]["devices"]["minItems"]


@mutant(
    "The platform is IOS or ANDROID",
    "vibes 13.1 [S]",
    "schema",
    IMPORT,
    [post(BATCHES, {"devices": [{"platform": "ios", "token": "t1"}]})],
)
def any_platform_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["DeviceInput"]["properties"]["platform"]["enum"]


@mutant("Duplicates in a batch are kept", "vibes 13.1 [I]", "prose", IMPORT, [post(BATCHES, devices("t1", "t1"))])
def duplicates_in_a_batch_dropped(patch: Patch) -> None:
    @patch.function("migrations.import_devices")
    def _(original, world, app_id, body):
        once = {device["token"]: device for device in body["devices"]}
        return original(world=world, app_id=app_id, body={"devices": [*once.values()]})


@mutant("Everything is pending at first", "vibes 13.1, 17.52 [S]", "prose", IMPORT, [_IMPORT])
def first_answer_counts_nothing(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as batch:
                batch["pending_count"] = 0


@mutant("Everything is pending at first", "vibes 13.1, 17.52 [S]", "prose", IMPORTS, [_IMPORT])
def import_finished_at_once(patch: Patch) -> None:
    @patch.function("migrations.import_devices")
    def _(original, world, app_id, body):
        reply = original(world=world, app_id=app_id, body=body)
        migrations.finish_import(world, reply.body["batch_id"], len(body["devices"]))
        batch = world.get("import_batches", reply.body["batch_id"])
        return Reply(migrations._detailed(world, batch), 201)


@mutant("An import finishes", "vibes 13.1 [S]", "prose", IMPORTS, [_IMPORT, Advance(3600), get(THIS)])
def import_never_finishes(patch: Patch) -> None:
    @patch.function("migrations.finish_import")
    def _(original, world, batch_id, up_to):
        batch = world.get("import_batches", batch_id)
        if batch is not None and up_to < len(batch["devices"]):
            original(world, batch_id, up_to)


@mutant(
    "A device is finished once",
    "vibes 13.1, 17.42 [I]",
    "prose",
    IMPORTS,
    [_IMPORT, Advance(40), get(THIS), Advance(40), get(THIS)],
)
def device_falls_back_to_failure(patch: Patch) -> None:
    @patch.function("migrations.finish_import")
    def _(original, world, batch_id, up_to):
        before = world.get("import_batches", batch_id)
        original(world, batch_id, up_to)
        batch = world.get("import_batches", batch_id)
        if before is not None and any(it["status"] == "SUCCESS" for it in before["devices"]):
            first, *rest = batch["devices"]
            world.put("import_batches", {**batch, "devices": [{**first, **migrations._FAILED}, *rest]})


@mutant(
    "An imported device belongs to the person of its external id",
    "vibes 13.1 [I]",
    "prose",
    IMPORTS,
    [post(BATCHES, devices("t1", external_person_id="EXT900001")), Advance(90), get(f"{P}/external/EXT900001")],
)
def person_of_an_import_not_added(patch: Patch) -> None:
    @patch.function("migrations._attach")
    def _(original, world, app, device):
        original(world, app, {**device, "external_person_id": None})


@mutant(
    "Every submission of a token has a row",
    "vibes 13.1, 17.45 [S]",
    "prose",
    IMPORTS,
    [_IMPORT, _IMPORT, get(f"{APP}/device_migrations/t1")],
)
def second_import_of_a_token_swallowed(patch: Patch) -> None:
    @patch.put("import_batches")
    def _(original, world, batch):
        if world.get("import_batches", batch["batch_id"]) is None:
            others = world.find("import_batches", {"app_id": batch["app_id"]})
            known = Counter(device["token"] for other in others for device in other["devices"])
            fresh = [device for device in batch["devices"] if not known[device["token"]]]
            batch = {**batch, "devices": fresh or batch["devices"][-1:]}
        return original(batch)


@mutant("The batch of the answer can be read", "vibes 17.45 [S]", "prose", IMPORT, [_IMPORT, get(THIS)])
def answer_names_another_batch(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as batch:
                batch["batch_id"] = batch["batch_id"][::-1]
