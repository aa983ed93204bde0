"""Vibes: who may call what (reference, sections 2.2 and 2.4)."""

from __future__ import annotations

from mockserver.errors import Forbidden, Unauthenticated
from mockserver.vendors.vibes.errors import UnknownApp, UnknownCompany
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import basic, call, get, put

HEARTBEAT, COMPANY_HEARTBEAT = "heartbeats.get_heartbeat", "heartbeats.get_company_heartbeat"
FIND, ADD, GET, UPDATE = "persons.find_persons", "persons.add_person", "persons.get_person", "persons.update_person"
GET_EXTERNAL, UPDATE_EXTERNAL = "persons.get_person_by_external_id", "persons.update_person_by_external_id"
IMPORT, LIST = "migrations.import_devices", "migrations.list_import_batches"
BATCH, DEVICE = "migrations.get_import_batch", "migrations.get_device_migrations"
READS = (GET, GET_EXTERNAL, FIND)
PERSONS = (FIND, ADD, GET, UPDATE, GET_EXTERNAL, UPDATE_EXTERNAL)
IMPORTS = (IMPORT, LIST, BATCH, DEVICE)
ALL = (HEARTBEAT, COMPANY_HEARTBEAT, *PERSONS, *IMPORTS)

P = "/companies/ABC123/mobiledb/persons"
JOHN = f"{P}/5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"  # EXT542342, 2995551234, John Doe
ANNE = f"{P}/c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"  # no external id, 2995550119
APP = "/mobile_apps/MyAppId01/migrations"
mutant = Theme("vibes", "access")


def open_to_all(patch: Patch, operation: str) -> None:
    """No credentials are needed; wrong ones are still refused."""

    @patch.step("_authenticate", operation)
    def _(original, compiled, world, request):
        return original(world, request) if "authorization" in request.headers else "anonymous"


@mutant("Reading a person needs credentials", "vibes 2.4 [I]", "schema", GET, [get(JOHN, user=None)])
def person_read_without_credentials(patch: Patch) -> None:
    open_to_all(patch, GET)


@mutant(
    "Changing a person needs credentials",
    "vibes 2.4 [I]",
    "schema",
    UPDATE_EXTERNAL,
    [put(f"{P}/external/EXT542342", {"custom_fields": {"first_name": "Eve"}}, user=None)],
)
def person_changed_without_credentials(patch: Patch) -> None:
    open_to_all(patch, UPDATE_EXTERNAL)


@mutant(
    "Reading an import needs credentials",
    "vibes 2.4 [I]",
    "schema",
    DEVICE,
    [get(f"{APP}/device_migrations/APNSToken", user=None)],
)
def token_status_without_credentials(patch: Patch) -> None:
    open_to_all(patch, DEVICE)


@mutant(
    "A wrong password is 401", "vibes 2.4 [I]", "prose", ALL, [get("/heartbeat", authorization=basic("VibesUser", "x"))]
)
def any_password_accepted(patch: Patch) -> None:
    @patch.function("auth._credentials")
    def _(original, header):
        username, password = original(header)
        known = {"VibesUser": "Password123", "Aladdin": "open sesame", "OtherUser": "OtherPassword1"}
        return username, known.get(username, password)


@mutant(
    "The case of a password counts",
    "vibes 2.4 [I]",
    "silent",
    ALL,
    [get("/heartbeat", authorization=basic("VibesUser", "password123"))],
)
def password_in_any_case_accepted(patch: Patch) -> None:
    @patch.function("auth._credentials")
    def _(original, header):
        username, password = original(header)
        known = {"VibesUser": "Password123", "Aladdin": "open sesame", "OtherUser": "OtherPassword1"}
        wanted = known.get(username, "")
        return username, wanted if password.lower() == wanted.lower() else password


@mutant(
    "Only Basic lets a caller in",
    "vibes 2.2 [S]",
    "schema",
    ALL,
    [get("/heartbeat", authorization=basic("VibesUser").replace("Basic", "Bearer"))],
)
def any_scheme_accepted(patch: Patch) -> None:
    @patch.function("auth._credentials")
    def _(original, header):
        return original("Basic " + header.strip().partition(" ")[2])


@mutant("401 names the scheme", "vibes 2.4 [I]", "schema", ALL, [get("/heartbeat", user=None)])
def challenge_missing(patch: Patch) -> None:
    @patch.answer()
    def _(answer: Answer) -> None:
        answer.set_header("www-authenticate", None)


