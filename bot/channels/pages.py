"""Pages beside the chat: one frame, templates with phrases put in, static files named by their content."""

import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web_links import linked
from bot.channels.web_requests import RejectedError, check_origin, language_of
from bot.clock import CHINA, china_day
from bot.services import Services
from bot.texts import Texts, best_locale

log = structlog.get_logger()

HERE = Path(__file__).parent
FOLDERS = (HERE / "guide_pages", HERE / "desk_pages", HERE / "liaison_pages")
STYLES = (
    HERE / "web_page" / "frame.css",
    HERE / "guide_pages" / "pages.css",
    HERE / "desk_pages" / "desk.css",
    HERE / "liaison_pages" / "liaison.css",
)
ASSETS = (*STYLES, HERE / "web_page" / "icon.svg")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
FOREVER = "public, max-age=31536000, immutable"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NoSuchPageError(Exception):
    """There is nothing at this address; `why` is the last part of the phrase key page.…"""

    def __init__(self, why: str, status: int = 404, **details: object) -> None:
        super().__init__(why)
        self.why, self.status, self.details = why, status, details


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file under an address of its own for each content."""

    address: str
    media_type: str
    content: bytes


class Pages:
    """What every page has: its frame, phrases, guard and addresses."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @cached_property
    def _assets(self) -> Mapping[str, Asset]:
        return {path.name: _read(path) for path in ASSETS}

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(FOLDERS),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"linked": linked, "day": china_day, "quoted": _quoted}
        environment.globals["asset"] = lambda name: self._assets[name].address
        environment.globals["styles"] = [path.name for path in STYLES]
        return environment

    def texts(self, request: web.Request) -> Texts:
        return Texts(best_locale(language_of(request), self._services.settings.locale))

    def show(self, request: web.Request, template: str, status: int = 200, **values: object) -> web.Response:
        """A page of this request's language."""
        texts = self.texts(request)
        large = request.cookies.get("banshi_type") == "large"
        page = self._templates.get_template(template).render(
            say=texts.say, knows=texts.knows, language=texts.locale.replace("_", "-"), large=large, **values
        )
        response = web.Response(text=page, content_type="text/html", status=status)
        response.enable_compression()
        return response

    def guarded(self, handler: Handler) -> Handler:
        """The handler with security headers; what is not there is told on a page."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                if request.method == "POST":
                    check_origin(request, self._services.settings)
                response = await handler(request)
            except NoSuchPageError as error:
                why = self.texts(request).say(f"page.{error.why}", **error.details)
                response = self.show(request, "told.html", status=error.status, why=why)
            except RejectedError as error:
                why = self.texts(request).say(f"web.error.{error.reason}", **error.details)
                response = self.show(request, "told.html", status=error.status, why=why)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    def site(self, request: web.Request) -> str:
        """The address of this server as people reach it, without a slash at its end."""
        public = self._services.settings.public_url
        return str(public).rstrip("/") if public else f"{request.scheme}://{request.host}"

    async def asset(self, request: web.Request) -> web.Response:
        """A static file."""
        wanted = next((a for a in self._assets.values() if a.address == request.path), None)
        if wanted is None:
            raise NoSuchPageError("nothing_here")
        response = web.Response(body=wanted.content, content_type=wanted.media_type, charset="utf-8")
        response.headers["Cache-Control"] = FOREVER
        response.enable_compression()
        return response


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    media_type = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return Asset(f"/pages/{path.stem}.{digest}{path.suffix}", media_type, content)


def _quoted(text: str) -> str:
    """Text as one part of an address."""
    return quote(text, safe="")


def day_of(request: web.Request, name: str, otherwise: date | None = None) -> date | None:
    """A day in the query; raises NoSuchPageError for text that is none."""
    said = request.query.get(name, "").strip()
    if not said:
        return otherwise
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise NoSuchPageError("no_such_day", 400, text=said) from error


def end_of(day: date) -> datetime:
    """The last moment of a day in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA) - timedelta(microseconds=1)


def page_number(request: web.Request) -> int:
    """The page in the query, 1 for nothing sensible."""
    said = request.query.get("page", "")
    return max(int(said), 1) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def without_page(request: web.Request) -> Mapping[str, Any]:
    """The query apart from the page, to be kept in links to others."""
    return {key: value for key, value in request.query.items() if key != "page" and value}
