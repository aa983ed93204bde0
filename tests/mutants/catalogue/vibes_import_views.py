"""Vibes: how imports are shown: batch, summary, and the rows of a token (reference, section 13.1)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import joined
from mockserver.vendors.vibes import migrations
from tests.mutants.catalogue.vibes_access import APP, BATCH, DEVICE, IMPORT, LIST
from tests.mutants.catalogue.vibes_imports import BATCHES, THIS, devices
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import Advance, get, post

mutant = Theme("vibes", "import views")
_ROWS = f"{APP}/device_migrations"
_DONE = get(f"{BATCHES}/abcd-12343")
_LIST = get(BATCHES)
_IMPORT = post(BATCHES, devices("t1", "t2", "t3"))
_EMPTY_APP = "/mobile_apps/EmptyAppId1/migrations"


@mutant("The counts add up to what was submitted", "vibes 13.1, 17.44 [S]", "prose", LIST, [_LIST])
def failures_not_counted_in_the_summary(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                for row in rows:
                    row["failure_count"] = 0


@mutant("A half-done batch adds up", "vibes 13.1, 17.41 [I]", "prose", BATCH, [_IMPORT, Advance(40), get(THIS)])
def finished_devices_still_counted_as_pending(patch: Patch) -> None:
    @patch.answer(BATCH)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as batch:
                if batch["pending_count"]:
                    batch["pending_count"] += batch["success_count"]


@mutant("A list stands in the order of submission", "vibes 13.1, 17.52 [I]", "prose", IMPORT, [_IMPORT])
def pending_devices_in_another_order(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as batch:
                batch["pending"].reverse()


@mutant(
    "A batch is unknown under another app",
    "vibes 13.1, 17.46 [I]",
    "prose",
    BATCH,
    [get(f"{_EMPTY_APP}/import_batches/abcd-12343")],
)
def batch_shown_under_another_app(patch: Patch) -> None:
    @patch.function("migrations.get_import_batch")
    def _(original, world, app_id, batch_id):
        batch = world.get("import_batches", batch_id)
        return original(world=world, app_id=batch["app_id"] if batch else app_id, batch_id=batch_id)


@mutant(
    "A token is unknown under another app",
    "vibes 13.1 [S]",
    "prose",
    DEVICE,
    [get(f"{_EMPTY_APP}/device_migrations/APNSToken")],
)
def token_shown_under_another_app(patch: Patch) -> None:
    @patch.function("migrations.get_device_migrations")
    def _(original, world, app_id, token):
        apps = [app_id, *[app["app_id"] for app in world.find("apps")]]
        owner = next((app for app in apps if world.get("tokens", f"{app}/{token}")), app_id)
        return original(world=world, app_id=owner, token=token)


@mutant(
    "The list of an app has its own batches only",
    "vibes 13.1, 17.46 [I]",
    "prose",
    LIST,
    [get(f"{_EMPTY_APP}/import_batches")],
)
def batches_of_all_apps_in_one_list(patch: Patch) -> None:
    @patch.function("migrations.list_import_batches")
    def _(original, world, app_id):
        company = world.get("apps", app_id)["company_key"]
        apps = [app["app_id"] for app in world.find("apps", {"company_key": company})]
        return Reply([row for app in apps for row in original(world=world, app_id=app).body])


@mutant("`received_on` is the same in all views", "vibes 13.1, 17.53 [S]", "prose", LIST, [_LIST])
def summary_without_milliseconds(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                for row in rows:
                    row["received_on"] = f"{row['received_on'][:20]}000Z "


@mutant("A pending token is found", "vibes 13.1, 17.45 [I]", "prose", DEVICE, [_IMPORT, get(f"{_ROWS}/t1")])
def pending_token_not_found(patch: Patch) -> None:
    @patch.function("migrations._batches_with")
    def _(original, world, app_id, token):
        return [batch for batch in original(world, app_id, token) if batch["finished"]]


@mutant(
    "A token has a row for each submission",
    "vibes 13.1, 17.45 [S]",
    "prose",
    DEVICE,
    [_IMPORT, _IMPORT, get(f"{_ROWS}/t1")],
)
def latest_row_of_a_token_only(patch: Patch) -> None:
    @patch.answer(DEVICE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                del rows[:-1]


@mutant(
    "Rows stand oldest first",
    "vibes 13.1 [I]",
    "prose",
    DEVICE,
    [post(BATCHES, devices("APNSToken")), get(f"{_ROWS}/APNSToken")],
)
def rows_newest_first(patch: Patch) -> None:
    @patch.answer(DEVICE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                rows.reverse()


@mutant("A single row is an array too", "vibes 13.1, 17.45 [S]", "schema", DEVICE, [get(f"{_ROWS}/APNSToken")])
def single_row_without_array(patch: Patch) -> None:
    @patch.answer(DEVICE)
    def _(answer: Answer) -> None:
        if answer.status == 200 and answer.body.count(b'"batch_id"') == 1:
            answer.body = answer.body[1:-1]


@mutant("An unknown token is 404", "vibes 13.1 [S]", "schema", DEVICE, [get(f"{_ROWS}/nosuch")])
def unknown_token_has_no_rows(patch: Patch) -> None:
    @patch.answer(DEVICE)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"token" in answer.body:
            answer.status, answer.body = 200, b"[]"


@mutant("An unknown batch is 404", "vibes 13.1 [S]", "schema", BATCH, [get(f"{BATCHES}/nosuch")])
def unknown_batch_is_a_server_error(patch: Patch) -> None:
    @patch.function("migrations.get_import_batch")
    def _(original, world, app_id, batch_id):
        if world.get("import_batches", batch_id) is None:
            raise KeyError(batch_id)
        return original(world=world, app_id=app_id, batch_id=batch_id)


@mutant("An empty list is left out", "vibes 13.1 [S]", "schema", BATCH, [_DONE])
def empty_list_shown(patch: Patch) -> None:
    @patch.answer(BATCH)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as batch:
                batch.setdefault("pending", [])


@mutant("A pending device shows token and status only", "vibes 13.1 [S]", "schema", IMPORT, [_IMPORT])
def platform_shown_of_pending_devices(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        if answer.status == 201:
            with answer.json() as batch:
                for device in batch["pending"]:
                    device["platform"] = "IOS"


@mutant("The summary has no tokens", "vibes 13.1, 17.44 [S]", "prose", LIST, [_LIST])
def tokens_in_the_summary(patch: Patch) -> None:
    @patch.function("migrations._summary")
    def summary(original, world, batch):
        return {**original(world, batch), "tokens": [device["token"] for device in batch["devices"]]}

    @patch.function("migrations._detailed")
    def _(original, world, batch):
        return {name: it for name, it in original(world, batch).items() if name != "tokens"}


@mutant("The oldest batch stands first", "vibes 13.1 [I]", "prose", LIST, [_LIST])
def newest_batch_first(patch: Patch) -> None:
    @patch.function("migrations.list_import_batches")
    def _(original, world, app_id):
        return Reply(original(world=world, app_id=app_id).body[::-1])


@mutant(
    "An app without batches has an empty array", "vibes 13.1 [I]", "prose", LIST, [get(f"{_EMPTY_APP}/import_batches")]
)
def no_batches_is_404(patch: Patch) -> None:
    @patch.function("migrations.list_import_batches")
    def _(original, world, app_id):
        found = original(world=world, app_id=app_id)
        if not found.body:
            raise NotFound("No import batches")
        return found


@mutant("`status` is SUCCESS, FAILURE or PENDING", "vibes 13.1 [S]", "schema", DEVICE, [get(f"{_ROWS}/APNSToken")])
def status_in_lower_case(patch: Patch) -> None:
    @patch.answer(DEVICE)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                for row in rows:
                    row["status"] = row["status"].lower()


@mutant("Counts are integers", "vibes 13.1 [S]", "schema", LIST, [_LIST])
def counts_are_text(patch: Patch) -> None:
    @patch.answer(LIST)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as rows:
                for row in rows:
                    row["success_count"] = str(row["success_count"])


@mutant("A batch can be read once it is made", "vibes 13.1, 17.45 [S]", "prose", BATCH, [_IMPORT, get(THIS)])
def batch_read_after_a_second(patch: Patch) -> None:
    @patch.put("import_batches")
    def put_(original, world, batch):
        return original({"since": world.now, **batch})

    @patch.function("migrations.get_import_batch")
    def _(original, world, app_id, batch_id):
        batch = world.get("import_batches", batch_id)
        if batch is not None and world.now - batch.get("since", 0) < 1:
            raise NotFound("The batch was not found")
        return original(world=world, app_id=app_id, batch_id=batch_id)


@mutant(
    "The newest batch is in the list",
    "vibes 13.1, 17.44 [S]",
    "prose",
    LIST,
    [_IMPORT, _LIST],
)
def list_without_unfinished_batches(patch: Patch) -> None:
    @patch.function("migrations.list_import_batches")
    def _(original, world, app_id):
        finished = world.find("import_batches", {"app_id+finished": joined(app_id, True)})
        return Reply([migrations._summary(world, batch) for batch in finished])