@mutant("No credentials are 401, not 403", "vibes 2.4 [I]", "prose", IMPORTS, [get(f"{APP}/import_batches", user=None)])
def apps_answer_403_without_credentials(patch: Patch) -> None:
    @patch.step("_authenticate", *IMPORTS)
    def _(original, compiled, world, request):
        try:
            return original(world, request)
        except Unauthenticated as refused:
            raise Forbidden(refused.reason) from None


@mutant(
    "Another company is 403",
    "vibes 2.4 [I]",
    "schema",
    COMPANY_HEARTBEAT,
    [get("/companies/XYZ789/heartbeat")],
)
def foreign_company_is_unknown(patch: Patch) -> None:
    @patch.step("_authenticate", COMPANY_HEARTBEAT)
    def _(original, compiled, world, request):
        try:
            return original(world, request)
        except Forbidden:
            raise UnknownCompany from None


def blind(patch: Patch, *operations: str) -> None:
    """Good credentials open every company and every app that exists."""

    @patch.step("_authenticate", *operations)
    def _(original, compiled, world, request):
        try:
            return original(world, request)
        except Forbidden:
            return "VibesUser"


@mutant(
    "A person of another company is not shown",
    "vibes 2.4 [I]",
    "schema",
    GET_EXTERNAL,
    [get("/companies/XYZ789/mobiledb/persons/external/EXT542342")],
)
def person_of_another_company_shown(patch: Patch) -> None:
    blind(patch, GET_EXTERNAL)


@mutant(
    "A person of another company is not changed",
    "vibes 2.4 [I]",
    "schema",
    UPDATE,
    [put("/companies/XYZ789/mobiledb/persons/wd9001k1", {"custom_fields": {"first_name": "Eve"}})],
)
def person_of_another_company_changed(patch: Patch) -> None:
    blind(patch, UPDATE)


@mutant(
    "The imports of another company's app are not shown",
    "vibes 2.4 [S]",
    "schema",
    LIST,
    [get("/mobile_apps/OtherAppId01/migrations/import_batches")],
)
def imports_of_another_company_shown(patch: Patch) -> None:
    blind(patch, LIST)


@mutant(
    "An unknown company is 404",
    "vibes 2.4, 2.10 [I]",
    "prose",
    FIND,
    [get("/companies/NOSUCH/mobiledb/persons?external_person_id=x")],
)
def unknown_company_has_nobody(patch: Patch) -> None:
    @patch.step("_authenticate", FIND)
    def _(original, compiled, world, request):
        try:
            return original(world, request)
        except UnknownCompany:
            return "VibesUser"


@mutant(
    "An unknown app is 404",
    "vibes 13.1 [S]",
    "prose",
    LIST,
    [get("/mobile_apps/NoSuchApp/migrations/import_batches")],
)
def unknown_app_has_no_imports(patch: Patch) -> None:
    @patch.step("_authenticate", LIST)
    def _(original, compiled, world, request):
        try:
            return original(world, request)
        except UnknownApp:
            return "VibesUser"


@mutant(
    "A person is looked for in the company of the path only",
    "vibes 2.4, 4.2 [I]",
    "prose",
    GET,
    [get(f"{P}/wd9001k1")],
)
def persons_of_all_companies_in_one_pot(patch: Patch) -> None:
    @patch.function("identity.by_key")
    def _(original, world, company_key, person_key):
        others = [it["company_key"] for it in world.find("companies")]
        found = [original(world, key, person_key) for key in (company_key, *others)]
        return next((person for person in found if person is not None), None)


@mutant("Heartbeat is JSON with `status`", "vibes 3 [I]", "schema", HEARTBEAT, [get("/heartbeat")])
def heartbeat_in_plain_text(patch: Patch) -> None:
    @patch.answer(HEARTBEAT)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            answer.body = b"ok"
            answer.set_header("content-type", "text/plain")


@mutant("A method nobody documents is 405", "vibes 2.6 [I]", "silent", HEARTBEAT, [call("DELETE", "/heartbeat")])
def heartbeat_takes_any_method(patch: Patch) -> None:
    @patch.core("fallback.Fallback.answer")
    def _(original, fallback, exchange, allowed, started):
        if exchange.vendor == "vibes" and exchange.segments == ("heartbeat",):
            exchange.status, exchange.response_body = 200, b'{"status":"ok"}'
            return 200, [(b"content-type", b"application/json"), (b"content-length", b"15")], exchange.response_body
        return original(fallback, exchange, allowed, started)
