"""Every move of every chain by every role, and what parallel opinions, returns and own drafts come to."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from item_store.calendar import shipped_calendar
from item_store.chains import Chain, ChainError, chain_for, read_chain, shipped_chains, with_own
from item_store.people import ROLES, Grant
from item_store.units import UnitKind
from item_store.workflow import (
    DRAFT,
    PUBLISHED,
    TAKEN_BACK,
    Action,
    Actor,
    Moved,
    Noted,
    Outcome,
    Progress,
    Refused,
    Remark,
    Why,
    due_day,
    fields_to_mend,
    move,
    moves_of,
    waiting_roles,
)

CHAINS = shipped_chains()
UNITS = ("water_works", "economy_office")
REMARKS = (Remark("materials", "请写明份数"),)


def holder(role: str, person: str = "", unit: str = "") -> Actor:
    """Somebody who holds a role where it counts for the enterprise of these tests."""
    where = unit or (UNITS[1] if role == "reviewer" else UNITS[0])
    return Actor(person or f"the {role}", (Grant(where, role),))


def at(stage: str, **changes: object) -> Progress:
    return replace(Progress(stage, UNITS, authors=frozenset({"the clerk"}), coded=True), **changes)  # type: ignore[arg-type]


def act(chain: Chain, progress: Progress, role: str, action: Action = Action.PASS) -> Outcome:
    remarks = REMARKS if action is Action.RETURN else ()
    return move(chain, progress, holder(role), action, remarks)


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_every_move_by_every_role(chain: Chain) -> None:
    """The rows of the table are allowed, everything else is refused by name."""
    allowed = {(row.at, row.action, row.role): row.to for row in moves_of(chain)}
    checked = 0
    for stage in (DRAFT, *chain.keys, PUBLISHED, TAKEN_BACK):
        for action in Action:
            for role in ROLES:
                outcome = act(chain, at(stage, authors=frozenset({"somebody else"})), role, action)
                checked += 1
                if (stage, action, role) in allowed:
                    assert isinstance(outcome, Moved | Noted), (stage, action, role, outcome)
                    if isinstance(outcome, Moved):
                        assert outcome.progress.at == allowed[stage, action, role]
                else:
                    assert isinstance(outcome, Refused), (stage, action, role, outcome)
                    others = any(row.at == stage and row.action == action for row in moves_of(chain))
                    assert outcome.why == (Why.NOT_YOUR_ROLE if others else Why.NO_SUCH_MOVE)
    assert checked == (len(chain.stages) + 3) * len(Action) * len(ROLES)


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_a_chain_leads_from_draft_to_publication(chain: Chain) -> None:
    progress = at(DRAFT)
    outcome: Outcome = move(chain, progress, holder("clerk"), Action.SUBMIT)
    seen = []
    for _ in range(30):
        assert isinstance(outcome, Moved | Noted)
        progress = outcome.progress
        if progress.at == PUBLISHED:
            break
        seen.append(progress.at)
        outcome = act(chain, progress, waiting_roles(chain, progress)[0])
    assert progress.at == PUBLISHED
    assert tuple(dict.fromkeys(seen)) == chain.keys


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_nobody_decides_on_their_own_draft(chain: Chain) -> None:
    for stage in chain.stages:
        for role in stage.roles:
            for action in (Action.PASS, Action.RETURN):
                own = at(stage.key, authors=frozenset({f"the {role}"}))
                assert act(chain, own, role, action) == Refused(Why.OWN_DRAFT)


def test_parallel_opinions_are_all_heard_before_it_goes_back() -> None:
    chain = CHAINS["district_catalog"]
    stage = chain.stage("joint_review")
    progress = at("joint_review")
    for number, role in enumerate(stage.roles[:-1]):
        outcome = act(chain, progress, role, Action.RETURN if number == 1 else Action.PASS)
        assert isinstance(outcome, Noted)
        assert outcome.awaited == stage.roles[number + 1 :]
        progress = outcome.progress
        assert act(chain, progress, role) == Refused(Why.ALREADY_SAID)
    last = move(
        chain,
        progress,
        holder(stage.roles[-1]),
        Action.RETURN,
        (Remark("name", "与目录不一致"), Remark("", "请再核")),
    )
    assert isinstance(last, Moved)
    assert (last.progress.at, last.progress.opinions) == (DRAFT, ())
    assert fields_to_mend(last.remarks) == ("materials", "name")


def test_a_mended_draft_is_signed_off_again_and_goes_on_where_it_was_returned() -> None:
    chain = CHAINS["district_catalog"]
    back = act(chain, at("approval"), "approver", Action.RETURN)
    assert isinstance(back, Moved)
    again = move(chain, back.progress, holder("clerk"), Action.SUBMIT)
    assert isinstance(again, Moved)
    assert again.progress.at == "sign_off"
    signed = act(chain, again.progress, "head")
    assert isinstance(signed, Moved)
    assert (signed.progress.at, signed.progress.resume_at) == ("approval", "")
    restarting = replace(chain, resumes=False)
    back = act(restarting, at("approval"), "approver", Action.RETURN)
    assert isinstance(back, Moved)
    assert back.progress.resume_at == ""


def test_roles_count_only_where_they_reach() -> None:
    chain = CHAINS["enterprise_catalog"]
    elsewhere = holder("head", unit="another_unit")
    assert move(chain, at("sign_off"), elsewhere, Action.PASS) == Refused(Why.OTHER_UNIT, {"unit": UNITS[0]})
    inside = holder("reviewer", unit=UNITS[0])
    assert move(chain, at("competent_review"), inside, Action.PASS) == Refused(
        Why.OTHER_UNIT, {"unit": UNITS[0]}
    )
    assert isinstance(move(chain, at("competent_review"), holder("reviewer"), Action.PASS), Moved)
    orphan = at("competent_review", units=UNITS[:1])
    assert isinstance(move(chain, orphan, holder("reviewer"), Action.PASS), Refused)
    assert isinstance(move(chain, at(DRAFT), holder("clerk", unit="another_unit"), Action.SUBMIT), Refused)


def test_returning_names_something_and_coding_gives_a_code() -> None:
    chain = CHAINS["district_catalog"]
    assert move(chain, at("approval"), holder("approver"), Action.RETURN) == Refused(Why.NOTHING_NAMED)
    blank = (Remark("name", "  "),)
    assert move(chain, at("approval"), holder("approver"), Action.RETURN, blank) == Refused(Why.NOTHING_NAMED)
    assert act(chain, at("coding", coded=False), "coder") == Refused(Why.NOT_CODED)
    assert isinstance(act(chain, at("coding", coded=False), "coder", Action.RETURN), Moved)


def test_one_person_with_two_roles_speaks_for_one_at_a_time() -> None:
    chain = CHAINS["services_2016"]
    both = Actor("one", (Grant("a", "reviewer_legal"), Grant("a", "reviewer_service_office")))
    first = move(chain, at("joint_review"), both, Action.PASS, role="reviewer_service_office")
    assert isinstance(first, Noted)
    assert first.awaited == ("reviewer_legal",)
    assert isinstance(move(chain, first.progress, both, Action.PASS), Moved)


def test_days_of_a_stage_are_working_days() -> None:
    stage = CHAINS["district_catalog"].stage("sign_off")
    day = due_day(stage, date(2026, 9, 30), shipped_calendar())
    assert day.date == date(2026, 10, 13)


def test_every_kind_of_reporting_unit_has_a_chain() -> None:
    for kind in set(UnitKind) - {UnitKind.OFFICE}:
        for template in ("catalog", "implementation", "service_2016"):
            for change in ("add", "change", "cancel"):
                assert chain_for(CHAINS.values(), kind, template, change), (kind, template, change)
    found = chain_for(CHAINS.values(), "enterprise", "catalog", "add")
    assert found is not None
    assert found.id == "enterprise_catalog"


OWN = """
id: ours
title: 本区目录清单
source: 本区规定
units: [agency]
templates: [catalog]
changes: [add]
stages:
  - {key: sign_off, title: 审定, roles: [head], days: 3}
