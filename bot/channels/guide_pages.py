"""Public pages of what is published: guides, the catalog, and what changed between two days."""

import json
from collections.abc import Sequence
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.answers import SAMPLE_SOURCE
from bot.channels.pages import NoSuchPageError, Pages, day_of, end_of, page_number, without_page
from bot.clock import CHINA, china_day
from bot.services import Services
from item_store import excel
from item_store.differences import Difference, differences
from item_store.feeds import json_feed, schema_org
from item_store.feeds.cpsv import cpsv_ap
from item_store.guides import guide
from item_store.item import Item

if TYPE_CHECKING:
    from item_store.guides.document import Words

PAGE = 50
FILTERS = ("agency", "audience", "theme")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MANY_CHANGES = 500
"""Items a differences page shows; beyond that, a shorter span is asked for."""


def _documents() -> ModuleType:
    """Word documents and QR codes; several MB that a process read without guides need not hold."""
    from item_store.guides import document

    return document


class GuidePages:
    """Pages, documents and feeds at addresses that stay."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages = Pages(services)

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        guarded = self._pages.guarded
        return [
            web.get("/guide/{id:[^/]+}.docx", guarded(self._document)),
            web.get("/guide/{id:[^/]+}.json", guarded(self._linked_data)),
            web.get("/guide/{id:[^/]+}", guarded(self._guide)),
            web.get("/catalog", guarded(self._catalog)),
            web.get("/catalog.json", guarded(self._feed)),
            web.get("/catalog.jsonld", guarded(self._cpsv)),
            web.get("/catalog.xlsx", guarded(self._workbook)),
            web.get("/changes", guarded(self._changes)),
            web.get("/pages/{name}", guarded(self._pages.asset)),
        ]

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing runs on its own here."""

    async def _guide(self, request: web.Request) -> web.Response:
        item = await self._item(request)
        address = self._address(request, item.id)
        off = self._services.catalogue.switched_off(item.id)
        day = request.query.get("on", "")
        return self._pages.show(
            request,
            "guide.html",
            guide=guide(item),
            item=item,
            day=day,
            address=address,
            sample=item.source == SAMPLE_SOURCE,
            notice=off.notice if off else "",
            code=_documents().qr_svg(address),
            data=_script_safe(schema_org(item, address)),
        )

    async def _item(self, request: web.Request) -> Item:
        """The published item, or the one that stood on a day. Raises NoSuchPageError."""
        item_id = request.match_info["id"]
        day = day_of(request, "on")
        if day is not None:
            item = await self._services.store.published_as_of(item_id, end_of(day))
            if item is None:
                raise NoSuchPageError("not_then", day=day.isoformat())
            return item
        item = self._services.catalogue.item(item_id)
        if item is None:
            gone = await self._services.store.version(item_id, 1) is not None
            why, status = ("withdrawn", 410) if gone else ("no_item", 404)
            raise NoSuchPageError(why, status, line=self._services.settings.enquiry_line)
        return item

    def _address(self, request: web.Request, item_id: str) -> str:
        return f"{self._pages.site(request)}/guide/{quote(item_id, safe='')}"

    async def _document(self, request: web.Request) -> web.Response:
        item = await self._item(request)
        content = _documents().word_document(
            guide(item), self._address(request, item.id), self._words(request, item)
        )
        return _file(content, DOCX, f"{item.name}.docx")

    def _words(self, request: web.Request, item: Item) -> "Words":
        say = self._pages.texts(request).say
        day = china_day(item.published_at) if item.published_at else say("answer.no_date")
        code = item.text("implementation_code") or item.text("basic_code") or item.id
        words: Words = _documents().Words(
            not_filled=say("guide.not_filled"),
            nothing=say("guide.nothing"),
            origin=say("guide.origin", code=code, version=item.version, date=day),
            notice=say("answer.sample") if item.source == SAMPLE_SOURCE else "",
        )
        return words

    async def _linked_data(self, request: web.Request) -> web.Response:
        item = await self._item(request)
        return _json(schema_org(item, self._address(request, item.id)), "application/ld+json")

    async def _catalog(self, request: web.Request) -> web.Response:
        items = await self._listed(request)
        page = min(page_number(request), max(-(-len(items) // PAGE), 1))
        shown = items[(page - 1) * PAGE : page * PAGE]
        kept = without_page(request)
        return self._pages.show(
            request,
            "catalog.html",
            items=shown,
            first=(page - 1) * PAGE,
            count=len(items),
            page=page,
            pages=max(-(-len(items) // PAGE), 1),
            chosen={name: request.query.get(name, "") for name in (*FILTERS, "on")},
            choices=self._choices(),
            link=lambda number: "/catalog?" + urlencode({**kept, "page": number}),
            query=urlencode(kept),
        )

    def _choices(self) -> dict[str, list[str]]:
        items = self._services.catalogue.items()
        return {
            "agency": sorted({item.text("agency") for item in items} - {""}),
            "audience": sorted({name for item in items for name in item.names("audience")}),
            "theme": sorted({name for item in items for name in item.names("theme")}),
        }

    async def _listed(self, request: web.Request) -> list[Item]:
        """The catalog now or on a day, by the filters of the query."""
        day = day_of(request, "on")
        if day is None:
            items: Sequence[Item] = self._services.catalogue.items()
        else:
            items = [item async for item in self._services.store.register_as_of(end_of(day))]
        wanted = {name: text for name in FILTERS if (text := request.query.get(name, ""))}
        return [item for item in items if all(_fits(item, name, text) for name, text in wanted.items())]

    async def _feed(self, request: web.Request) -> web.Response:
        site = self._pages.site(request)
        title = self._pages.texts(request).say("catalog.title")
        query = urlencode(without_page(request))
        here = f"{site}/catalog.json" + (f"?{query}" if query else "")
        items = await self._listed(request)
        feed = json_feed(
            title, items, f"{site}/catalog", here, lambda item_id: self._address(request, item_id)
        )
        return _json(feed, "application/feed+json")

    async def _cpsv(self, request: web.Request) -> web.Response:
        items = await self._listed(request)
        graph = cpsv_ap(items, lambda item_id: self._address(request, item_id))
        return _json(graph, "application/ld+json")

    async def _workbook(self, request: web.Request) -> web.Response:
        target = BytesIO()
        excel.write_workbook(target, await self._listed(request))
        return _file(target.getvalue(), XLSX, f"{self._pages.texts(request).say('catalog.title')}.xlsx")

    async def _changes(self, request: web.Request) -> web.Response:
        today = self._services.clock().astimezone(CHINA).date()
        start = day_of(request, "from", today.replace(day=1))
        end = day_of(request, "to", today)
        assert start is not None and end is not None  # noqa: S101 - both have a default
        if end < start:
            raise NoSuchPageError("end_first", 400)
        before = {item.id: item async for item in self._services.store.register_as_of(end_of(start))}
        after = {item.id: item async for item in self._services.store.register_as_of(end_of(end))}
        found = _changed(before, after)
        return self._pages.show(
            request,
            "changes.html",
            start=start.isoformat(),
            end=end.isoformat(),
            changes=found[:MANY_CHANGES],
            count=len(found),
        )


Changed = tuple[str, Item, tuple[Difference, ...]]
"""What became of an item, the item, and the fields that differ where it stands on both days."""


def _changed(before: dict[str, Item], after: dict[str, Item]) -> list[Changed]:
    new: list[Changed] = [("new", after[item_id], ()) for item_id in sorted(after.keys() - before.keys())]
    gone: list[Changed] = [("gone", before[item_id], ()) for item_id in sorted(before.keys() - after.keys())]
    both = sorted(i for i in before.keys() & after.keys() if before[i].digest != after[i].digest)
    changed: list[Changed] = [("changed", after[i], differences(before[i], after[i])) for i in both]
    return [*new, *changed, *gone]


def _fits(item: Item, name: str, text: str) -> bool:
    return item.text(name) == text if name == "agency" else text in item.names(name)


def _script_safe(data: object) -> str:
    """JSON to stand in a script element: nothing in it can end the element."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")


def _json(data: object, media_type: str) -> web.Response:
    response = web.Response(body=json.dumps(data, ensure_ascii=False).encode(), content_type=media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.enable_compression()
    return response


def _file(content: bytes, media_type: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return web.Response(body=content, content_type=media_type, headers=headers)
