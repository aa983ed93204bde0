"""Bad bodies: the vendor's documented error, never a 500, and nothing stored; and the good ones beside them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import ACME, KEY, Mock, answering, document

LIMIT = 500_000
NESTED = 5_000
SUBSCRIBE = {"appId": "testApp", "deviceId": "d", "sid": "s", "osType": "iphone"}


def voltmx_json(**changed: Any) -> bytes:
    return json.dumps({"subscriptionService": {"subscribe": {**SUBSCRIBE, **changed}}}).encode()


def voltmx_xml(inner: str | None = None, prolog: str = "") -> bytes:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in SUBSCRIBE.items()) if inner is None else inner
    return f"{prolog}<subscriptionService><subscribe>{fields}</subscribe></subscriptionService>".encode()


def acme_xml(inner: str = "<name>Bolt</name>", prolog: str = "") -> bytes:
    return f"{prolog}<part>{inner}</part>".encode()


LOLS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DTDS = {
    "dtd": "<!DOCTYPE x>",
    "external dtd": '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]>',
    "entity bomb": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LOLS}]>',
    "quadratic blowup": f'<!DOCTYPE x [<!ENTITY e "{"A" * 50_000}">]>',
}
JSON_TYPE, XML_TYPE, FORM_TYPE = "application/json", "application/xml", "application/x-www-form-urlencoded"

# What is no JSON, whatever is asked for.
BAD_JSON = {
    "nothing": b"",
    "blank": b" \n",
    "no JSON": b"{",
    "single quotes": b"{'name': 'Bolt'}",
    "comment": b'{"name": "Bolt"} // here',
    "trailing comma": b'{"name": "Bolt",}',
    "two values": b'{"name": "Bolt"}{"name": "Nut"}',
    "NaN": b'{"name": NaN}',
    "a raw NUL": b'{"name": "Bo\0lt"}',
    "NULs": b"\0" * 100,
    "not UTF-8": b'{"name": "Bo\xfflt"}',
    "overlong UTF-8": b'{"name": "Bo\xc0\x80lt"}',
    "UTF-16": '{"name": "Bolt"}'.encode("utf-16"),
    "lone surrogate": b'{"name": "Bo\\ud800lt"}',
    "surrogate in UTF-8": b'{"name": "Bo\xed\xa0\x80lt"}',
    "nested lists": b"[" * NESTED + b"]" * NESTED,
    "nested objects": b'{"a":' * NESTED + b"1" + b"}" * NESTED,
    "just under the parser's own depth": b"[" * 900 + b"]" * 900,
    "nested below a member": b'{"name": "a:b", "more": ' + b'{"a":' * 900 + b"1" + b"}" * 901,
    "endless nesting": b"[" * 100_000,
    "a number beyond doubles": b'{"name": "Bolt", "quantity": 1e400}',
    "a number of 5000 digits": b'{"name": "a:b", "quantity": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"name": "Bolt", "name": "Nut"}',
    "a key twice, escaped": b'{"name": "Bolt", "n\\u0061me": "Nut"}',
    "a key twice, inside": b'{"name": "Bolt", "tags": [{"a": 1, "a": 2}]}',
    "a list": b"[]",
    "null": b"null",
    "text": b'"Bolt"',
    "a number": b"1" * 50,
}
BAD_ACME_JSON = {
    **BAD_JSON,
    "no name": b"{}",
    "an empty name": b'{"name": ""}',
    "a long name": b'{"name": "' + b"x" * 61 + b'"}',
    "a fraction": b'{"name": "Bolt", "quantity": 1.5}',
    "a quantity over 32 bits": b'{"name": "Bolt", "quantity": 2147483648}',
    "a huge integer": b'{"name": "Bolt", "quantity": 123456789012345678901234567890}',
    "an unknown member": b'{"name": "Bolt", "nmae": 1}',
    "text for a number": b'{"name": "Bolt", "quantity": "1"}',
}
BAD_XML = {
    "nothing": b"",
    "no XML": b"name=Bolt",
    "unclosed": b"<part><name>Bolt</name>",
    "wrongly nested": b"<part><name>Bolt</part></name>",
    "two roots": b"<part><name>Bolt</name></part><part/>",
    "another root": b"<parts><name>Bolt</name></parts>",
    "no root": b"<!-- nothing -->",
    "an unknown entity": acme_xml("<name>&nbsp;</name>"),
    "a NUL": acme_xml("<name>Bo\0lt</name>"),
    "a NUL reference": acme_xml("<name>Bo&#0;lt</name>"),
    "a control character": acme_xml("<name>Bo\x08lt</name>"),
    "a lone surrogate": acme_xml("<name>&#xD800;</name>"),
    "not UTF-8": acme_xml("<name>Bo").replace(b"</part>", b"") + b"\xfflt</name></part>",
    "an unknown encoding": acme_xml(prolog='<?xml version="1.0" encoding="klingon"?>'),
    "an unbound prefix": acme_xml("<x:name>Bolt</x:name>"),
    "an attribute twice": b'<part sku="1" sku="2"><name>Bolt</name></part>',
    "deep": acme_xml("<a>" * NESTED + "</a>" * NESTED),
    "wide": acme_xml("<a/>" * 100_001),
}
BAD_ACME_XML = {
    **BAD_XML,
    "no name": b"<part/>",
    "an empty name": acme_xml("<name/>"),
    "a name twice": acme_xml("<name>Bolt</name><name>Nut</name>"),
    "text for a number": acme_xml("<name>Bolt</name><quantity>many</quantity>"),
    "a huge integer": acme_xml(f"<name>Bolt</name><quantity>{'9' * 39}</quantity>"),
    "an endless integer": acme_xml(f"<name>Bolt</name><quantity>{'9' * 5000}</quantity>"),
    "infinity": acme_xml("<name>Bolt</name><price>inf</price>"),
    "not a number": acme_xml("<name>Bolt</name><price>nan</price>"),
    "a fullwidth digit": acme_xml("<name>Bolt</name><quantity>\uff11</quantity>"),
    "an underscore": acme_xml("<name>Bolt</name><quantity>1_000</quantity>"),
    "an unknown element": acme_xml("<name>Bolt</name><nmae/>"),
    "an unknown attribute": b'<part color="red"><name>Bolt</name></part>',
    "an element inside text": acme_xml("<name>Bo<b>l</b>t</name>"),
}
BAD_FORM = {
    "nothing": b"",
    "no pair": b"name",
    "not UTF-8": b"name=Bo\xfflt",
    "escaped, not UTF-8": b"name=Bo%FFlt&quantity=x",
    "no name": b"quantity=1",
    "text for a number": b"name=Bolt&quantity=many",
    "a name twice": b"name=Bolt&name=Nut",
    "an unknown field": b"name=Bolt&nmae=1",
    "too many fields": b"&".join(b"a%d=1" % n for n in range(12_000)),
}
WRONG_TYPES = [
    "text/plain", "application/yaml", "multipart/form-data; boundary=x", "json", "/", ";", "*/*", "application/*",
    "application/json, text/xml", "application/json; charset=utf-16", "application/json;charset=latin-1",
    'application/json; charset="', "application/xml; charset=utf-7", "\xff\xfe", "a" * 5000,
]  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[Mock]:
    from mockserver.settings import Settings

    with Mock(Settings(vendors=("acme", "voltmx"), vendor_paths=(ACME,), body_limit=LIMIT)) as made:
        made.headers.update(KEY)
        yield made


@pytest.fixture
def refused(served: Mock) -> Iterator[Callable[..., Any]]:
    """Posts a body, and sees to it that it changed nothing and that the journal says why it was refused."""

    def post(path: str, body: Any, content_type: str | bytes | None, **more: str) -> Any:
        before = served.records()
        headers: list[Any] = [] if content_type is None else [("Content-Type", content_type)]
        headers += [(name.replace("_", "-"), value) for name, value in more.items()]
        answer = served.post(path, content=body, headers=headers)
        assert answer.status_code < 500, answer.text
        assert served.records() == before
        entry = served.last()
        assert (entry["status"], entry["defect"]) == (answer.status_code, None)
        assert entry["reasons"]
        return answer

    yield post
    assert not served.journal(defect=True)


def is_acme_refusal(answer: Any, *codes: str) -> None:
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"code", "details"}
    assert answer.json()["code"] in codes
    assert all(len(line) < 2000 for line in answer.json()["details"])


def is_voltmx_400(answer: Any, xml: bool) -> None:
    assert answer.status_code == 400
    if xml:
        assert answer.headers["content-type"] == "text/xml;charset=UTF-8"
        assert answer.text == (
            "<subscriptionResponse><statusCode>400</statusCode><ksid>-1</ksid>"
            "<message>Invalid request format. </message></subscriptionResponse>"
        )
    else:
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        expected = {"statusCode": "400", "ksid": "-1", "message": "Invalid request format."}
        assert answer.json() == {"subscriptionResponse": expected}


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "br", "identity, gzip", "x-unheard-of", "x" * 5000])
def test_a_body_in_a_coding_is_an_unsupported_media_type(refused: Callable[..., Any], coding: str) -> None:
    body = gzip.compress(b'{"name": "Bolt", "sku": "B"}')
    answer = refused("/acme/parts", body, JSON_TYPE, content_encoding=coding)
    assert answer.status_code == 415
    is_acme_refusal(answer, "UnsupportedMedia")
    assert "as it is" in answer.text


def test_a_body_that_is_said_to_be_as_it_is_is_taken(served: Mock) -> None:
    headers = {"Content-Type": JSON_TYPE, "Content-Encoding": "identity"}
    answer = served.post("/acme/parts", content=b'{"name": "Identity", "sku": "I"}', headers=headers)
    assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("body", BAD_ACME_JSON.values(), ids=BAD_ACME_JSON)
def test_bad_json_to_acme(refused: Callable[..., Any], body: bytes) -> None:
    answer = refused("/acme/parts", body, JSON_TYPE)
    assert answer.status_code in (400, 422)
    is_acme_refusal(answer, "Unparsable", "Invalid")


@pytest.mark.parametrize("body", BAD_ACME_XML.values(), ids=BAD_ACME_XML)
def test_bad_xml_to_acme(refused: Callable[..., Any], body: bytes) -> None:
    answer = refused("/acme/parts", body, XML_TYPE)
    assert answer.status_code in (400, 422)
    is_acme_refusal(answer, "Unparsable", "Invalid")


@pytest.mark.parametrize("body", BAD_FORM.values(), ids=BAD_FORM)
def test_bad_forms_to_acme(refused: Callable[..., Any], body: bytes) -> None:
    answer = refused("/acme/parts", body, FORM_TYPE)
    assert answer.status_code in (400, 422)
    is_acme_refusal(answer, "Unparsable", "Invalid")


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON)
@pytest.mark.parametrize("content_type", ["application/json", "application/json;charset=UTF-8"])
def test_bad_json_to_voltmx(refused: Callable[..., Any], body: bytes, content_type: str) -> None:
    is_voltmx_400(refused("/voltmx/vpns/subscription", body, content_type), xml=False)


@pytest.mark.parametrize("body", BAD_XML.values(), ids=BAD_XML)
@pytest.mark.parametrize("content_type", ["text/xml;charset=UTF-8", "application/xml"])
def test_bad_xml_to_voltmx(refused: Callable[..., Any], body: bytes, content_type: str) -> None:
    renamed = body.replace(b"<part", b"<subscriptionService").replace(b"</part", b"</subscriptionService")
    # A request without a body has no media type to answer in.
    is_voltmx_400(refused("/voltmx/vpns/subscription", renamed, content_type), xml=bool(body))


@pytest.mark.parametrize("prolog", DTDS.values(), ids=DTDS)
@pytest.mark.parametrize("use", ["", "&e;", "&l9;"])
def test_document_type_declarations(refused: Callable[..., Any], prolog: str, use: str) -> None:
    is_acme_refusal(refused("/acme/parts", acme_xml(f"<name>Bolt{use}</name>", prolog), XML_TYPE), "Unparsable")
    fields = "".join(f"<{name}>{value}{use}</{name}>" for name, value in SUBSCRIBE.items())
    is_voltmx_400(refused("/voltmx/vpns/subscription", voltmx_xml(fields, prolog), "text/xml"), xml=True)


@pytest.mark.parametrize("content_type", [None, *WRONG_TYPES], ids=lambda it: str(it)[:30])
def test_wrong_media_types(refused: Callable[..., Any], content_type: str | None) -> None:
    raw = content_type if content_type is None else content_type.encode("latin-1")
    answer = refused("/acme/parts", b'{"name": "Bolt"}', raw)
    assert answer.status_code == 415
    is_acme_refusal(answer, "UnsupportedMedia")
    xml = content_type is not None and content_type.startswith("application/xml")
    is_voltmx_400(refused("/voltmx/vpns/subscription", voltmx_json(), raw), xml=xml)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"name": "Bolt", "quantity": 100, "tags": ["steel"], "sku": "B", "price": 1.5}'),
        ("APPLICATION/JSON ; CHARSET=\"UTF-8\"", b'{"name": "Bolt", "quantity": 100, "tags": ["steel"], "sku": "B", "price": 1.5}'),  # noqa: E501
        ("application/xml", b'<part sku="B"><name>Bolt</name><quantity>100</quantity><tags><tag>steel</tag></tags><price>1.5</price></part>'),  # noqa: E501
        ("text/xml; charset=utf-8", b'<?xml version="1.0"?><!-- a --><part sku="B"><price>1.5</price>stray<tags><tag>steel</tag></tags><quantity>100</quantity><name>Bolt</name></part>'),  # noqa: E501
        ("application/x-www-form-urlencoded", b"name=Bolt&quantity=100&tags=steel&sku=B&price=1.5"),
    ],
    ids=["json", "json, shouted", "xml", "xml, another order", "form"],
)  # fmt: skip
def test_one_part_in_three_media_types(acme: Mock, content_type: str, body: bytes) -> None:
    answer = acme.post("/acme/parts", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 201, answer.text
    part = acme.records()["acme"]["parts"][-1]
    assert {**part, "part_id": ""} == {
        "part_id": "", "name": "Bolt", "quantity": 100, "tags": ["steel"], "sku": "B", "price": 1.5,
    }  # fmt: skip
    xml = "xml" in content_type
    assert answer.headers["content-type"] == ("application/xml" if xml else "application/json")
    assert (b'<part sku="B">' in answer.content) is xml


def test_read_only_members_are_ignored_and_write_only_members_not_shown(acme: Mock) -> None:
    answer = acme.post("/acme/parts", json={"name": "Bolt", "part_id": {"any": "thing"}, "pin": "1234"})
    assert answer.status_code == 201
    assert answer.json().keys() == {"name", "part_id"}
    assert acme.records()["acme"]["parts"][-1]["pin"] == "1234"


@pytest.mark.parametrize("name", ["\0", "\U0001f529", "a\nb", "<&>\"'", "\ufffe", "\u2028"])
def test_odd_but_legal_text_is_kept(acme: Mock, name: str) -> None:
    made = acme.post("/acme/parts", json={"name": name})
    assert made.json()["name"] == name
    shown = acme.get(f"/acme{made.headers['location']}", headers={"Accept": "application/xml"})
    assert shown.status_code == 200


@pytest.mark.parametrize("path", ["/acme/parts", "/voltmx/vpns/subscription"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [LIMIT + 1, 3 * LIMIT])
def test_a_body_over_the_limit(refused: Callable[..., Any], path: str, chunked: bool, size: int) -> None:
    body = b'{"name": "' + b"x" * (size - 12) + b'"}'
    for parts in [[body], [body[n : n + 9999] for n in range(0, size, 9999)]] if chunked else [body]:
        answer = refused(path, iter(parts) if chunked else parts, JSON_TYPE)
        assert answer.status_code == 413
        if path == "/acme/parts":
            is_acme_refusal(answer, "TooLarge")
        else:
            assert answer.json()["subscriptionResponse"]["statusCode"] == "413"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_at_the_limit(served: Mock, chunked: bool) -> None:
    body = b'{"name": "Bolt"' + b" " * (LIMIT - 16) + b"}"
    answer = served.post("/acme/parts", content=iter([body]) if chunked else body, headers={"Content-Type": JSON_TYPE})
    assert (len(body), answer.status_code) == (LIMIT, 201)
    assert served.delete("/acme" + answer.headers["location"]).status_code == 204


def test_who_must_not_be_let_in_learns_nothing_from_a_large_body(served: Mock) -> None:
    headers = {"X-Acme-Key": "wrong", "Content-Type": JSON_TYPE}
    assert served.post("/acme/parts", content=b" " * (LIMIT + 1), headers=headers).status_code == 401


def test_a_body_that_nobody_asked_for_is_ignored(acme: Mock) -> None:
    answer = acme.request("GET", "/acme/parts", content=b"\0{", headers={"Content-Type": "no/such"})
    assert answer.status_code == 200


@pytest.fixture
def upload(mock: Callable[..., Mock], spec_file: Callable[..., Any]) -> Callable[..., Any]:
    """An operation that takes a body of a media type and a schema, described and nothing more."""

    def serve(media_type: str, schema: Any, body: Any, content_type: str | None = None, required: bool = True) -> Any:
        request = {"required": required, "content": {media_type: {"schema": schema}}}
        operation = {"requestBody": request, "responses": answering({}, "taken")}
        shop = mock(spec_files=(spec_file(document({"/files": {"post": operation}})),))
        return shop.post("/shop/files", content=body, headers={"Content-Type": content_type or media_type})

    return serve


@pytest.mark.parametrize(
    ("media_type", "schema", "body", "content_type", "status"),
    [
        ("application/octet-stream", {"type": "string", "format": "binary"}, b"\xff\0", None, 200),
        ("application/octet-stream", {}, b"\xff\0", None, 200),
        ("image/*", {"type": "string", "format": "binary"}, b"\xff\xd8", "image/jpeg", 200),
        ("*/*", {}, b"\xff\xd8", "a/b", 200),
        ("image/png", {"type": "string", "format": "binary"}, b"\xff\xd8", "image/jpeg", 415),
        ("text/csv", {"type": "string"}, b"a,b\n1,2\n", None, 200),
        ("text/csv", {"type": "string"}, b"a,\xff\n", None, 400),
        ("text/plain", {"type": "string", "maxLength": 3}, b"four", None, 422),
        ("application/vnd.shop+json", {"type": "object"}, b"{}", "application/vnd.shop+json; v=1", 200),
        ("application/vnd.shop+json", {"type": "object"}, b"[]", None, 422),
        ("application/json; charset=utf-8", {"type": "object"}, b"{}", "application/json", 200),
        ("application/json", {"type": "string", "nullable": True}, b"null", None, 200),
        ("application/json", {"type": "string"}, b"null", None, 422),
        (FORM_TYPE, {"type": "object", "properties": {"n": {"type": "integer"}}}, b"n=1", None, 200),
        (FORM_TYPE, {"type": "object", "properties": {"n": {"type": "boolean"}}}, b"n=true", None, 200),
        (FORM_TYPE, {"type": "object", "properties": {"n": {"type": "boolean"}}}, b"n=maybe", None, 422),
    ],
)
def test_other_media_types(
    upload: Callable[..., Any], media_type: str, schema: Any, body: bytes, content_type: str | None, status: int
) -> None:
    answer = upload(media_type, schema, body, content_type)
    assert answer.status_code == status, answer.text


def test_an_optional_body_may_be_left_out(upload: Callable[..., Any]) -> None:
    assert upload("application/json", {"type": "object"}, b"", required=False).status_code == 200


@pytest.mark.parametrize(("levels", "status"), [(150, 200), (230, 400), (300, 400)])
def test_what_is_kept_can_be_told_again(mock: Callable[..., Mock], levels: int, status: int) -> None:
    """More levels are read than are written, by the same library."""
    accengage = mock(vendors=("accengage",))
    body = '{"name": "Shops", "more": ' + "[" * levels + "]" * levels + "}"
    sent = {"vendor": "accengage", "method": "POST", "target": "/v1/me/apps/myPartnerId/geogroups", "body": body}
    headers = {"Content-Type": JSON_TYPE}
    made = accengage.control("POST", "/requests", {**sent, "headers": headers, "signed": True})
    assert made["status"] == status
    assert accengage.control("GET", "/state/accengage/geogroups")["records"]
    assert accengage.control("GET", "/snapshot")["accengage"]["geogroups"]
