"""Volt MX: what a request may look like, and what is refused (reference, sections 2.1 to 2.4, 2.7 and 5)."""

from __future__ import annotations

import orjson

from mockserver.errors import Invalid
from mockserver.vendors.voltmx import subscriptions as real
from tests.mutants.catalogue.voltmx_envelope import CHANGE, KNOWN
from tests.mutants.mutant import Theme
from tests.mutants.patch import Asked, Patch
from tests.mutants.steps import as_xml, raw, subscribe, unsubscribe

mutant = Theme("voltmx", "requests")
_DTD = '<!DOCTYPE s [<!ENTITY t "T1">]>'


def _malformed(asked: Asked) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The vendor's 400, in the format of the request."""
    if "xml" in asked.header("content-type"):
        inner = "<statusCode>400</statusCode><ksid>-1</ksid><message>Invalid request format. </message>"
        body = f"<subscriptionResponse>{inner}</subscriptionResponse>".encode()
        return 400, [(b"content-type", b"text/xml;charset=UTF-8")], body
    body = b'{"subscriptionResponse":{"statusCode":"400","ksid":"-1","message":"Invalid request format."}}'
    return 400, [(b"content-type", b"application/json;charset=UTF-8")], body


@mutant("The platform is read in any case", "voltmx 2.3 [S]", "schema", CHANGE, [subscribe(osType="iPhone")])
def platform_in_lower_case_only(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        platforms = "iphone|ipad|ipod|android|androidgcm|blackberry|windows|windows8|webfcm"
        document["components"]["schemas"]["OsType"]["pattern"] = f"^({platforms})$"


@mutant(
    "The case of the platform makes no difference",
    "voltmx 2.3, 7.5 [I]",
    "prose",
    CHANGE,
    [subscribe(), subscribe(osType="IPHONE")],
)
def platform_stored_as_written(patch: Patch) -> None:
    @patch.function("subscriptions._os_type")
    def _(original, wanted):
        found = original(wanted)
        return found if found == "androidgcm" else wanted["osType"]


_GCM = [subscribe(osType="androidgcm"), subscribe(osType="android", isGCM="true")]


@mutant("`android` with `isGCM` is `androidgcm`", "voltmx 2.3, 7.5 [S]", "prose", CHANGE, _GCM)
def android_with_isgcm_is_another_platform(patch: Patch) -> None:
    @patch.function("subscriptions._os_type")
    def _(original, wanted):
        return str(wanted["osType"]).lower()


@mutant("An unknown platform is refused", "voltmx 2.3 [I]", "schema", CHANGE, [subscribe(osType="palm")])
def any_platform_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["OsType"]["pattern"]


@mutant("`sid` is mandatory", "voltmx 2.2, 7.19 [S]", "schema", CHANGE, [subscribe(sid=None)])
def sid_not_asked_for(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["Subscribe"]["required"].remove("sid")

    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        return original(world, {"sid": f"none-{wanted['deviceId']}", **wanted})


@mutant("`deviceId` is not empty", "voltmx 2.2 [S]", "schema", CHANGE, [subscribe(device="")])
def empty_device_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["DeviceId"]["minLength"]


@mutant("`isGCM` must stand beside `android`", "voltmx 2.2 [I]", "schema", CHANGE, [subscribe(osType="android")])
def android_without_isgcm_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        del document["components"]["schemas"]["Subscribe"]["anyOf"]


_BOTH = raw(subscribe().body[:-2] + b',"unsubscribe":{"ksid":"9073640394665981874"}}}')


@mutant("Either subscribe or unsubscribe, not both", "voltmx 2.1 [I]", "schema", CHANGE, [_BOTH])
def both_services_at_once_accepted(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        service = document["components"]["schemas"]["SubscriptionService"]
        service["anyOf"] = service.pop("oneOf")


@mutant(
    "The charset may be left out, and may be there",
    "voltmx 2.1 [S]",
    "prose",
    CHANGE,
    [as_xml(subscribe(), "text/xml; charset=UTF-8")],
)
def xml_charset_refused(patch: Patch) -> None:
    @patch.request(CHANGE)
    def _(asked: Asked):
        given = asked.header("content-type").lower()
        return _malformed(asked) if "xml" in given and "charset" in given else None


@mutant("`application/xml` is an alias", "voltmx 2.1 [I]", "prose", CHANGE, [as_xml(subscribe(), "application/xml")])
def application_xml_refused(patch: Patch) -> None:
    @patch.request(CHANGE)
    def _(asked: Asked):
        return _malformed(asked) if asked.header("content-type").lower().startswith("application/xml") else None


_SID_FIRST = raw(
    "<subscriptionService><subscribe><sid>T1</sid><osType>iphone</osType><appId>20096-6548262167</appId>"
    "<deviceId>D1</deviceId></subscribe></subscriptionService>",
    "text/xml;charset=UTF-8",
)


@mutant("XML elements may stand in any order", "voltmx 2.2 [I]", "prose", CHANGE, [_SID_FIRST])
def xml_elements_in_one_order_only(patch: Patch) -> None:
    @patch.request(CHANGE)
    def _(asked: Asked):
        places = [asked.body.find(name) for name in (b"<appId>", b"<sid>", b"<osType>")]
        return _malformed(asked) if -1 not in places and places != sorted(places) else None


@mutant(
    "A comment in XML is legal",
    "voltmx 2.2 [S]",
    "prose",
    CHANGE,
    [as_xml(subscribe(), before="<!-- enable authToken if you want to enable security -->")],
)
def xml_comment_refused(patch: Patch) -> None:
    @patch.request(CHANGE)
    def _(asked: Asked):
        return _malformed(asked) if b"<!--" in asked.body else None


@mutant(
    "A document type declaration is refused",
    "voltmx 2.2 [I]",
    "prose",
    CHANGE,
    [raw(_DTD.encode() + as_xml(subscribe()).body, "text/xml")],
)
def xml_dtd_accepted(patch: Patch) -> None:
    @patch.request(CHANGE)
    def _(asked: Asked) -> None:
        start, end = asked.body.find(b"<!DOCTYPE"), asked.body.find(b"]>")
        if 0 <= start < end:
            asked.body = asked.body[:start] + asked.body[end + 2 :]


@mutant("Fields nobody knows are ignored", "voltmx 2.2 [I]", "prose", CHANGE, [subscribe(model="Pixel 9")])
def unknown_field_refused(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        schemas = document["components"]["schemas"]
        schemas["Subscribe"]["additionalProperties"] = False
        schemas["Unsubscribe"]["additionalProperties"] = False


@mutant("A deviceId is an opaque string", "voltmx 2.4 [S]", "schema", CHANGE, [subscribe("D" * 300)])
def long_device_is_a_server_error(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if len(record["deviceId"]) > 255:
            raise ValueError("value too long for type character varying(255)")
        return original(record)


@mutant("A `ufid` is any text", "voltmx 2.2 [S]", "schema", CHANGE, [subscribe(ufid="ana\U0001f600@example.com")])
def emoji_is_a_server_error(patch: Patch) -> None:
    @patch.put("subscriptions")
    def _(original, world, record):
        if any(ord(letter) > 0xFFFF for letter in record["ufid"] or ""):
            raise ValueError("Incorrect string value for column 'ufid'")
        return original(record)


@mutant(
    "A BlackBerry's `0x` is refused",
    "voltmx 2.4, 7.18 [I]",
    "prose",
    CHANGE,
    [subscribe("0x2b631c8d", osType="blackberry")],
)
def blackberry_prefix_accepted(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        plain = wanted["deviceId"].removeprefix("0x").removeprefix("0X")
        return original(world, {**wanted, "deviceId": plain} if wanted["osType"].lower() == "blackberry" else wanted)


@mutant(
    "A refused request stores nothing",
    "voltmx 7.9, 7.19 [S]",
    "prose",
    CHANGE,
    [subscribe(osType="palm"), subscribe(osType="ipad")],
)
def malformed_request_stored_all_the_same(patch: Patch) -> None:
    @patch.step("_refuse", CHANGE)
    def _(original, compiled, world, request, refusal):
        wanted = _service(request.body).get("subscribe", {}) if isinstance(refusal, Invalid) else {}
        needed = [wanted.get(name) for name in ("appId", "deviceId", "sid")]
        if all(isinstance(it, str) and it for it in needed) and isinstance(wanted.get("osType"), str):
            known = real._matches(world, wanted)
            if not known and world.get("apps", wanted["appId"]) is not None:
                ksid = str(world.ids.digits("ksid", 18))
                fields = {name: wanted[name] for name in ("appId", "deviceId", "sid", "osType")}
                world.put("subscriptions", {**fields, "ksid": ksid, "ufid": None, "active": True})
        return original(world, request, refusal)


def _service(body: bytes) -> dict:
    try:
        return dict(orjson.loads(body)["subscriptionService"])
    except (ValueError, KeyError, TypeError):
        return {}


@mutant("Only a known application is served", "voltmx 2.5 [S]", "prose", CHANGE, [subscribe(appId="nosuch")])
def unknown_app_made_on_the_way(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        if world.get("apps", wanted["appId"]) is None:
            world.put("apps", {"appId": wanted["appId"], "published": True})
        return original(world, wanted)


@mutant(
    "An application's id may hold blanks",
    "voltmx 2.2 [S]",
    "prose",
    CHANGE,
    [subscribe(appId="VoltMX Foundry MessagingDEV")],
)
def blank_in_the_app_cut_off(patch: Patch) -> None:
    @patch.function("subscriptions._subscribe")
    def _(original, world, wanted):
        return original(world, {**wanted, "appId": wanted["appId"].partition(" ")[0]})


@mutant(
    "Application and device are enough to unsubscribe",
    "voltmx 2.7 [D1]",
    "schema",
    CHANGE,
    [unsubscribe(appId="20096-6548262167", deviceId="e4d909c290d0fb1c")],
)
def unsubscribe_insists_on_the_ksid(patch: Patch) -> None:
    @patch.spec
    def _(document) -> None:
        document["components"]["schemas"]["Unsubscribe"]["required"] = ["ksid"]


@mutant(
    "A KSID may be sent as a JSON number of 64 bits",
    "voltmx 2.7, 5 row 14 [I]",
    "schema",
    CHANGE,
    [unsubscribe(ksid=int(KNOWN["ksid"]))],
)
def numeric_ksid_read_as_a_double(patch: Patch) -> None:
    @patch.function("subscriptions._unsubscribe")
    def _(original, world, wanted):
        if isinstance(wanted.get("ksid"), int):
            wanted = {**wanted, "ksid": int(float(wanted["ksid"]))}
        return original(world, wanted)


@mutant(
    "An unknown application is refused even beside a good KSID",
    "voltmx 2.8 [D1]",
    "prose",
    CHANGE,
    [unsubscribe(**KNOWN, appId="nosuch")],
)
def app_not_looked_at_beside_a_ksid(patch: Patch) -> None:
    @patch.function("subscriptions._unsubscribe")
    def _(original, world, wanted):
        return original(world, {"ksid": wanted["ksid"]} if "ksid" in wanted else wanted)
