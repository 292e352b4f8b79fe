"""Speaks with the web channel as the page's script does, and reads what it shows."""

import secrets
from html.parser import HTMLParser

from aiohttp import ClientResponse, CookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, web_application
from tests.drivers import Heard

JARS: dict[tuple[object, str], CookieJar] = {}
"""Cookies by data folder and person: browsers keep theirs when the server starts anew."""

BLOCKS = {"p", "li", "h2", "h3", "section", "footer", "div"}


class WebDriver:
    """A browser of its own for each person."""

    def __init__(self, app: App, server: TestServer) -> None:
        self._app, self._server = app, server
        self._clients: dict[str, TestClient] = {}

    @classmethod
    async def open(cls, app: App) -> "WebDriver":
        """Serve the app on a free port."""
        server = TestServer(web_application(app))
        await server.start_server()
        return cls(app, server)

    async def say(self, person: str, text: str) -> list[Heard]:
        return await self._send(person, text=text)

    async def press(self, person: str, button: str) -> list[Heard]:
        return await self._send(person, choice=button)

    async def send_file(self, person: str, name: str, content: bytes) -> list[Heard]:
        form = FormData({"message_id": secrets.token_hex(8)}, quote_fields=False)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        accept = {"Accept": "application/json"}
        return await self._heard(await self._client(person).post("/file", data=form, headers=accept))

    async def close(self) -> None:
        for client in self._clients.values():
            await client.session.close()
        await self._server.close()

    async def _send(self, person: str, **said: str) -> list[Heard]:
        message = {**said, "message_id": secrets.token_hex(8)}
        return await self._heard(await self._client(person).post("/chat", json=message))

    async def _heard(self, response: ClientResponse) -> list[Heard]:
        answer = await response.json()
        if response.status != 200:
            return [Heard(answer["error"]["message"])]
        return read_replies(answer["html"])

    def _client(self, person: str) -> TestClient:
        if person not in self._clients:
            key = (self._app.services.settings.data_dir, person)
            jar = JARS.setdefault(key, CookieJar(unsafe=True))
            self._clients[person] = TestClient(self._server, cookie_jar=jar)
        return self._clients[person]


def read_replies(html: str) -> list[Heard]:
    """The replies in a piece of page, as a person reads them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [Heard("\n".join(reply.lines()), tuple(reply.buttons)) for reply in reader.replies]


class _Read:
    def __init__(self) -> None:
        self.text = ""
        self.buttons: list[tuple[str, str]] = []

    def lines(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class _Reader(HTMLParser):
    """Collects text and buttons of every element of the class reply."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: list[_Read] = []
        self._button: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "reply" in (values.get("class") or "").split():
            self.replies.append(_Read())
        if tag == "button":
            self._button = values["value"]
        if tag in BLOCKS and self.replies:
            self.replies[-1].text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self.replies[-1].buttons.append((data.strip(), self._button))
        elif self.replies:
            self.replies[-1].text += data
