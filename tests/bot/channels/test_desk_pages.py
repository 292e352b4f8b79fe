"""The desk: denied to all but staff, quick with thousands waiting, and as strict as the conversation."""

import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import unit_figures
from bot.app import App, web_application
from bot.channels.web_people import COOKIE, People
from bot.reviews import review
from item_store.accuracy import flaws_of_unit
from item_store.cases import Submission
from item_store.figures import GUIDE_KEYS
from item_store.findings import Finding
from item_store.item import Item
from item_store.one_time_codes import hash_of
from item_store.people import Grant, Invitation, Person
from item_store.proofs import Proofs
from item_store.reviewing import Decided
from item_store.units import Unit
from item_store.workflow import PUBLISHED
from tests.transcripts import MovedClock

BUREAU = "示例局"


@pytest.fixture
async def client(app: App) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(web_application(app))) as opened:
        yield opened


async def signed_in(app: App, client: TestClient, name: str, *grants: Grant) -> Person:
    """A member of staff, known to this client by its cookie."""
    store, code = app.services.store, uuid4().hex
    await store.put_unit(Unit(BUREAU, BUREAU))
    until = app.services.clock() + timedelta(days=1)
    await store.invite(Invitation(hash_of(code), until, "test", name, grants))
    await store.redeem(hash_of(code), f"web:{name}")
    signer = People(app.services.settings)._signer
    client.session.cookie_jar.update_cookies({COOKIE: signer.dumps(name)}, client.make_url("/"))
    person = await store.person_of(f"web:{name}")
    assert person
    return person


async def submitted(app: App, name: str = "示例登记", **more: object) -> str:
    """A case that waits for the head."""
    values = {
        "name": name,
        "item_type": "行政确认",
        "content": "登记",
        "agency": BUREAU,
        "materials": [{"name": "表"}],
    }
    data = {"template": "implementation", "values": values, **more}
    await app.services.store.put_unit(Unit(BUREAU, BUREAU))
    draft = await app.services.store.create_draft(BUREAU, data)
    clerk = Person("clerk", "填报人", (Grant(BUREAU, "clerk"),))
    outcome = await review(app.services).submit(Submission(draft.id, data, 1), BUREAU, clerk)
    assert isinstance(outcome, Decided)
    return outcome.case.id


async def post(client: TestClient, address: str, **form: str) -> int:
    response = await client.post(address, data=form, allow_redirects=False)
    return response.status


async def test_nobody_but_staff_sees_it(client: TestClient, app: App) -> None:
    case = await submitted(app)
    for address in ("/desk", "/desk/figures", f"/desk/case/{case}", "/desk/item/x"):
        response = await client.get(address)
        assert response.status == 403
        assert "示例登记" not in await response.text()
    assert await post(client, f"/desk/case/{case}", action="pass", version="1") == 403
    await signed_in(app, client, "外单位", Grant("另一个局", "head"))
    assert (await client.get(f"/desk/case/{case}")).status == 404


async def test_a_case_is_decided_on_the_page(client: TestClient, app: App) -> None:
    case_id = await submitted(app)
    address = f"/desk/case/{case_id}"
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    page = await (await client.get("/desk")).text()
    assert "示例登记" in page
    assert "主要负责同志审定" in page
    assert 'name="remark.materials"' in await (await client.get(address)).text()
    assert await post(client, address, action="pass", version="9") == 409
    assert await post(client, address, action="return", version="1") == 422
    assert await post(client, address, action="submit", version="1") == 422
    assert await post(client, address, action="nonsense", version="1") == 422
    refused = await client.post(
        address, data={"action": "pass", "version": "1"}, headers={"Origin": "https://evil.example"}
    )
    assert refused.status == 403
    returned = {"action": "return", "version": "1", "remark.materials": "写明份数 <b>", "remark.": "请再核"}
    assert await post(client, address, **returned) == 303
    case = await app.services.store.case(case_id)
    assert case is not None
    assert [(r.field, r.text) for r in case.remarks] == [("materials", "写明份数 <b>"), ("", "请再核")]
    page = await (await client.get(address)).text()
    assert "写明份数 &lt;b&gt;" in page
    assert "已退回，有 2 条意见要修改" in page
    uses = await app.services.store.uses()
    assert {(use.right, use.allowed) for use in uses} >= {("return", True), ("return", False)}


async def test_what_differs_is_named_first_and_open_to_remarks(client: TestClient, app: App) -> None:
    standing = app.services.catalogue.items()[0]
    adjustment = {"change": "change", "item": standing.id, "reason": "element", "basis": "示例〔2026〕1号"}
    address = f"/desk/case/{await submitted(app, standing.name, adjustment=adjustment)}"
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    page = await (await client.get(address)).text()
    named = re.findall(r'<li><a href="#field-(\w+)">', page)
    assert named
    assert named == re.findall(r'class="part differing" id="field-(\w+)"', page)
    for key in re.findall(r'class="part(?: differing)?" id="field-(\w+)"', page):
        part = page[page.index(f'id="field-{key}"') :].partition("</section>")[0]
        assert ("<details open>" in part) == (key in named)
        assert f'name="remark.{key}"' in part
    assert "name" not in named


