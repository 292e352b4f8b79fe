"""What units reported as done, with the files they handed in: for those who answer for these units."""

from aiohttp import web

from bot.channels.pages import NoSuchPageError, Pages
from bot.channels.web_files import download
from bot.channels.web_people import People
from bot.channels.web_requests import CHANNEL
from bot.services import Services
from item_store.people import Person, Right
from item_store.records import StartedPlan, TaskState
from item_store.units import chain

RIGHTS = (Right.REPORT, Right.MANAGE_STAFF)
SHOWN = 200


class ReportPages:
    """Only for staff who have signed in on this browser, each for their units."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages = Pages(services)
        self._people = People(services.settings)

    def routes(self) -> list[web.RouteDef]:
        """What the web server answers."""
        guarded = self._pages.guarded
        return [
            web.get("/desk/reports", guarded(self._reports)),
            web.get("/desk/reports/file", guarded(self._file)),
        ]

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing runs on its own here."""

    async def _staff(self, request: web.Request) -> Person:
        known = self._people.known(request)
        person = await self._services.store.person_of(f"{CHANNEL}:{known}") if known else None
        if person is None or not person.grants:
            raise NoSuchPageError("staff_only", 403)
        return person

    async def _reports(self, request: web.Request) -> web.Response:
        """The latest first."""
        person, store = await self._staff(request), self._services.store
        units = {unit.id: unit for unit in await store.units()}
        allowed = {unit for unit in units if _may_read(person, chain(units, unit))}
        states = [kept.record for kept in await store.all_kept(TaskState)]
        done = [state for state in states if state.done_on and state.unit in allowed]
        response = self._pages.show(
            request,
            "reports.html",
            reports=sorted(done, key=lambda state: (str(state.done_on), state.key), reverse=True)[:SHOWN],
            units={unit.id: unit.name for unit in units.values()},
            work=await self._work(),
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _work(self) -> dict[str, str]:
        """What the rows of all plans say, ended ones too."""
        plans = [kept.record.plan for kept in await self._services.store.all_kept(StartedPlan)]
        return {task.key: task.work for plan in plans for task in plan.all_tasks}

    async def _file(self, request: web.Request) -> web.Response:
        """The file of one report, to be saved."""
        person, store = await self._staff(request), self._services.store
        key = f"{request.query.get('due', '')}@{request.query.get('unit', '')}"
        kept = await store.kept(TaskState, key)
        units = {unit.id: unit for unit in await store.units()}
        if kept is None or not _may_read(person, chain(units, kept.record.unit)):
            raise NoSuchPageError("nothing_here")
        file = await store.file(kept.record.file) if kept.record.file else None
        if file is None:
            raise NoSuchPageError("nothing_here")
        response = download(file)
        response.headers["Cache-Control"] = "no-store"
        return response


def _may_read(person: Person, units: tuple[str, ...]) -> bool:
    return any(person.may(right, units) for right in RIGHTS)
