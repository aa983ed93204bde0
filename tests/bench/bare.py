"""A few operations on bare Starlette: no validation, no credentials, no journal. The practical ceiling."""

from __future__ import annotations

import itertools
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_count = itertools.count(1)
_persons: dict[str, dict[str, Any]] = {
    "A1": {
        "person_id": "wd1377r4",
        "person_key": "A1",
        "external_person_id": "EXT542342",
        "mobile_phone": {"mdn": "+12995551234", "carrier_code": "104"},
        "timezone": "US/Central",
        "timezone_source": "area_code",
        "custom_fields": {"first_name": "John", "last_name": "Doe", "birth_date": None, "interests": []},
        "created_at": "2017-01-15T15:34:52Z",
        "updated_at": "2017-02-15T15:42:23Z",
        "url": "/companies/ABC123/mobiledb/persons/A1",
    }
}


_campaigns = {
    91: {"id": 91, "name": "Spring", "startDate": "2018-03-01T00:00:00Z", "endDate": "2018-05-31T23:59:59Z"},
}


async def get(request: Request) -> JSONResponse:
    person = _persons.get(request.path_params["person_key"])
    return JSONResponse(person) if person else JSONResponse({"errors": []}, 404)


async def campaign(request: Request) -> JSONResponse:
    known = _campaigns.get(request.path_params["campaign_id"])
    return JSONResponse(known) if known else JSONResponse({"errors": []}, 404)


async def post(request: Request) -> JSONResponse:
    body = await request.json()
    key = f"P{next(_count)}"
    _persons[key] = person = {**_persons["A1"], **body, "person_key": key}
    return JSONResponse(person, 201)


app = Starlette(
    routes=[
        Route("/companies/{company_key}/mobiledb/persons/{person_key}", get),
        Route("/v1/me/apps/{partner_id}/campaigns/{campaign_id:int}", campaign),
        Route("/companies/{company_key}/mobiledb/persons", post, methods=["POST"]),
    ]
)
