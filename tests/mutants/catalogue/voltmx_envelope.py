"""Volt MX: the envelope of an answer, its members, format and HTTP status (reference, sections 2.1, 2.5, 2.9)."""

from __future__ import annotations

import re

from mockserver.vendors.voltmx import subscriptions as real
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import as_xml, raw, subscribe, unsubscribe

CHANGE = "subscriptions.change_subscription"
KNOWN = {"ksid": "9073640394665981874"}
mutant = Theme("voltmx", "envelope")
_MALFORMED = raw("{}")
_CODE = re.compile(rb'statusCode"?[:>]\s*"?(\d+)')


def code(answer: Answer) -> int:
    """The `statusCode` of an answer; 0 for one without envelope."""
    found = _CODE.search(answer.body)
    return int(found[1]) if found else 0


@mutant("`ksid` is a string in JSON", "voltmx 2.5 [S]", "schema", CHANGE, [unsubscribe(**KNOWN)])
def ksid_is_a_number(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) == 200:
            with answer.json() as body:
                body["subscriptionResponse"]["ksid"] = int(body["subscriptionResponse"]["ksid"])


@mutant("A KSID keeps its 64 bits digit for digit", "voltmx 5 row 14 [D3][D5]", "prose", CHANGE, [unsubscribe(**KNOWN)])
def ksid_went_through_a_double(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) in (200, 201):
            with answer.json() as body:
                inner = body["subscriptionResponse"]
                inner["ksid"] = str(int(float(inner["ksid"])))


@mutant("`statusCode` is a string in JSON", "voltmx 2.5 [S]", "schema", CHANGE, [subscribe(), subscribe()])
def status_code_is_a_number(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) == 201:
            with answer.json() as body:
                body["subscriptionResponse"]["statusCode"] = 201


@mutant("A refusal has its `message`", "voltmx 2.5 [S]", "schema", CHANGE, [subscribe(appId="nosuch")])
def message_missing_for_an_unknown_app(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) == 404:
            with answer.json() as body:
                del body["subscriptionResponse"]["message"]


@mutant("`ksid` is -1 when the request failed", "voltmx 2.5 [S]", "schema", CHANGE, [as_xml(subscribe(osType="palm"))])
def ksid_empty_on_errors_in_xml(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_xml:
            answer.body = answer.body.replace(b"<ksid>-1</ksid>", b"<ksid/>")


@mutant("`ksid` is -1 when the request failed", "voltmx 2.5, 7.8 [S]", "schema", CHANGE, [unsubscribe(ksid="17")])
def ksid_echoed_when_not_found(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        asked = re.search(rb'"ksid":\s*"(\d+)"', answer.sent)
        if answer.is_json and code(answer) == 404 and asked:
            with answer.json() as body:
                body["subscriptionResponse"]["ksid"] = asked[1].decode()


@mutant("Each outcome has its text", "voltmx 2.5 [S]", "schema", CHANGE, [subscribe(), subscribe()])
def duplicate_has_another_text(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if code(answer) == 201:
            answer.body = re.sub(rb"Duplicate subscription\.[^<\"]*", b"Already subscribed.", answer.body)


@mutant(
    "Only the text tells the two 404s apart",
    "voltmx 2.5, 2.8 [S]",
    "prose",
    CHANGE,
    [unsubscribe(appId="x", ksid="17")],
)
def unknown_app_said_to_be_no_subscription(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        answer.body = answer.body.replace(b"Invalid Volt MX Application ID.", b"No valid subscription exists.")


@mutant("XML elements have the printed names", "voltmx 2.5 [S]", "schema", CHANGE, [as_xml(unsubscribe(**KNOWN))])
def xml_ksid_in_capitals(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_xml and answer.status == 200:
            answer.body = answer.body.replace(b"ksid>", b"KSID>")


@mutant("XML's root is subscriptionResponse", "voltmx 2.5 [S]", "schema", CHANGE, [as_xml(subscribe(appId="nosuch"))])
def xml_root_capitalised_on_errors(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_xml and code(answer) >= 400:
            answer.body = answer.body.replace(b"subscriptionResponse>", b"SubscriptionResponse>")


@mutant("An XML element stands once", "voltmx 2.5 [S]", "schema", CHANGE, [as_xml(subscribe()), as_xml(subscribe())])
def xml_message_twice_for_a_duplicate(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_xml and code(answer) == 201:
            answer.body = re.sub(rb"(<message>.*</message>)", rb"\1\1", answer.body)


@mutant(
    "An XML answer is well-formed whatever was sent",
    "voltmx 2.5 [S]",
    "schema",
    CHANGE,
    [as_xml(subscribe(ufid="ana&ben@example.com"))],
)
def xml_broken_by_an_ampersand(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_xml and b"&amp;" in answer.sent:
            answer.body = answer.body.replace(b"</message>", b"&</message>")


@mutant(
    "An answer comes in the format of its request",
    "voltmx 2.1 [I]",
    "prose",
    CHANGE,
    [as_xml(subscribe(appId="nosuch"))],
)
def errors_always_in_json(patch: Patch) -> None:
    @patch.function("replies.finish")
    def _(original, world, request, reply):
        if reply.status >= 400:
            request.media_type = "application/json"
        return original(world, request, reply)


@mutant("The label of an answer is its format", "voltmx 2.1 [S]", "schema", CHANGE, [subscribe(), subscribe()])
def duplicate_in_json_labelled_xml(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) == 201:
            answer.set_header("content-type", "text/xml;charset=UTF-8")


@mutant("HTTP status and `statusCode` agree", "voltmx 2.9 [I]", "schema", CHANGE, [unsubscribe(ksid="17")])
def not_found_over_http_200(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if code(answer) == 404:
            answer.status = 200


@mutant("HTTP status and `statusCode` agree", "voltmx 2.9 [I]", "schema", CHANGE, [subscribe(), subscribe()])
def duplicate_over_http_200(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if code(answer) == 201:
            answer.status = 200


@mutant("An unknown application is 404", "voltmx 2.5 [S]", "schema", CHANGE, [subscribe(appId="nosuch")])
def unknown_app_is_a_bad_request(patch: Patch) -> None:
    @patch.function("subscriptions.change_subscription")
    def _(original, world, request, body):
        try:
            return original(world=world, request=request, body=body)
        except real.Refused as refused:
            if refused.outcome == real.UNKNOWN_APP:
                raise real.Refused(real.MALFORMED, "no such application") from None
            raise


@mutant(
    "The envelope has three members and no more",
    "voltmx 2.5 [S]",
    "schema",
    CHANGE,
    [subscribe(), subscribe("D1", "T2")],
)
def update_names_the_platform_too(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and b"Update successful" in answer.body:
            with answer.json() as body:
                body["subscriptionResponse"]["osType"] = "iphone"


@mutant(
    "JSON has the envelope under `subscriptionResponse`",
    "voltmx 2.5 [S]",
    "schema",
    CHANGE,
    [unsubscribe(ksid=KNOWN["ksid"], deviceId="5d41402abc4b2a76")],
)
def unclear_without_its_envelope(patch: Patch) -> None:
    @patch.answer(CHANGE)
    def _(answer: Answer) -> None:
        if answer.is_json and code(answer) == 403:
            answer.body = answer.body.removeprefix(b'{"subscriptionResponse":').removesuffix(b"}")
