"""Cases through whole chains, on every store: decisions, returns, codes, publication, and what is refused."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from item_store.audit import verify
from item_store.calendar import shipped_calendar
from item_store.cases import Case, CodeTaken, Submission
from item_store.chains import shipped_chains
from item_store.codes import Wrong
from item_store.contract import Draft, DraftState, ItemStore
from item_store.item import Item
from item_store.outcomes import Conflict
from item_store.people import Grant, Person
from item_store.register import Phrase
from item_store.reviewing import Coded, Decided, NoChain, NoGrounds, Proposal, Review, WrongCode, reopened
from item_store.store import open_store
from item_store.units import Unit, UnitKind
from item_store.workflow import DRAFT, PUBLISHED, Action, Refused, Remark, Why, waiting_roles
from tests.item_store.conftest import SteppingClock

VALUES = {
    "name": "示例登记",
    "item_type": "行政确认",
    "content": "登记示例",
    "agency": "示例局",
    "audience": ["自然人"],
    "materials": [{"name": "户口簿"}],
}
CLERK = Person("clerk", "填报人", (Grant("bureau", "clerk"), Grant("works", "clerk"), Grant("town", "clerk")))


def holder(role: str, unit: str) -> Person:
    return Person(f"the {role}", role, (Grant(unit, role),))


@pytest.fixture
async def review(store: ItemStore, clock: SteppingClock) -> Review:
    return await reviewing(store, clock)


async def reviewing(store: ItemStore, clock: Callable[[], datetime]) -> Review:
    await store.put_unit(Unit("bureau", "示例局", UnitKind.AGENCY, region="示例区"))
    await store.put_unit(Unit("town", "示例镇", UnitKind.TOWN, region="示例镇"))
    await store.put_unit(Unit("works", "示例水厂", UnitKind.ENTERPRISE, "bureau", "示例区"))
    return Review(store, shipped_chains(), shipped_calendar(), clock, "50")


async def draft_of(store: ItemStore, unit: str = "bureau", **data: Any) -> Draft:
    values = VALUES | data.pop("values", {})
    return await store.create_draft(unit, {"template": "implementation", "values": values, **data})


async def submitted(review: Review, unit: str = "bureau", **data: Any) -> Case:
    draft = await draft_of(review.store, unit, **data)
    return await handed_over(review, draft)


async def handed_over(review: Review, draft: Draft) -> Case:
    outcome = await review.submit(Submission(draft.id, draft.data, draft.version), draft.owner, CLERK)
    assert isinstance(outcome, Decided), outcome
    return outcome.case


async def passed(review: Review, case: Case, upto: str = PUBLISHED) -> Case:
    """The case after everybody has passed it, up to a stage."""
    chain = review.chain(case)
    for _ in range(40):
        if case.progress.at == upto:
            return case
        if (
            case.progress.at in chain.keys
            and chain.stage(case.progress.at).gives_code
            and not case.progress.coded
        ):
            proposal = await review.propose_code(case)
            assert isinstance(proposal, Proposal)
            coded = await review.give_code(case, holder("coder", "office"), proposal.code)
            assert isinstance(coded, Coded), coded
            case = coded.case
        role = waiting_roles(chain, case.progress)[0]
        where = {"head": case.unit, "reviewer": case.progress.units[-1]}.get(role, "office")
        outcome = await review.decide(case, holder(role, where), Action.PASS)
        assert isinstance(outcome, Decided), (role, outcome)
        case = outcome.case
    raise AssertionError(case.progress)


@pytest.mark.parametrize(
    ("unit", "template", "chain"),
    [
        ("bureau", "implementation", "district_implementation"),
        ("bureau", "catalog", "district_catalog"),
        ("town", "implementation", "town_implementation"),
        ("works", "implementation", "enterprise_implementation"),
        ("works", "catalog", "enterprise_catalog"),
        ("town", "service_2016", "services_2016"),
    ],
)
async def test_a_draft_goes_its_chain_and_is_published(
    review: Review, unit: str, template: str, chain: str
) -> None:
    case = await submitted(review, unit, template=template)
    assert case.chain == chain
    done = await passed(review, case)
    item = await review.store.published(case.item_id)
    assert item is not None
    assert (item.name, item.version) == ("示例登记", 1)
    assert bool(item["basic_code"]) == any(stage.gives_code for stage in review.chain(case).stages)
    assert (await review.store.load_draft(case.draft_id)).state is DraftState.SUBMITTED  # type: ignore[union-attr]
    assert done.due is None
    assert await verify(review.store) == []
    acts = [line.act for line in await review.store.audit_lines() if line.act.subject == f"case:{case.id}"]
    assert acts[0].action == "submit"
    assert {opinion.role for opinion in done.opinions} == set(review.chain(case).roles)


async def test_what_is_returned_comes_back_as_exactly_those_fields(review: Review) -> None:
    case = await passed(review, await submitted(review), "joint_review")
    chain = review.chain(case)
    remarks = (
        Remark("materials", "写明份数"),
        Remark("", "请核对全部电话"),
        Remark("basic_code", "以后再说"),
    )
    for number, role in enumerate(chain.stage("joint_review").roles):
        action = Action.RETURN if number in (1, 2) else Action.PASS
        said = remarks if number == 1 else (Remark("content", "太笼统"),) if number == 2 else ()
        outcome = await review.decide(case, holder(role, "office"), action, said)
        assert isinstance(outcome, Decided)
        case = outcome.case
    assert (case.progress.at, case.due) == (DRAFT, None)
    draft = await review.store.load_draft(case.draft_id)
    assert draft is not None
    assert draft.state is DraftState.OPEN
    assert set(VALUES) - set(draft.data["values"]) == {"materials", "content"}
    assert draft.data["dropped"] == {"materials": [{"name": "户口簿"}], "content": "登记示例"}
    assert draft.data["mend"] == {
        "materials": ["写明份数"],
        "": ["请核对全部电话", "以后再说"],
        "content": ["太笼统"],
    }
    told = [n for n in await review.store.waiting_notices(1000) if n.phrase == Phrase.CASE_RETURNED]
    assert [n.person for n in told] == ["person:clerk"]
    mended = {**draft.data, "values": {**VALUES, "content": "登记示例并发证"}}
    saved = await review.store.save_draft(draft.id, mended, draft.version)
    again = await review.submit(Submission(draft.id, mended, saved.version), "bureau", CLERK)
    assert isinstance(again, Decided)
    assert (again.case.id, again.case.progress.at, again.case.remarks) == (case.id, "sign_off", ())
    signed = await review.decide(again.case, holder("head", "bureau"), Action.PASS)
    assert isinstance(signed, Decided)
    assert signed.case.progress.at == "joint_review"
    await passed(review, signed.case)
    item = await review.store.published(case.item_id)
    assert item is not None
    assert item["content"] == "登记示例并发证"


async def test_what_is_refused_changes_nothing(review: Review) -> None:
    case = await submitted(review)
    head_and_clerk = Person("clerk", "填报人", (Grant("bureau", "head"),))
    assert await review.decide(case, head_and_clerk, Action.PASS) == Refused(Why.OWN_DRAFT)
    elsewhere = await review.decide(case, holder("head", "town"), Action.PASS)
    assert elsewhere == Refused(Why.OTHER_UNIT, {"unit": "bureau"})
    assert isinstance(await review.decide(case, holder("publisher", "office"), Action.PASS), Refused)
    empty = await review.decide(case, holder("head", "bureau"), Action.RETURN)
    assert empty == Refused(Why.NOTHING_NAMED)
    assert await review.store.case(case.id) == case
    await review.decide(case, holder("head", "bureau"), Action.PASS)
    late = await review.decide(case, holder("head", "bureau"), Action.PASS)
    assert late == Conflict(2)
    assert await review.store.published(case.item_id) is None


async def test_nobody_who_wrote_in_the_draft_decides_on_it(review: Review) -> None:
    case = await submitted(review, authors=["the head"])
    assert await review.decide(case, holder("head", "bureau"), Action.PASS) == Refused(Why.OWN_DRAFT)


async def test_a_case_is_taken_back(review: Review) -> None:
    case = await submitted(review)
    outcome = await review.decide(case, CLERK, Action.TAKE_BACK)
    assert isinstance(outcome, Decided)
    assert outcome.case.progress.at == "taken_back"
    assert (await review.store.queue([("head", "bureau")], date(2026, 3, 2))).total == 0


async def test_codes_are_next_free_shared_and_never_given_twice(review: Review) -> None:
    first = await passed(review, await submitted(review), "coding")
    other = await passed(review, await submitted(review, values={"name": "另一示例"}), "coding")
    same = await passed(review, await submitted(review, "town"), "coding")
    coder = holder("coder", "office")
    proposal = await review.propose_code(first)
    assert proposal == Proposal("500700001000", False)
    assert await review.propose_code(other) == proposal
    assert isinstance(await review.give_code(first, coder, "500700001000"), Coded)
    assert await review.give_code(other, coder, "500700001000") == CodeTaken("500700001000")
    assert await review.propose_code(other) == Proposal("500700002000", False)
    assert isinstance(await review.give_code(same, coder, "500700001000"), Coded)
    wrong = await review.give_code(other, coder, "509900001000")
    assert isinstance(wrong, WrongCode)
    assert isinstance(wrong.problem, Wrong)
    assert isinstance(await review.give_code(other, holder("head", "bureau"), "500700002000"), Refused)
    assert isinstance(await review.decide(other, coder, Action.PASS), Refused)
    first_now = await review.store.case(first.id)
    assert first_now is not None
    await passed(review, first_now)
    await review.store.withdraw(first.item_id)
    third = await passed(review, await submitted(review, values={"name": "第三示例"}), "coding")
    assert await review.propose_code(third) == Proposal("500700002000", False)
    assert set(await review.store.given_codes()) == {"500700001000"}


async def test_the_same_item_elsewhere_has_the_same_code(review: Review) -> None:
    await passed(review, await submitted(review))
    lower = await passed(review, await submitted(review, "town"), "coding")
    assert await review.propose_code(lower) == Proposal("500700001000", True)


async def test_a_change_needs_grounds_goes_its_own_chain_and_keeps_the_rest(review: Review) -> None:
    done = await passed(review, await submitted(review))
    await review.store.publish(
        Item.from_record(
            {**(await review.store.published(done.item_id)).record(), "theme": ["其他"], "aliases": ["俗名"]}
        )  # type: ignore[union-attr]
    )
    adjustment = {"change": "change", "item": done.item_id, "reason": "element", "basis": "渝府〔2026〕1号"}
    for lacking in ({"reason": ""}, {"basis": " "}, {"reason": "law"}):
        draft = await draft_of(review.store, adjustment=adjustment | lacking)
        refused = await review.submit(Submission(draft.id, draft.data, 1), "bureau", CLERK)
        assert refused == NoGrounds()
    case = await submitted(review, adjustment=adjustment, values={"content": "新内容"})
    assert case.chain == "implementation_adjustment"
    await passed(review, case)
    item = await review.store.published(done.item_id)
    assert item is not None
    assert (item["content"], item.version, item.aliases, item["theme"]) == ("新内容", 3, ("俗名",), ("其他",))
    assert item["basic_code"] == "500700001000"
    cancel = adjustment | {"change": "cancel", "reason": "catalog"}
    await passed(review, await submitted(review, adjustment=cancel))
    assert await review.store.published(done.item_id) is None


async def test_a_change_takes_effect_on_its_day(review: Review, clock: SteppingClock) -> None:
    adjustment = {"effective_on": (clock.now + timedelta(days=30)).date().isoformat()}
    case = await passed(review, await submitted(review, adjustment=adjustment))
    assert await review.store.published(case.item_id) is None
    clock.now += timedelta(days=31)
    assert await review.store.take_effect() == (case.item_id,)


async def test_an_upper_change_reaches_the_lower_unit_as_a_task(review: Review) -> None:
    upper = await passed(review, await submitted(review))
    lower = await passed(review, await submitted(review, "town", source_item=upper.item_id))
    assert await review.store.claim_tasks("town") == []
    adjustment = {"change": "change", "item": upper.item_id, "reason": "element", "basis": "依据"}
    await passed(review, await submitted(review, adjustment=adjustment, values={"content": "新"}))
    (task,) = await review.store.claim_tasks("town")
    assert (task.lower_id, task.upper_id, task.upper_version, task.kind) == (
        lower.item_id,
        upper.item_id,
        2,
        "published",
    )
    assert await review.store.settle_claim(lower.item_id, upper.item_id, "clerk") == 1
    assert await review.store.settle_claim(lower.item_id, upper.item_id, "clerk") == 0
    assert await review.store.claim_tasks("town") == []
    await review.store.withdraw(upper.item_id)
    assert [task.kind for task in await review.store.claim_tasks("town")] == ["withdrawn"]


async def test_the_queue_shows_what_is_due_first(review: Review, clock: SteppingClock) -> None:
    mine = []
    for n in range(5):
        mine.append(await submitted(review, values={"name": f"示例{n}"}))
        clock.now += timedelta(days=1)
    await submitted(review, "town")
    desks = [("head", "bureau")]
    queue = await review.store.queue(desks, date(2026, 3, 10), limit=2)
    assert (queue.total, queue.late) == (5, 1)
    assert [row.name for row in queue.rows] == ["示例0", "示例1"]
    assert queue.rows[0].due == date(2026, 3, 9)
    rest = await review.store.queue(desks, date(2026, 3, 10), offset=2, limit=10)
    assert len(rest.rows) == 3
    await review.decide(mine[0], holder("head", "bureau"), Action.PASS)
    assert (await review.store.queue(desks, date(2026, 3, 10))).total == 4
    both = await review.store.queue([*desks, ("reviewer_upper", ""), ("head", "town")], date(2026, 3, 10))
    assert both.total == 6
    assert (await review.store.queue([], date(2026, 3, 10))).total == 0
    assert [case.name for case in await review.store.cases_of_unit("bureau", 2)] == ["示例4", "示例3"]


async def test_a_unit_says_once_that_it_has_nothing(review: Review) -> None:
    assert await review.store.report_zero("town", "2026", "clerk")
    assert not await review.store.report_zero("town", "2026", "clerk")
    assert await review.store.report_zero("bureau", "2025", "clerk")
    assert [(r.unit, r.period) for r in await review.store.zero_reports()] == [
        ("bureau", "2025"),
        ("town", "2026"),
    ]
    assert [r.unit for r in await review.store.zero_reports("2026")] == ["town"]


async def test_an_office_reports_nothing_itself(review: Review) -> None:
    await review.store.put_unit(Unit("office", "示例办", UnitKind.OFFICE))
    draft = await draft_of(review.store, "office")
    person = Person("clerk", "填报人", (Grant("office", "clerk"),))
    outcome = await review.submit(Submission(draft.id, draft.data, 1), "office", person)
    assert outcome == NoChain("office", "implementation", "add")


def test_reopening_leaves_other_answers_alone() -> None:
    data = {
        "template": "implementation",
        "values": {"name": "甲", "content": "乙"},
        "dropped": {"conditions": "丙"},
        "answered": ["name", "content"],
        "skipped": ["conditions"],
        "wanted": "name",
    }
    again = reopened(data, (Remark("content", "再写"), Remark("conditions", "补上")))
    assert again["values"] == {"name": "甲"}
    assert again["dropped"] == {"conditions": "丙", "content": "乙"}
    assert (again["answered"], again["skipped"], again["wanted"]) == (["name"], [], "")


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_two_processes_decide_once(
    backend: str, database_address: Callable[[str], str], clock: SteppingClock
) -> None:
    address = database_address(backend)
    stores = [await open_store(address, clock), await open_store(address, clock)]
    try:
        first, second = [await reviewing(store, clock) for store in stores]
        case = await passed(first, await submitted(first), "online")
        publisher = holder("publisher", "office")
        outcomes = await asyncio.gather(*(r.decide(case, publisher, Action.PASS) for r in (first, second)))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Decided"]
        assert len(await second.store.history(case.item_id)) == 1
        drafts = [await draft_of(first.store) for _ in range(3)]
        for draft in drafts:
            submission = Submission(draft.id, draft.data, draft.version)
            both = await asyncio.gather(*(r.submit(submission, "bureau", CLERK) for r in (first, second)))
            assert sorted(type(outcome).__name__ for outcome in both) == ["Conflict", "Decided"]
        assert await verify(first.store) == []
    finally:
        for store in stores:
            await store.close()
