"""What the Flask app can have wrong, one thing at a time, and where it may read the reference in another way."""

from __future__ import annotations

BUGS = {
    "duplicate-is-update": "the same subscription again is answered 200 `Update successful.`",
    "update-is-new": "a changed subscription is answered `Subscription successful.`",
    "update-changes-ksid": "a changed subscription gets another KSID",
    "ksid-number": "`ksid` is a number in JSON",
    "code-number": "`statusCode` is a number in JSON",
    "code-200-in-body": "`statusCode` is 200 whatever the HTTP status says",
    "xml-error-as-json": "a refused XML request is answered in JSON",
    "xml-as-html": "XML answers say that they are text/html",
    "xml-root": "the root of XML answers is `SubscriptionResponse`",
    "xml-store": "XML and JSON requests know nothing of each other",
    "unknown-unsubscribed": "unsubscribing what does not exist is answered 200 `Already unsubscribed.`",
    "unsubscribe-deletes": "unsubscribing deletes, so that a second time is a 404",
    "never-unclear": "input that matches two records changes the first one instead of 403",
    "token-ignored": "any token is as good as the right one, and so is none",
    "token-optional": "a wrong token is refused, an absent one is not",
    "unsubscribe-open": "the token guards subscribe only",
    "case-sensitive-ostype": "`iPhone` and `iPad` are refused, `iphone` and `ipad` are not",
    "short-text": "the 401 says `Unauthorized request.` and no more",
    "no-ksid-on-error": "refusals have no `ksid`",
    "apps-mixed": "a device known under one application is the same subscription under another",
    "sid-optional": "a subscription without `sid` is stored",
    "crash-on-type": "a `deviceId` that is no string is a 500 in HTML",
    "crash-on-syntax": "a body that is not JSON is a 500 in HTML",
    "app-404-html": "an unknown application is the web server's own 404 page",
}
# No source settles these (tag [I] in the reference): a real server may do so, and nobody may hold it against it.
READINGS = {
    "blackberry-0x": "a BlackBerry `deviceId` with its 0x is taken (2.4: never to be held against a real server)",
    "always-200": "every answer is HTTP 200, and only the body has the code (2.9: no source settles it)",
    "return-is-update": "subscribing after unsubscribing is answered `Update successful.` (2.6: the weakest guess)",
    "return-new-ksid": "subscribing after unsubscribing makes another subscription, with another KSID (2.6)",
    "token-after-app": "the application is looked up before the token (2.6: the order of checks)",
}