async def test_a_code_is_given_and_the_item_published_at_once(client: TestClient, app: App) -> None:
    case_id = await submitted(app)
    address = f"/desk/case/{case_id}"
    chain = review(app.services).chain(await app.services.store.case(case_id))  # type: ignore[arg-type]
    roles = [Grant(BUREAU, role) for role in chain.roles]
    await signed_in(app, client, "全能", *roles)
    for _ in range(20):
        case = await app.services.store.case(case_id)
        assert case is not None
        if case.progress.at == PUBLISHED:
            break
        version = str(case.version)
        if case.progress.at == "coding" and not case.progress.coded:
            page = await (await client.get(address)).text()
            code = re.search(r'name="basic_code" value="(5007\d{5}000)"', page)[1]  # type: ignore[index]
            assert await post(client, address, action="code", version=version, basic_code="12") == 422
            assert await post(client, address, action="code", version=version, basic_code=code) == 303
        else:
            assert await post(client, address, action="pass", version=version) == 303
    item = app.services.catalogue.item(case.item_id)
    assert item is not None
    assert str(item["basic_code"]).startswith("5007")


async def test_a_publisher_withdraws_goes_back_and_switches_off(client: TestClient, app: App) -> None:
    item = app.services.catalogue.items()[0]
    address = f"/desk/item/{item.id}"
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    assert (await client.get(address)).status == 200
    assert await post(client, address, action="withdraw") == 403
    await signed_in(app, client, "公布人", Grant(BUREAU, "publisher"))
    await post(client, address, action="switch_off", notice="正在核对")
    assert app.services.catalogue.switched_off(item.id) is not None
    await post(client, address, action="switch_on", aspect="")
    assert app.services.catalogue.switched_off(item.id) is None
    await post(client, address, action="withdraw")
    assert app.services.catalogue.item(item.id) is None
    await post(client, address, action="roll_back", version="1")
    again = app.services.catalogue.item(item.id)
    assert again is not None
    assert (again.version, again.digest) == (2, item.digest)


async def test_figures_name_each_agency(client: TestClient, app: App) -> None:
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    await app.services.store.report_zero(BUREAU, "2026", "clerk")
    page = await (await client.get("/desk/figures")).text()
    for item in app.services.catalogue.items():
        assert item.text("agency") in page
    assert f"2026 {BUREAU}" in page


async def test_accuracy_is_by_the_rules_and_names_what_to_mend(client: TestClient, app: App) -> None:
    """A whole item, one without a phone, one that is in the catalog alone, and one that breaks hard rules."""
    store, catalogue = app.services.store, app.services.catalogue
    whole = catalogue.items()[0]
    agency = {"agency": "示例新局"}

    def like(item_id: str, name: str, without: str = "", **changed: Any) -> Item:
        values = {**whole.values, **agency, "name": name, **changed}
        for key in (without, "basic_code", "implementation_code"):
            values.pop(key, None)
        return replace(whole, id=item_id, values=values, version=0)

    good = [like("good", "示例园林养护登记"), like("mute", "示例河道清淤备案", without="enquiry_phone")]
    listed = like("listed", "示例古树认养确认")
    listed = replace(listed, values={k: v for k, v in listed.values.items() if k not in GUIDE_KEYS})
    await store.publish_many([*good, listed, like("late", "示例路灯报修受理", promised_limit="900个工作日")])
    await catalogue.refresh()
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    page = await (await client.get("/desk/figures")).text()
    row = re.sub(r"<[^>]*>", " ", page[page.index("示例新局") :].partition("</tr>")[0]).split()
    assert row[:3] == ["示例新局", "4", row[2]]
    assert row[3:] == ["2", "个要补", "75.0%", "1", "个要补", "75.0%", "1", "个要补"]
    unit = await (await client.get("/desk/figures/unit", params={"name": "示例新局"})).text()
    assert "没有填：咨询电话" in unit
    assert "只列在目录里" in unit
    assert "承诺办结时限“900个工作日”比法定办结时限" in unit
    assert "示例园林养护登记" not in unit
    assert (await client.get("/desk/figures/unit?name=nobody")).status == 404
    # Mended, the figures follow; the other units are not checked again.
    await store.publish(like("late", "示例路灯报修受理"))
    await catalogue.refresh()
    page = await (await client.get("/desk/figures")).text()
    assert "100.0%" in page[page.index("示例新局") :].partition("</tr>")[0]


async def test_the_figures_do_not_wait_for_all_rules(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[int] = []

    def slowly(items: Sequence[Item], proofs: Proofs) -> dict[str, tuple[Finding, ...]]:
        time.sleep(0.01)
        checked.append(len(items))
        return flaws_of_unit(items, proofs)

    monkeypatch.setattr(unit_figures, "flaws_of_unit", slowly)
    counted = unit_figures.UnitFigures(app.services.catalogue)
    rows = await counted.rows(patience=0)
    assert {row.accuracy for row in rows} == {None}
    rows = await counted.rows(patience=30)
    assert {row.accuracy for row in rows} == {1.0}
    assert sum(checked) == len(app.services.catalogue)
    await counted.rows()
    assert sum(checked) == len(app.services.catalogue)
    await counted.close()


async def test_the_queue_is_quick_with_many_waiting(client: TestClient, app: App, clock: MovedClock) -> None:
    for number in range(300):
        await submitted(app, f"示例登记{number:03d}")
    await signed_in(app, client, "负责人", Grant(BUREAU, "head"))
    await client.get("/desk")
    started = time.perf_counter()
    page = await (await client.get("/desk?page=3")).text()
    assert time.perf_counter() - started < 0.3
    assert "第 3 页，共 6 页" in page
