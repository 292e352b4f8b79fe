"""Bulletin pages and calendar feeds, each under an address that cannot be guessed."""

from datetime import date
from typing import Any

from aiohttp import web

from bot import addresses, bulletin_texts, liaison
from bot.channels.pages import NoSuchPageError, Pages
from bot.services import Services
from bot.texts import Texts
from item_store.bulletins import Bulletin, Standing
from item_store.bulletins.workbook import LINE_COLUMNS, UNIT_COLUMNS
from item_store.calendar.feed import calendar_text
from item_store.deadline_shapes import Cycle
from item_store.records import StartedPlan

CALENDAR = "text/calendar"


class LiaisonPages:
    """What groups and people open outside the conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages = Pages(services)

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        guarded = self._pages.guarded
        return [
            web.get("/liaison/feed/{token:[^/]+}.ics", guarded(self._feed)),
            web.get("/liaison/bulletin/{token:[^/.]+}.xlsx", guarded(self._workbook)),
            web.get("/liaison/bulletin/{token:[^/.]+}", guarded(self._bulletin)),
        ]

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing runs on its own here."""

    async def _feed(self, request: web.Request) -> web.Response:
        """The calendar as it stands; its events keep their ids whatever changes."""
        token = request.match_info["token"]
        address = await addresses.address_of(self._services, addresses.FEED, token)
        if address is None:
            raise NoSuchPageError("nothing_here")
        today = liaison.today(self._services)
        events = await addresses.feed_events(self._services, address.units, today)
        names = {unit.id: unit.name for unit in await self._services.store.units()}
        title = self._pages.texts(request).say("feed.title", name=address.about)
        body = calendar_text(title, events, names)
        response = web.Response(body=body, content_type=CALENDAR, charset="utf-8")
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    async def _bulletin(self, request: web.Request) -> web.Response:
        told, texts = await self._told(request), self._pages.texts(request)
        counts = {standing.value: told.count(standing) for standing in Standing}
        return self._pages.show(
            request,
            "bulletin.html",
            told=told,
            title=bulletin_texts.title(told, texts),
            counts=texts.say("bulletin.counts", owed=told.owed, **counts),
            named="、".join(told.names[unit] for unit in told.named),
            picture=bulletin_texts.picture(told, texts),
            workbook=request.path + ".xlsx",
            **_tables(told, texts),
        )

    async def _workbook(self, request: web.Request) -> web.Response:
        file = bulletin_texts.workbook(await self._told(request), self._pages.texts(request))
        response = web.Response(body=file.content, content_type=file.media_type)
        response.headers["Content-Disposition"] = 'attachment; filename="bulletin.xlsx"'
        return response

    async def _told(self, request: web.Request) -> Bulletin:
        """The bulletin of the address, on its day, from what stands in the store now."""
        token = request.match_info["token"]
        address = await addresses.address_of(self._services, addresses.BULLETIN, token)
        name, kind, day = address.about.split(":") if address else ("", "", "")
        kept = await self._services.store.kept(StartedPlan, name) if address else None
        if kept is None:
            raise NoSuchPageError("nothing_here")
        plan = kept.record.plan
        return await bulletin_texts.build(self._services, plan, Cycle(kind), date.fromisoformat(day))


def _tables(told: Bulletin, texts: Texts) -> dict[str, Any]:
    def headings(columns: Any) -> list[str]:
        return [texts.say(f"bulletin.column.{key}") for key, _ in columns]

    lines = [line for standing in Standing for line in told.of(standing)]
    return {
        "unit_headings": headings(UNIT_COLUMNS),
        "unit_rows": [[read(row) for _, read in UNIT_COLUMNS] for row in told.units],
        "line_headings": headings(LINE_COLUMNS),
        "line_rows": [[_shown(key, read(line, told), texts) for key, read in LINE_COLUMNS] for line in lines],
    }


def _shown(key: str, value: Any, texts: Texts) -> str:
    if key == "standing":
        return texts.say(f"bulletin.standing.{value}")
    return "" if value is None or value == "" else str(value)
