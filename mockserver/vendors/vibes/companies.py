"""The companies that the caller's credentials open (Technical Overview, URI trees; the bodies are ours)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.world import World


def list_companies(world: World, request: Request) -> Reply:
    """200 with the companies of the caller."""
    known = world.get("credentials", request.caller or "") or {"companies": []}
    found = [world.get("companies", company_key) for company_key in known["companies"]]
    return Reply([_shown(company) for company in found if company is not None])


def get_company(world: World, company_key: str) -> Reply:
    """200 with the company; that it is the caller's was found out on the way in. Raises NotFound."""
    company = world.get("companies", company_key)
    if company is None:
        raise NotFound("The company was not found")
    return Reply(_shown(company))


def _shown(company: Record) -> Record:
    url = f"/companies/{company['company_key']}"
    return {**company, "url": url, "mobiledb_url": f"{url}/mobiledb"}
