"""Items through a whole chain by the API with the time per decision, and the desk with thousands waiting."""

import argparse
import asyncio
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from bot.app import App, open_app, web_application
from bot.channels.web_people import COOKIE, People
from bot.reviews import review
from bot.settings import Settings
from item_store.audit import verify
from item_store.cases import Case, Submission
from item_store.one_time_codes import hash_of
from item_store.people import Grant, Invitation, Person
from item_store.reviewing import Coded, Decided, Proposal
from item_store.units import Unit
from item_store.workflow import PUBLISHED, Action, waiting_roles

UNIT = "示例局"
CLERK = Person("clerk", "填报人", (Grant(UNIT, "clerk"),))


class Chain:
    """Takes cases through, and keeps how long each decision took."""

    def __init__(self, app: App) -> None:
        self.app, self.review = app, review(app.services)
        self.seconds: list[float] = []

    async def submit(self, number: int) -> Case:
        values = {"name": f"示例事项{number:05d}", "item_type": "行政确认", "content": "示例", "agency": UNIT}
        data = {"template": "implementation", "values": values}
        draft = await self.app.services.store.create_draft(UNIT, data)
        outcome = await self.review.submit(Submission(draft.id, data, draft.version), UNIT, CLERK)
        assert isinstance(outcome, Decided), outcome
        return outcome.case

    async def take_through(self, case: Case) -> None:
        chain = self.review.chain(case)
        while case.progress.at != PUBLISHED:
            started = time.perf_counter()
            if chain.stage(case.progress.at).gives_code and not case.progress.coded:
                case = await self._code(case)
            else:
                role = waiting_roles(chain, case.progress)[0]
                person = Person(f"the {role}", role, (Grant(UNIT, role),))
                outcome = await self.review.decide(case, person, Action.PASS)
                assert isinstance(outcome, Decided), outcome
                case = outcome.case
            self.seconds.append(time.perf_counter() - started)

    async def _code(self, case: Case) -> Case:
        proposal = await self.review.propose_code(case)
        assert isinstance(proposal, Proposal)
        coder = Person("the coder", "coder", (Grant(UNIT, "coder"),))
        outcome = await self.review.give_code(case, coder, proposal.code)
        assert isinstance(outcome, Coded), outcome
        return outcome.case


async def desk_seconds(app: App) -> list[float]:
    """Opening the queue as its head, page by page."""
    store, until = app.services.store, app.services.clock() + timedelta(days=1)
    await store.invite(Invitation(hash_of("bench"), until, "bench", "负责人", (Grant(UNIT, "head"),)))
    await store.redeem(hash_of("bench"), "web:head")
    signed = str(People(app.services.settings)._signer.dumps("head"))
    async with TestClient(TestServer(web_application(app)), cookies={COOKIE: signed}) as client:
        taken = []
        for page in range(1, 21):
            started = time.perf_counter()
            response = await client.get(f"/desk?page={page}")
            await response.text()
            assert response.status == 200
            taken.append(time.perf_counter() - started)
    return taken


def milliseconds(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    worst = ordered[int(len(ordered) * 0.99)]
    return f"median {statistics.median(ordered) * 1000:.1f} ms, p99 {worst * 1000:.1f} ms, most {ordered[-1] * 1000:.1f} ms"


async def main(items: int, waiting: int, db: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), db=db or f"sqlite:///{folder}/bench.db", log_level="WARNING"
        )
        async with open_app(settings) as app:
            await app.services.store.put_unit(Unit(UNIT, UNIT))
            chain, started = Chain(app), time.perf_counter()
            for number in range(items):
                await chain.take_through(await chain.submit(number))
            whole = time.perf_counter() - started
            print(f"{items} items through {len(chain.seconds)} decisions in {whole:.1f} s")
            print(f"a decision: {milliseconds(chain.seconds)}")
            started = time.perf_counter()
            flaws = await verify(app.services.store)
            head = await app.services.store.audit_head()
            print(
                f"audit: {head.sequence} lines verified in {time.perf_counter() - started:.1f} s, {len(flaws)} flaws"
            )
            for number in range(waiting):
                await chain.submit(items + number)
            print(f"desk with {waiting} waiting: {milliseconds(await desk_seconds(app))}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--waiting", type=int, default=5000)
    parser.add_argument("--db", default="", help="database URL; empty: a temporary SQLite file")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.items, arguments.waiting, arguments.db))
