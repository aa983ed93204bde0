"""Vibes: headers, paths, media types, versions and the body of an error (reference, sections 2.1 to 2.6)."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from tests.mutants.catalogue.vibes_access import (
    ADD,
    ALL,
    APP,
    BATCH,
    DEVICE,
    FIND,
    GET,
    GET_EXTERNAL,
    IMPORT,
    JOHN,
    UPDATE,
    P,
)
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "http")
_NEW = {"external_person_id": "EXT900001"}
_NOBODY = f"{P}/nobody"


def refused(status: int, message: str, code: int) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The vendor's errors object as an answer."""
    body = orjson.dumps({"errors": [{"message": message, "code": code}]})
    return status, [(b"content-type", b"application/json"), (b"x-api-version", b"1")], body


@mutant("`X-API-Version` shows the version in use", "vibes 2.2 [I]", "prose", ALL, [get("/heartbeat", version="2")])
def version_shown_is_always_1(patch: Patch) -> None:
    @patch.answer()
    def _(answer: Answer) -> None:
        answer.set_header("x-api-version", "1")


@mutant("An unknown version is 400", "vibes 2.2 [I]", "schema", ALL, [get("/heartbeat", version="3")])
def unknown_version_taken_for_1(patch: Patch) -> None:
    @patch.request()
    def _(asked: Asked) -> None:
        if asked.header("x-api-version") not in ("", "1", "2"):
            asked.set_header("x-api-version", "1")


@mutant(
    "The case of a media type does not count",
    "vibes 2.2 [S]",
    "silent",
    ADD,
    [post(P, _NEW, content_type="Application/JSON")],
)
def media_type_in_lower_case_only(patch: Patch) -> None:
    @patch.request(ADD)
    def _(asked: Asked):
        given = asked.header("content-type").partition(";")[0].strip()
        return refused(415, "The Content-Type must be application/json", 11) if given != given.lower() else None


@mutant(
    "Parameters of a media type are ignored",
    "vibes 2.2 [I]",
    "silent",
    UPDATE,
    [put(JOHN, {}, content_type="application/json; charset=utf-8")],
)
def charset_refused(patch: Patch) -> None:
    @patch.request(UPDATE)
    def _(asked: Asked):
        wrong = ";" in asked.header("content-type")
        return refused(415, "The Content-Type must be application/json", 11) if wrong else None


@mutant(
    "A body that is no JSON by its label is 415",
    "vibes 2.2 [I]",
    "schema",
    IMPORT,
    [post(f"{APP}/import_batches", {"devices": [{"platform": "IOS", "token": "t"}]}, content_type="text/plain")],
)
def label_of_an_import_not_looked_at(patch: Patch) -> None:
    @patch.request(IMPORT)
    def _(asked: Asked) -> None:
        if asked.body:
            asked.set_header("content-type", "application/json")


@mutant("A body that is no JSON is 400", "vibes 2.6 [I]", "prose", UPDATE, [put(JOHN, b"{broken")])
def broken_json_is_an_empty_update(patch: Patch) -> None:
    @patch.request(UPDATE)
    def _(asked: Asked) -> None:
        try:
            orjson.loads(asked.body or b"{}")
        except orjson.JSONDecodeError:
            asked.body = b"{}"


