"""The desk: staff's pages for what waits, one case with its differences, and what is published."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.pages import NoSuchPageError, Pages, page_number
from bot.channels.web_people import People
from bot.channels.web_requests import CHANNEL, RejectedError
from bot.clock import CHINA
from bot.reviews import Dossier, chains, desks, dossier, may_see, review, role_title
from bot.services import Services
from bot.unit_figures import UnitFigures, to_mend
from item_store.cases import Case, CodeTaken
from item_store.contract import Withdrawn
from item_store.outcomes import Conflict
from item_store.people import Person, Right, Use
from item_store.register import RolledBack, Switch
from item_store.reviewing import Coded, Decided, Proposal, WrongCode
from item_store.workflow import Action, Refused, Remark

PAGE = 50
MAX_FORM = 256 * 1024
"""Bytes of one posted form: a remark on every field fits."""

MAX_REMARK = 2000

Result = Decided | Coded | Refused | Conflict | WrongCode | CodeTaken


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of a post that was not taken, and what stood in its boxes."""

    key: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


NOTHING_TOLD = Told()

Worker = Callable[[web.Request, Person], Awaitable[web.StreamResponse]]


class DeskPages:
    """Only for staff who have signed in on this browser."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages = Pages(services)
        self._people = People(services.settings)
        self._unit_figures = UnitFigures(services.catalogue)

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        return [
            web.get("/desk", self._for_staff(self._queue)),
            web.get("/desk/case/{id}", self._for_staff(self._case)),
            web.post("/desk/case/{id}", self._for_staff(self._decide)),
            web.get("/desk/figures", self._for_staff(self._figures)),
            web.get("/desk/figures/unit", self._for_staff(self._unit)),
            web.get("/desk/item/{id:[^/]+}", self._for_staff(self._item)),
            web.post("/desk/item/{id:[^/]+}", self._for_staff(self._act_on_item)),
        ]

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Let go of the check of the rules."""
        await self._unit_figures.close()

    def _for_staff(self, worker: Worker) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The page, for whoever has signed in in the chat on the same browser; denied to everybody else."""

        async def handler(request: web.Request) -> web.StreamResponse:
            known = self._people.known(request)
            person = await self._services.store.person_of(f"{CHANNEL}:{known}") if known else None
            if person is None or not person.grants:
                raise NoSuchPageError("staff_only", 403)
            response = await worker(request, person)
            response.headers["Cache-Control"] = "no-store"
            return response

        return self._pages.guarded(handler)

    def _today(self) -> date:
        return self._services.clock().astimezone(CHINA).date()

    async def _queue(self, request: web.Request, person: Person) -> web.Response:
        """What waits for this person, the most pressing first."""
        page, today = page_number(request), self._today()
        found = await self._services.store.queue(desks(person), today, (page - 1) * PAGE, PAGE)
        titles = {
            (chain.id, stage.key): stage.title
            for chain in chains(self._services.settings).values()
            for stage in chain.stages
        }
        units = {unit.id: unit.name for unit in await self._services.store.units()}
        return self._pages.show(
            request,
            "desk.html",
            person=person,
            queue=found,
            today=today,
            titles=titles,
            units=units,
            page=page,
            pages=max(-(-found.total // PAGE), 1),
            link=lambda number: "/desk?" + urlencode({"page": number}),
        )

    async def _case(self, request: web.Request, person: Person) -> web.Response:
        return await self._show_case(request, person, await self._seen(request, person))

    async def _seen(self, request: web.Request, person: Person) -> Case:
        """The case in the address, if this person may see it. Raises NoSuchPageError."""
        case = await self._services.store.case(request.match_info["id"])
        if case is None or not await may_see(self._services, person, case):
            raise NoSuchPageError("no_case")
        return case

    async def _show_case(
        self, request: web.Request, person: Person, case: Case, told: Told = NOTHING_TOLD
    ) -> web.Response:
        seen = await dossier(self._services, case)
        proposal = None
        if seen.is_coding and "coder" in seen.roles_of(person) and not case.progress.coded:
            found = await review(self._services).propose_code(case)
            proposal = found if isinstance(found, Proposal) else Proposal("", False)
        units = {unit.id: unit.name for unit in await self._services.store.units()}
        return self._pages.show(
            request,
            "case.html",
            status=told.status,
            seen=seen,
            case=case,
            unit=units.get(case.unit, case.unit),
            roles=[(role, role_title(role)) for role in seen.roles_of(person)],
            opinions=_opinions(seen),
            proposal=proposal,
            told=told.key,
            written=told.written,
            may_take_back=person.may(Right.SUBMIT, case.progress.units[:1]),
            today=self._today(),
        )

    async def _decide(self, request: web.Request, person: Person) -> web.Response:
        """A decision, posted over the version that was seen."""
        case = await self._seen(request, person)
        posted = await _posted(request)
        if posted.get("version") != str(case.version):
            told = Told("review.overtaken", _remarks(posted), 409)
            return await self._show_case(request, person, case, told)
        act = self._code if posted.get("action") == "code" else self._move
        return await self._after(request, person, case, posted, await act(case, person, posted))

    async def _move(self, case: Case, person: Person, posted: Mapping[str, str]) -> Result:
        try:
            action = Action(posted.get("action", ""))
        except ValueError as error:
            raise RejectedError(422, "wrong_value", field="action") from error
        if action is Action.SUBMIT:
            raise RejectedError(422, "wrong_value", field="action")
        remarks = [Remark(key, text) for key, text in _remarks(posted).items() if text]
        outcome = await review(self._services).decide(case, person, action, remarks, posted.get("role", ""))
        await self._note(person, case.unit, f"case:{case.id}", action, not isinstance(outcome, Refused))
        return outcome

    async def _code(self, case: Case, person: Person, posted: Mapping[str, str]) -> Result:
        basic, implementation = (posted.get(key, "").strip() for key in ("basic_code", "implementation_code"))
        outcome = await review(self._services).give_code(case, person, basic, implementation)
        await self._note(person, case.unit, f"case:{case.id}", "code", isinstance(outcome, Coded))
        return outcome

    async def _after(
        self, request: web.Request, person: Person, case: Case, posted: Mapping[str, str], outcome: Result
    ) -> web.Response:
        if isinstance(outcome, Decided):
            await self._services.catalogue.refresh()
            raise web.HTTPSeeOther("/desk")
        if isinstance(outcome, Coded):
            raise web.HTTPSeeOther(f"/desk/case/{case.id}")
        told = {Conflict: "review.overtaken", WrongCode: "desk.wrong_code", CodeTaken: "desk.code_taken"}
        key = f"review.refused.{outcome.why}" if isinstance(outcome, Refused) else told[type(outcome)]
        current = await self._services.store.case(case.id) or case
        return await self._show_case(request, person, current, Told(key, _remarks(posted), 422))

    async def _note(self, person: Person, unit: str, about: str, right: str, allowed: bool) -> None:
        identity = next((i for i in person.identities if i.startswith(CHANNEL)), CHANNEL)
        use = Use(person.id, identity, right, unit, about[:200], allowed, self._services.clock())
        await self._services.store.note_use(use)

    async def _figures(self, request: web.Request, person: Person) -> web.Response:
        """Completeness, coverage and accuracy of every unit."""
        rows = await self._unit_figures.rows()
        zero = await self._services.store.zero_reports()
        units = {unit.id: unit.name for unit in await self._services.store.units()}
        return self._pages.show(request, "figures.html", rows=rows, zero=zero, units=units)

    async def _unit(self, request: web.Request, person: Person) -> web.Response:
        """What is to be mended in the items of one unit."""
        name = request.query.get("name", "")
        row = next((row for row in await self._unit_figures.rows() if row.unit == name), None)
        if row is None:
            raise NoSuchPageError("no_unit")
        items = [item for item in self._services.catalogue.items() if item.text("agency") == name]
        texts = self._pages.texts(request)
        found = [(item, to_mend(texts, item, self._unit_figures.flaws(item) or ())) for item in items]
        return self._pages.show(request, "unit.html", row=row, found=[one for one in found if one[1]])

    async def _item(self, request: web.Request, person: Person) -> web.Response:
        return await self._show_item(request, person, request.match_info["id"])

    async def _show_item(
        self, request: web.Request, person: Person, item_id: str, told: str = ""
    ) -> web.Response:
        history = await self._services.store.history(item_id)
        if not history:
            raise NoSuchPageError("no_item", line=self._services.settings.enquiry_line)
        switches = [s for s in await self._services.store.switches() if s.item_id in ("", item_id)]
        return self._pages.show(
            request,
            "item.html",
            item=history[-1],
            standing=await self._services.store.published(item_id),
            history=list(reversed(history)),
            switches=switches,
            may_publish=_may_publish(person),
            told=told,
        )

    async def _act_on_item(self, request: web.Request, person: Person) -> web.Response:
        """Withdraw, go back, switch off or on: each in one step, for publishers."""
        item_id, posted = request.match_info["id"], await _posted(request)
        allowed = _may_publish(person)
        action = posted.get("action", "")
        await self._note(person, "", f"item:{item_id}", action or "unknown", allowed)
        if not allowed:
            raise NoSuchPageError("staff_only", 403)
        done = await self._on_item(action, item_id, person, posted)
        await self._services.catalogue.refresh()
        return await self._show_item(request, person, item_id, "desk.done" if done else "desk.not_done")

    async def _on_item(self, action: str, item_id: str, person: Person, posted: Mapping[str, str]) -> bool:
        store = self._services.store
        match action:
            case "withdraw":
                return isinstance(await store.withdraw(item_id, person.id), Withdrawn)
            case "roll_back":
                version = posted.get("version", "")
                number = int(version) if version.isascii() and version.isdigit() else 0
                return isinstance(await store.roll_back(item_id, person.id, number), RolledBack)
            case "switch_off" if posted.get("notice", "").strip():
                notice = posted["notice"].strip()[:MAX_REMARK]
                await store.switch_off(Switch(notice, item_id, posted.get("aspect", "")[:50], person.id))
                return True
            case "switch_on":
                return await store.switch_on(item_id, posted.get("aspect", ""), person.id)
        return False


def _may_publish(person: Person) -> bool:
    return bool(person.units_with(Right.PUBLISH))


def _opinions(seen: Dossier) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(role, action, remarks by field title) of every opinion, oldest first."""
    titles = {field.key: field.title for field in seen.fields}
    return [
        (role_title(o.role), o.action, [(titles.get(r.field, ""), r.text) for r in o.remarks])
        for o in seen.case.opinions
    ]


def _remarks(posted: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix("remark."): text.strip()[:MAX_REMARK]
        for key, text in posted.items()
        if key.startswith("remark.") and text.strip()
    }


async def _posted(request: web.Request) -> Mapping[str, str]:
    """A posted form. Raises RejectedError for one that is too large or none."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise RejectedError(415, "media_type")
    if (request.content_length or 0) > MAX_FORM:
        raise RejectedError(413, "too_large", limit=MAX_FORM // 1024)
    return {key: text for key, text in (await request.post()).items() if isinstance(text, str)}
