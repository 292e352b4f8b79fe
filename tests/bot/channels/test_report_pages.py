"""Files handed in with 已完成: opened by those who answer for the unit, and by nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import plan_starting
from bot.app import App, web_application
from bot.channels.web_people import COOKIE, People
from item_store.one_time_codes import hash_of
from item_store.people import Grant, Invitation
from item_store.records import TaskState
from item_store.units import Unit
from tests.bot.world import plan
from tests.drivers.direct import DirectDriver

ROWS = [{"number": "1", "work": "报送<清单>", "lead": ["甲局"], "deadline": "3月31日前"}]
PDF = b"%PDF-1.4 report"
PLACE = {"due": "p/1:1:20260331", "unit": "甲局"}


@pytest.fixture
async def client(app: App) -> AsyncIterator[TestClient]:
    store = app.services.store
    for unit in (Unit("委", "某委"), Unit("甲局", "甲局", competent="委"), Unit("乙局", "乙局")):
        await store.put_unit(unit)
    await plan_starting.start(app.services, plan(ROWS), "test")
    async with TestClient(TestServer(web_application(app))) as opened:
        yield opened


async def invited(app: App, identity: str, *grants: Grant) -> None:
    until = app.services.clock() + timedelta(days=1)
    await app.services.store.invite(Invitation(hash_of(identity), until, "test", "某人", grants))
    await app.services.store.redeem(hash_of(identity), identity)


async def signed_in(app: App, client: TestClient, name: str, *grants: Grant) -> None:
    await invited(app, f"web:{name}", *grants)
    signer = People(app.services.settings)._signer
    client.session.cookie_jar.update_cookies({COOKIE: signer.dumps(name)}, client.make_url("/"))


async def handed_in(app: App) -> None:
    """By dialogue, with the file."""
    await invited(app, "console:li", Grant("甲局", "liaison"))
    driver = DirectDriver(app)
    heard = await driver.say("li", "/tasks")
    heard = await driver.press("li", dict(heard[0].buttons)["报送<清单>"])
    await driver.press("li", dict(heard[0].buttons)["已完成"])
    heard = await driver.send_file("li", "总结.pdf", PDF)
    assert "办结" in heard[0].text


@pytest.mark.parametrize("grant", [Grant("甲局", "liaison"), Grant("委", "operator")])
async def test_those_who_answer_for_the_unit_open_the_file(
    app: App, client: TestClient, grant: Grant
) -> None:
    await handed_in(app)
    await signed_in(app, client, "a", grant)
    page = await (await client.get("/desk/reports")).text()
    assert "报送&lt;清单&gt;" in page
    assert "/desk/reports/file?due=p%2F1%3A1%3A20260331&amp;unit=%E7%94%B2%E5%B1%80" in page
    response = await client.get("/desk/reports/file", params=PLACE)
    assert await response.read() == PDF
    assert response.content_type == "application/pdf"
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("grants", [(Grant("乙局", "liaison"),), (Grant("甲局", "clerk"),)])
async def test_nobody_else_does(app: App, client: TestClient, grants: tuple[Grant, ...]) -> None:
    await handed_in(app)
    assert (await client.get("/desk/reports")).status == 403
    assert (await client.get("/desk/reports/file", params=PLACE)).status == 403
    await signed_in(app, client, "b", *grants)
    assert "报送" not in await (await client.get("/desk/reports")).text()
    assert (await client.get("/desk/reports/file", params=PLACE)).status == 404


async def test_a_report_without_a_file_leads_nowhere(app: App, client: TestClient) -> None:
    done = TaskState(due_id=PLACE["due"], unit="甲局", done_on=app.services.clock().date(), note="口头")
    await app.services.store.keep(done, 0)
    await signed_in(app, client, "c", Grant("甲局", "liaison"))
    page = await (await client.get("/desk/reports")).text()
    assert "口头" in page
    assert "/desk/reports/file" not in page
    assert (await client.get("/desk/reports/file", params=PLACE)).status == 404
