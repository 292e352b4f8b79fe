"""The web chat: one page that works with and without its script, and the addresses machines ask."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import handed_out
from bot.answer_record import MOST_UNKEPT
from bot.asking import answer_line
from bot.channels.web_files import by_script, download, read_upload
from bot.channels.web_people import People, new_person
from bot.channels.web_requests import (
    CHANNEL,
    JSON,
    MAX_BODY,
    STAFF_BODY,
    RejectedError,
    check_origin,
    incoming,
    language_of,
    read_posted,
)
from bot.channels.web_view import NOTHING_UNSENT, Link, Page, Spoken, Unsent, View
from bot.conversation import Conversation
from bot.messages import MAX_TEXT, Incoming, IncomingFile, Replies
from bot.services import Services
from bot.texts import Texts, best_locale

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SIZE_COOKIE = "banshi_type"
LARGE = "large"
FOREVER = "public, max-age=31536000, immutable"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send "Origin: null" with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class WebChannel:
    """The conversation over HTTP."""

    def __init__(self, conversation: Conversation, services: Services) -> None:
        self._conversation = conversation
        self._services = services
        self._view = View(services)

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        return [
            web.get("/", self._guarded(self._page)),
            web.post("/chat", self._guarded(self._chat)),
            web.post("/file", self._guarded(self._upload)),
            web.get("/file/{token}", self._guarded(self._download)),
            web.post("/type-size", self._guarded(self._type_size)),
            web.post("/new", self._guarded(self._new)),
            web.get("/static/{name}", self._guarded(self._static)),
            web.get("/api/ask", self._guarded(self._ask)),
            web.get("/healthz", self._guarded(self._health)),
            web.get("/metrics", self._guarded(self._metrics)),
        ]

    async def start(self) -> None:
        """Read or make the secret and the static files, so that what is missing is known at once."""
        log.debug("web.started", secure=self.people.secure, assets=len(self._view.assets))

    async def stop(self) -> None:
        """Nothing runs on its own here."""

    @cached_property
    def people(self) -> People:
        """Who browsers are."""
        return People(self._services.settings)

    def _guarded(self, handler: Handler) -> Handler:
        """The handler with security headers, and refusals as JSON."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                if request.method == "POST":
                    check_origin(request, self._services.settings)
                response = await handler(request)
            except RejectedError as rejected:
                response = self._refusal(request, rejected)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded

    def _texts(self, request: web.Request) -> Texts:
        return Texts(best_locale(language_of(request), self._services.settings.locale))

    def _why(self, request: web.Request, rejected: RejectedError) -> str:
        return self._texts(request).say(f"web.error.{rejected.reason}", **rejected.details)

    def _refusal(self, request: web.Request, rejected: RejectedError) -> web.Response:
        error = {"code": rejected.reason, "message": self._why(request, rejected)}
        return web.json_response({"error": error}, status=rejected.status)

    async def _page(self, request: web.Request) -> web.Response:
        """The chat page with what was said lately."""
        person = self.people.known(request)
        history = await self._history(person) if person else []
        return await self._show(request, person or new_person(), history, NOTHING_UNSENT)

    async def _limit(self, person: str) -> int:
        return await self._conversation.longest(CHANNEL, person)

    def _link(self, person: str) -> Link:
        return lambda file: self.people.file_address(person, file.key)

    async def _history(self, person: str) -> list[Spoken]:
        session = Incoming(channel=CHANNEL, sender=person).person
        return [Spoken.of(exchange) for exchange in await self._conversation.history(session)]

    async def _show(
        self, request: web.Request, person: str, history: Sequence[Spoken], unsent: Unsent
    ) -> web.Response:
        large = request.cookies.get(SIZE_COOKIE) == LARGE
        limit = await self._limit(person)
        mark, link = secrets.token_urlsafe(9), self._link(person)
        page = Page(history, mark, large, unsent, link, limit > MAX_TEXT, limit)
        html = self._view.page(self._texts(request), page)
        response = web.Response(text=html, content_type="text/html", status=unsent.status)
        response.enable_compression()
        self.people.remember(response, person)
        return response

    async def _chat(self, request: web.Request) -> web.Response:
        """A message from the script, or from the plain form."""
        if request.content_type == JSON:
            return await self._chat_with_script(request)
        return await self._chat_with_form(request)

    async def _chat_with_script(self, request: web.Request) -> web.Response:
        person = self.people.known(request) or new_person()
        limit = await self._limit(person)
        posted = await read_posted(request, _body_limit(limit))
        message = incoming(posted, person, language_of(request), limit)
        return await self._told(request, message, await self._conversation.converse(message))

    async def _told(self, request: web.Request, message: Incoming, replies: Replies) -> web.Response:
        """For the script: the replies, and whether it is staff it now speaks for."""
        html = self._view.replies(self._texts(request), replies, self._link(message.sender))
        limit = await self._limit(message.sender)
        response = web.json_response({"html": html, "limit": limit, "staff": limit > MAX_TEXT})
        self.people.remember(response, message.sender)
        return response

    async def _chat_with_form(self, request: web.Request) -> web.Response:
        known = self.people.known(request)
        person = known or new_person()
        limit = await self._limit(person)
        posted = await read_posted(request, _body_limit(limit))
        try:
            message = incoming(posted, person, language_of(request), limit)
        except RejectedError as rejected:
            return await self._unsent(request, person, rejected, str(posted.get("text", "")))
        replies = await self._conversation.converse(message)
        return await self._after_form(request, message, replies, known is not None)

    async def _after_form(
        self, request: web.Request, message: Incoming, replies: Replies, keeps_cookies: bool
    ) -> web.Response:
        """Back to the page, where the history shows the replies. What the history will not show is
        shown at once: replies that are not kept, and those to browsers that keep no cookies."""
        history = await self._history(message.sender)
        if keeps_cookies and any(spoken.message_id == message.message_id for spoken in history):
            return web.Response(status=303, headers={"Location": "/#latest"})
        kept = [spoken for spoken in history if spoken.message_id != message.message_id]
        spoken = [*kept, Spoken(message.message_id, message.text, replies)]
        return await self._show(request, message.sender, spoken, NOTHING_UNSENT)

    async def _unsent(
        self, request: web.Request, person: str, rejected: RejectedError, text: str = ""
    ) -> web.Response:
        """The page again, with what was refused and why."""
        unsent = Unsent(text, self._why(request, rejected), rejected.status)
        return await self._show(request, person, await self._history(person), unsent)

    async def _upload(self, request: web.Request) -> web.Response:
        """A file from staff, by the script or the plain form; nothing is read of anybody else's."""
        person = self.people.known(request)
        try:
            if person is None or await self._limit(person) == MAX_TEXT:
                raise RejectedError(403, "file_not_staff")
            file, message_id = await read_upload(request)
        except RejectedError as rejected:
            if by_script(request):
                raise
            return await self._unsent(request, person or new_person(), rejected)
        return await self._uploaded(request, _with_file(person, file, message_id, language_of(request)))

    async def _uploaded(self, request: web.Request, message: Incoming) -> web.Response:
        replies = await self._conversation.converse(message)
        if by_script(request):
            return await self._told(request, message, replies)
        return await self._after_form(request, message, replies, keeps_cookies=True)

    async def _download(self, request: web.Request) -> web.Response:
        """A file handed to this person, while the link is fresh."""
        person = self.people.known(request) or new_person()
        key = self.people.file_key(person, request.match_info["token"])
        owner = Incoming(channel=CHANNEL, sender=person).person
        kept = await handed_out.fetch(self._services, owner, key) if key else None
        if kept is None:
            return await self._unsent(request, person, RejectedError(404, "old_link"))
        return download(kept)

    async def _type_size(self, request: web.Request) -> web.Response:
        """Large type or the usual, kept in a cookie that the script may write too."""
        posted = await read_posted(request)
        response = web.Response(status=303, headers={"Location": "/"})
        self.people.set_cookie(
            response, SIZE_COOKIE, LARGE if posted.get("type") == LARGE else "", http_only=False
        )
        return response

    async def _new(self, request: web.Request) -> web.Response:
        """Become somebody else, so that the next person at a shared computer sees nothing."""
        response = web.Response(status=303, headers={"Location": "/"})
        self.people.remember(response, new_person())
        return response

    async def _static(self, request: web.Request) -> web.Response:
        asset = self._view.assets.get(request.match_info["name"])
        if asset is None:
            raise RejectedError(404, "no_such_file")
        response = web.Response(body=asset.content, content_type=asset.media_type, charset="utf-8")
        response.headers["Cache-Control"] = FOREVER
        response.enable_compression()
        return response

    async def _ask(self, request: web.Request) -> web.Response:
        """One question outside any conversation."""
        question = request.query.get("q", "").strip()
        if not question:
            raise RejectedError(400, "no_question")
        if len(question) > MAX_TEXT:
            raise RejectedError(400, "too_long", limit=MAX_TEXT)
        told = self._services.told
        if len(told) >= MOST_UNKEPT:
            raise RejectedError(503, "busy")
        return web.json_response(answer_line(question, self._services, told))

    async def _health(self, request: web.Request) -> web.Response:
        """Whether the database answers, for whoever restarts or routes around this process."""
        try:
            sequence = await self._services.store.sequence()
        except Exception:
            log.exception("web.unhealthy")
            return web.json_response({"status": "unavailable"}, status=503)
        return web.json_response(
            {"status": "ok", "items": len(self._services.catalogue), "sequence": sequence}
        )

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _body_limit(limit: int) -> int:
    """Bytes of a post that may hold so many characters."""
    return STAFF_BODY if limit > MAX_TEXT else MAX_BODY


def _with_file(person: str, file: IncomingFile, message_id: str, language: str) -> Incoming:
    return Incoming(channel=CHANNEL, sender=person, file=file, message_id=message_id, language=language)
