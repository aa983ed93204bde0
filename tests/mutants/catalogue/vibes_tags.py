"""Vibes: the tags of a person (reference, section 4.7)."""

from __future__ import annotations

from urllib.parse import quote

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.vendors.vibes import tags
from tests.mutants.catalogue.vibes_access import ANNE, JOHN, P
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Asked, Patch
from tests.mutants.steps import call, get, post, put

mutant = Theme("vibes", "tags")
LIST, ADD, REMOVE_ALL = "tags.list_tags", "tags.add_tags", "tags.remove_tags"
GET, PUT, REMOVE = "tags.get_tag", "tags.put_tag", "tags.remove_tag"
ALL = (LIST, ADD, REMOVE_ALL, GET, PUT, REMOVE)
_OF_JOHN, _OF_ANNE = f"{JOHN}/tags", f"{ANNE}/tags"


@mutant("Tags are those of the person", "vibes 4.7 [I]", "prose", (LIST, REMOVE_ALL), [get(_OF_ANNE)])
def tags_of_everybody(patch: Patch) -> None:
    @patch.function("tags._all")
    def _(original, world, person):
        return world.find("tags")


@mutant("The tags of nobody are 404", "vibes 4.7 [I]", "prose", LIST, [get(f"{P}/nobody/tags")])
def tags_of_nobody_are_empty(patch: Patch) -> None:
    @patch.function("tags.list_tags")
    def _(original, **asked):
        try:
            return original(**asked)
        except NotFound:
            return Reply([])


@mutant(
    "A tag is stuck on once", "vibes 4.7 [I]", "prose", (ADD, LIST), [post(_OF_JOHN, {"tag": "vip"}), get(_OF_JOHN)]
)
def tag_added_twice_is_listed_twice(patch: Patch) -> None:
    @patch.function("tags.add_tags")
    def _(original, **asked):
        world, key = asked["world"], asked["person_key"]
        person = tags._person(world, asked["company_key"], key)
        sent = asked["body"] if isinstance(asked["body"], list) else [asked["body"]]
        known = [it for it in (world.get("tags", tags._id(person, item["tag"])) for item in sent) if it]
        reply = original(**asked)
        for tag in known:
            world.put("tags", {**tag, "id": f"{tag['id']}/again"})
        return reply


@mutant("A tag that is there is 200", "vibes 4.7 [I]", "prose", ADD, [post(_OF_JOHN, {"tag": "vip"})])
def known_tag_is_201(patch: Patch) -> None:
    @patch.answer(ADD)
    def _(answer: Answer) -> None:
        answer.status = 201 if answer.status == 200 else answer.status


@mutant(
    "Every tag of an array is added",
    "vibes 4.7 [I]",
    "prose",
    ADD,
    [post(_OF_ANNE, [{"tag": "new"}, {"tag": "newer"}]), get(_OF_ANNE)],
)
def only_the_first_tag_added(patch: Patch) -> None:
    @patch.function("tags.add_tags")
    def _(original, **asked):
        body = asked["body"]
        return original(**{**asked, "body": body[:1] if isinstance(body, list) else body})


@mutant("A tag is not empty", "vibes 4.7 [I]", "schema", ADD, [post(_OF_ANNE, {"tag": ""})])
def empty_tag_accepted(patch: Patch) -> None:
    @patch.request(ADD)
    def _(asked: Asked) -> None:
        asked.body = asked.body.replace(b'"tag": ""', b'"tag": "-"').replace(b'"tag":""', b'"tag":"-"')


@mutant("No tag is left", "vibes 4.7 [I]", "prose", REMOVE_ALL, [call("DELETE", _OF_JOHN), get(_OF_JOHN)])
def newest_tag_survives(patch: Patch) -> None:
    @patch.function("tags.remove_tags")
    def _(original, **asked):
        world = asked["world"]
        found = tags._all(world, tags._person(world, asked["company_key"], asked["person_key"]))
        reply = original(**asked)
        for tag in found[1:]:
            world.put("tags", tag)
        return reply


@mutant(
    "Somebody without tags has them removed, too", "vibes 4.7 [I]", "silent", REMOVE_ALL, [call("DELETE", _OF_ANNE)]
)
def nothing_to_remove_is_404(patch: Patch) -> None:
    @patch.function("tags.remove_tags")
    def _(original, **asked):
        world = asked["world"]
        if not tags._all(world, tags._person(world, asked["company_key"], asked["person_key"])):
            raise NotFound("The person has no tags")
        return original(**asked)


@mutant("A tag in a path is percent-decoded", "vibes 4.7 [I]", "prose", GET, [get(f"{_OF_JOHN}/loyalty%20card")])
def tag_with_a_blank_not_found(patch: Patch) -> None:
    @patch.request(GET)
    def _(asked: Asked) -> None:
        asked.path = {**asked.path, "tag": quote(asked.path["tag"], safe="")}


@mutant("The `url` of a tag leads to it", "vibes 17.6 [I]", "prose", ALL, [get(f"{_OF_JOHN}/loyalty%20card")])
def url_of_a_tag_leads_to_the_list(patch: Patch) -> None:
    @patch.function("tags._shown")
    def _(original, person, tag):
        shown = original(person, tag)
        return {**shown, "url": shown["url"].rpartition("/")[0]}


@mutant(
    "Renaming leaves one tag", "vibes 4.7 [I]", "prose", PUT, [put(f"{_OF_JOHN}/vip", {"tag": "gold"}), get(_OF_JOHN)]
)
def renamed_tag_keeps_its_old_name_too(patch: Patch) -> None:
    @patch.function("tags.put_tag")
    def _(original, **asked):
        world = asked["world"]
        person = tags._person(world, asked["company_key"], asked["person_key"])
        before = world.get("tags", tags._id(person, asked["tag"]))
        reply = original(**asked)
        if before is not None:
            world.put("tags", before)
        return reply


@mutant("PUT adds a tag that is missing", "vibes 4.7 [I]", "prose", PUT, [call("PUT", f"{_OF_ANNE}/new")])
def put_of_a_new_tag_is_404(patch: Patch) -> None:
    @patch.function("tags.put_tag")
    def _(original, **asked):
        world = asked["world"]
        tags._known(world, tags._person(world, asked["company_key"], asked["person_key"]), asked["tag"])
        return original(**asked)


@mutant(
    "A tag that was removed is gone",
    "vibes 4.7 [I]",
    "prose",
    REMOVE,
    [call("DELETE", f"{_OF_JOHN}/vip"), get(f"{_OF_JOHN}/vip")],
)
def tag_not_removed(patch: Patch) -> None:
    @patch.function("tags.remove_tag")
    def _(original, **asked):
        world = asked["world"]
        tags._known(world, tags._person(world, asked["company_key"], asked["person_key"]), asked["tag"])
        return Reply(None, 204)


@mutant(
    "Removing a tag that is not there is 404", "vibes 4.7 [I]", "prose", REMOVE, [call("DELETE", f"{_OF_ANNE}/vip")]
)
def missing_tag_removed(patch: Patch) -> None:
    @patch.answer(REMOVE)
    def _(answer: Answer) -> None:
        if answer.status == 404 and b"this tag" in answer.body:
            answer.status, answer.body = 204, b""
            answer.set_header("content-type", None)