"""


def test_a_district_defines_its_own_chain_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = chain_for(with_own([path]).values(), "agency", "catalog", "add")
    assert found is not None
    assert found.id == "ours"


def test_a_chain_that_is_not_usual_is_used_where_it_was_chosen() -> None:
    """The county's, for every change of both lists; the tables of 2016 go their own way."""
    chosen = with_own([], ["county_2017"])
    for change in ("add", "change", "cancel"):
        for template in ("catalog", "implementation"):
            usual = chain_for(CHAINS.values(), "agency", template, change)
            found = chain_for(chosen.values(), "agency", template, change)
            assert usual is not None
            assert found is not None
            assert (usual.id == "county_2017", found.id) == (False, "county_2017")
    services = chain_for(chosen.values(), "agency", "service_2016", "add")
    assert services is not None
    assert services.id == "services_2016"
    with pytest.raises(ChainError, match="county_2071 is no chain"):
        with_own([], ["county_2071"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days: 3", "days: soon", "stages.0.days"),
        ("[head]", "[nobody]", "nobody"),
        ("[head]", "[head, head]", "twice"),
        ("key: sign_off", "key: published", "published"),
        ("title: 本区目录清单", "name: 本区目录清单", "title"),
        ("stages:", "steps:", "stages"),
        ("id: ours", "id: [", "YAML"),
    ],
)
def test_a_wrong_chain_file_is_told_apart(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(ChainError, match=told) as raised:
        read_chain(path)
    assert "ours.yaml" in str(raised.value)
