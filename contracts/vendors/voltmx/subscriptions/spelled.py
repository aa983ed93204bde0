"""One request in other words: what XML and JSON allow means the same, and what is no such request is refused."""

from __future__ import annotations

import json
from typing import Any

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.recipes import got
from contracts.vendors.voltmx.subscriptions import APP, CHANGE, OTHER_APP, TOKEN, recipe, subscribe, unsubscribe
from contracts.vendors.voltmx.subscriptions.refused import secure
from specs.codecs import is_xml

_UFID = "ana&ben@example.com"


def _sent(client: Client, text: str) -> Exchange:
    """Send this text for the device and the token that `subscribe` has."""
    for name in ("device-1", "token-1"):
        text = text.replace(name, client.unique(name))
    return client.call(CHANGE, raw=text.encode(), media_type=client.media_type)


def _json(**members: Any) -> str:
    given = {"appId": APP, "deviceId": "device-1", "sid": "token-1", "osType": "androidgcm", **members}
    return json.dumps({"subscriptionService": {"subscribe": given}})


_DEVICE = "<deviceId>device-1</deviceId><sid>token-1</sid>"
_WORDS = (
    # With a prolog, comments, references and a section of character data, in another order.
    "<?xml version='1.0' encoding='UTF-8'?><!-- a note -->\n<subscriptionService ><subscribe>"
    f"<osType>androidgcm</osType><ufid>ana&#38;<![CDATA[ben@example]]>.com</ufid><!-- -->{_DEVICE}<appId>{APP}</appId>"
    "</subscribe></subscriptionService>\n",
    f"<subscriptionService>\r\n\t<subscribe>\r\n\t\t<appId>{APP}</appId>{_DEVICE}<osType>androidgcm</osType>"
    "<ufid>ana&amp;ben@example.com</ufid>\r\n\t</subscribe>\r\n</subscriptionService>",
)


@recipe(CHANGE, 201)
def the_same_in_other_words(client: Client) -> None:
    """2.1 and 2.2: the order of members does not count, nor how a text is written down."""
    first = subscribe(client, ufid=_UFID)
    if is_xml(client.media_type or ""):
        texts = _WORDS
    else:
        whole = json.loads(_json(ufid=_UFID))["subscriptionService"]["subscribe"]
        turned = {"subscriptionService": {"subscribe": dict(reversed([*whole.items()]))}}
        texts = (json.dumps(turned, indent="\t"), _json(ufid=_UFID).replace("ana&", "\\u0061na\\u0026"))
    for text in texts:
        again = client.value(_sent(client, text)) or {}
        got(client, 201, "idempotent-retry", "the same subscription in other words")
        again = again.get("subscriptionResponse", again)
        client.expect(again.get("ksid") == first.get("ksid"), "idempotent-retry", f"the KSID {first.get('ksid')}")


@recipe(CHANGE, 201)
def what_nobody_asked_for_is_passed_over(client: Client) -> None:
    """2.1 and 2.2: unknown members, text between elements, namespaces, isGCM as a boolean, or with a platform that has
    none; an authToken where none is wanted."""
    client.suppose("that what is not known in a request is passed over")
    subscribe(client)
    more = f"<more><a>1</a></more><appId>{APP}</appId>**{_DEVICE}<osType>androidgcm</osType><authToken>any</authToken>"
    texts = [_json(more={"a": [1]}), _json(osType="android", isGCM=True), _json(isGCM="maybe"), _json(authToken="any")]
    if is_xml(client.media_type or ""):
        whole = f"<subscriptionService><subscribe>{more}</subscribe>**</subscriptionService>"
        named = f"<subscriptionService xmlns='urn:gate'><subscribe>{more}</subscribe></subscriptionService>"
        prefixed = named.replace("<", "<v:").replace("<v:/", "</v:").replace("xmlns=", "xmlns:v=")
        texts = [whole, whole.replace("<more>", "<isGCM>maybe</isGCM><more>"), named, prefixed]
    for text in texts:
        _sent(client, text)
        got(client, 201, "accepts-valid", f"the same subscription as {text[:120]}")


@recipe(CHANGE, 400)
def what_is_no_such_request(client: Client) -> None:
    """2.1 and 2.2: several services, notes in JSON, and document types, whatever they bring along; nothing is kept."""
    client.suppose("that a document type is refused, and that there is one service in a request")
    fields = f"<appId>{APP}</appId>{_DEVICE}<osType>iphone</osType>"
    one = f"<subscribe>{fields}</subscribe>"
    typed = "<!DOCTYPE subscriptionService [<!ENTITY who {}>]><subscriptionService><subscribe>{}<ufid>&who;</ufid>"
    texts = [
        f"<subscriptionService>{one}{one}</subscriptionService>",
        typed.format("'ana'", fields) + "</subscribe></subscriptionService>",
        typed.format("SYSTEM 'file:///etc/hostname'", fields) + "</subscribe></subscriptionService>",
        f"<!DOCTYPE subscriptionService><subscriptionService>{one}</subscriptionService>",
        f"<service>{one}</service>",
    ]
    if not is_xml(client.media_type or ""):
        whole = json.loads(_json())["subscriptionService"]["subscribe"]
        texts = [
            json.dumps({"subscriptionService": {"subscribe": [whole]}}),
            json.dumps([{"subscriptionService": {"subscribe": whole}}]),
            _json() + " // note",
            _json().replace('"osType"', '/* note */ "osType"'),
            _json().replace("}}}", "},}}"),
        ]
    for text in texts:
        _sent(client, text)
        got(client, 400, "rejects-invalid", text[:120])
    answer = subscribe(client)
    new = str(answer.get("message", "")).startswith("Subscription successful")
    client.expect(new, "refusal-changes-nothing", "a new subscription after refusals only")


@recipe(CHANGE, 401)
def the_token_stands_in_the_payload(client: Client) -> None:
    """2.1: in a header it opens nothing here."""
    secure(client)
    for header in ("X-Device-AuthToken", "Authorization"):
        body = json.loads(_json())
        kind = client.media_type or "application/json"
        body = body["subscriptionService"] if is_xml(kind) else body
        client.call(CHANGE, body=body, media_type=kind, credentials="none", headers={header: TOKEN.token})
        got(client, 401, "auth-enforced", f"the right token in {header} alone")


@recipe(CHANGE, 200)
def a_new_token_of_an_iphone(client: Client) -> None:
    """26: there it is the device's id as well, so that nothing leads to the former subscription, which stays."""
    first = subscribe(client, osType="iphone", deviceId="token-1", sid="token-1")
    second = subscribe(client, osType="iphone", deviceId="token-2", sid="token-2")
    client.expect(first.get("ksid") != second.get("ksid"), "read-your-write", "a KSID of its own for the new token")
    subscribe(client, osType="iphone", deviceId="token-1", sid="token-1")
    got(client, 201, "read-your-write", "the former subscription, which is there still")
    for app, status in ((OTHER_APP, 404), (APP, 200)):
        unsubscribe(client, appId=app, deviceId="token-1")
        got(client, status, "no-leak-between-accounts", f"the former device in the application {app}")