@mutant("A body that is no JSON is 400, not 422", "vibes 2.6 [I]", "prose", ADD, [post(P, b"{broken")])
def broken_json_is_422(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        if answer.status == 400 and b"The body is" in answer.body:
            answer.status = 422


@mutant("A slash at the end changes nothing", "vibes 2.1, 4.4 [S]", "prose", ADD, [post(f"{P}/", _NEW)])
def slash_at_the_end_is_404(patch: Patch) -> None:
    @patch.request(ADD)
    def _(asked: Asked):
        path = asked.exchange.target.partition("?")[0]
        return refused(404, "Not found", 4) if path.endswith("/") else None


@mutant(
    "A token in a path is percent-decoded",
    "vibes 13.1 [I]",
    "prose",
    DEVICE,
    [get(f"{APP}/device_migrations/cGl4ZWw2%3AAPA91bF3xq")],
)
def token_not_decoded(patch: Patch) -> None:
    @patch.request(DEVICE)
    def _(asked: Asked) -> None:
        if "%" in asked.exchange.target:
            asked.path = {**asked.path, "token": quote(asked.path["token"], safe="")}


@mutant(
    "An external id in a path may hold an encoded slash",
    "vibes 2.10 [D10]",
    "prose",
    GET_EXTERNAL,
    [post(P, {"external_person_id": "crm/77 a"}), get(f"{P}/external/crm%2F77%20a")],
)
def slash_in_an_external_id_is_404(patch: Patch) -> None:
    @patch.request(GET_EXTERNAL)
    def _(asked: Asked):
        return refused(404, "Not found", 4) if "/" in asked.path["external_person_id"] else None


@mutant(
    "`%2B` in a query is a plus",
    "vibes 2.3, 4.3 [D54]",
    "prose",
    FIND,
    [get(f"{P}?mdn=%2B12995551234", version="2")],
)
def query_decoded_twice(patch: Patch) -> None:
    @patch.request(FIND)
    def _(asked: Asked) -> None:
        asked.exchange.target = asked.exchange.target.replace("%2B", "+").replace("%2b", "+")


@mutant("The `code` of an error is an integer", "vibes 2.5 [S]", "schema", BATCH, [get(f"{APP}/import_batches/nosuch")])
def error_code_is_text(patch: Patch) -> None:
    @patch.answer(BATCH)
    def _(answer: Answer) -> None:
        if answer.status == 404 and answer.is_json:
            with answer.json() as body:
                for error in body["errors"]:
                    error["code"] = str(error["code"])


@mutant("An error has a `message`", "vibes 2.5 [S]", "schema", FIND, [get(P)])
def error_text_under_another_name(patch: Patch) -> None:
    @patch.answer(FIND)
    def _(answer: Answer) -> None:
        if answer.status == 400 and answer.is_json:
            with answer.json() as body:
                for error in body["errors"]:
                    error["error"] = error.pop("message")


@mutant("Errors stand in the array `errors`", "vibes 2.5 [S]", "schema", GET, [get(_NOBODY)])
def single_error_instead_of_errors(patch: Patch) -> None:
    @patch.answer(GET)
    def _(answer: Answer) -> None:
        if answer.status == 404 and answer.is_json:
            answer.body = orjson.dumps({"error": orjson.loads(answer.body)["errors"][0]})


_TWO_WRONG = {"devices": [{"platform": "PALM", "token": "t"}, {"platform": "IOS"}]}


@mutant(
    "All problems are reported together", "vibes 2.5 [S]", "prose", IMPORT, [post(f"{APP}/import_batches", _TWO_WRONG)]
)
def first_problem_only(patch: Patch) -> None:
    @patch.answer(IMPORT)
    def _(answer: Answer) -> None:
        if answer.status == 422 and answer.is_json:
            with answer.json() as body:
                del body["errors"][1:]


@mutant("Any 4XX has a body", "vibes 2.5 [S]", "schema", GET_EXTERNAL, [get(f"{P}/external/nobody")])
def unknown_person_without_a_body(patch: Patch) -> None:
    @patch.answer(GET_EXTERNAL)
    def _(answer: Answer) -> None:
        if answer.status == 404:
            answer.body = b""
            answer.set_header("content-type", None)


@mutant(
    "Errors are labelled as the JSON that they are",
    "vibes 2.5 [S]",
    "schema",
    UPDATE,
    [put(JOHN, {}, content_type="text/plain")],
)
def error_page_labelled_html(patch: Patch) -> None:
    @patch.answer(UPDATE)
    def _(answer: Answer) -> None:
        if answer.status == 415:
            answer.set_header("content-type", "text/html; charset=utf-8")


@mutant(
    "A GET needs no Content-Type, and none is refused",
    "vibes 2.2 [I]",
    "silent",
    GET,
    [get(JOHN, content_type="text/plain")],
)
def label_of_a_read_looked_at(patch: Patch) -> None:
    @patch.request(GET)
    def _(asked: Asked):
        given = asked.header("content-type").partition(";")[0].lower()
        return (
            refused(415, "The Content-Type must be application/json", 11)
            if given not in ("", "application/json")
            else None
        )
