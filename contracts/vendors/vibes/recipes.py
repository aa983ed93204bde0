"""Recipes for operations of several tags: what belongs to another company. The others stand in their tags' files."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe

# The spec's examples of 403 name them.
FOREIGN_COMPANY, FOREIGN_APP = "XYZ789", "OtherAppId01"


@recipe("heartbeats.get_company_heartbeat", 403)
@recipe("persons.find_persons", 403)
@recipe("persons.add_person", 403)
@recipe("persons.get_person", 403)
@recipe("persons.update_person", 403)
@recipe("persons.get_person_by_external_id", 403)
@recipe("persons.update_person_by_external_id", 403)
def foreign_company(client: Client) -> None:
    """4: the data of another company."""
    searches = client.operation == "persons.find_persons"
    arguments: dict[str, Any] = {"external_person_id": "EXT542342"} if searches else {}
    client.call(client.operation, company_key=FOREIGN_COMPANY, **arguments)


@recipe("migrations.import_devices", 403, accept=(404,))
@recipe("migrations.list_import_batches", 403, accept=(404,))
@recipe("migrations.get_import_batch", 403, accept=(404,))
@recipe("migrations.get_device_migrations", 403, accept=(404,))
def foreign_app(client: Client) -> None:
    """4: the app of another company."""
    client.call(client.operation, app_id=FOREIGN_APP)
