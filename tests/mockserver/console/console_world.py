"""A world of the shared server, as the tests of the console's views use it."""

from __future__ import annotations

import httpx

from tests.conftest import Server

ADA = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


class World:
    """A world of the shared server: `ask` its vendors, `control` it, and `url` of a page of the console about it."""

    def __init__(self, server: Server, name: str) -> None:
        self.name = name
        self.server = server
        self._client = httpx.Client(base_url=server.url, trust_env=False)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        """`path` begins with the vendor's name."""
        return self._client.request(method, f"/w/{self.name}/{path}", **options)  # type: ignore[arg-type]

    def control(self, method: str, path: str = "", body: object = None) -> httpx.Response:
        answer = self._client.request(method, f"/_control/worlds/{self.name}{path}", json=body)
        assert answer.is_success, answer.text
        return answer

    def url(self, view: str, query: str = "") -> str:
        return f"{self.server.url}/_console/{view}?world={self.name}{query and '&'}{query}"

    def close(self, *, dropped: bool = False) -> None:
        if not dropped:
            self.control("DELETE")
        self._client.close()
