"""Staff: codes used once, rights denied unless a row allows them, and every use on record."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from item_store.contract import Conflict, DraftState, ItemStore, Saved
from item_store.files import StoredFile, digest_of
from item_store.one_time_codes import CODE, hash_of, new_code
from item_store.people import (
    ROLES,
    TRIES,
    CodeProblem,
    Grant,
    Invitation,
    Person,
    Redeemed,
    RefusedCode,
    Right,
    UnknownRoleError,
    Use,
    grants_of,
)
from item_store.units import Unit, UnitKind, chain

LATER = timedelta(days=7)


async def invite(store: ItemStore, clock: Any, code: str, **details: Any) -> None:
    grants = details.pop("grants", (Grant("civil", "clerk"),))
    await store.invite(Invitation(hash_of(code), clock.now + LATER, "test", "王芳", grants, **details))


async def sign_in(store: ItemStore, clock: Any, identity: str = "web:1", **details: Any) -> Person:
    code = new_code()
    await invite(store, clock, code, **details)
    outcome = await store.redeem(hash_of(code), identity)
    assert isinstance(outcome, Redeemed)
    return outcome.person


def test_codes_are_readable_and_hash_alike_however_written() -> None:
    code = new_code()
    assert CODE.fullmatch(code)
    assert hash_of(code) == hash_of(code.lower().replace("-", " ")) == hash_of(code.replace("-", "－"))
    assert hash_of(code) != hash_of(new_code())


async def test_a_code_makes_a_person_once(store: ItemStore, clock: Any) -> None:
    await invite(store, clock, "code")
    outcome = await store.redeem(hash_of("code"), "web:1")
    assert isinstance(outcome, Redeemed)
    assert outcome.person == await store.person_of("web:1")
    assert (outcome.person.name, outcome.person.grants) == ("王芳", (Grant("civil", "clerk"),))
    assert await store.redeem(hash_of("code"), "web:2") == RefusedCode(CodeProblem.USED)
    assert await store.person_of("web:2") is None


async def test_an_old_code_binds_nobody(store: ItemStore, clock: Any) -> None:
    await invite(store, clock, "code")
    clock.now += LATER
    assert await store.redeem(hash_of("code"), "web:1") == RefusedCode(CodeProblem.EXPIRED)


async def test_guessing_ends_after_few_tries_and_goes_on_later(store: ItemStore, clock: Any) -> None:
    await invite(store, clock, "code")
    for number in range(TRIES):
        assert await store.redeem(hash_of(f"{number}"), "web:1") == RefusedCode(CodeProblem.UNKNOWN)
    assert await store.redeem(hash_of("code"), "web:1") == RefusedCode(CodeProblem.TOO_MANY)
    clock.now += timedelta(hours=2)
    assert isinstance(await store.redeem(hash_of("code"), "web:1"), Redeemed)


async def test_one_person_on_several_channels(store: ItemStore, clock: Any) -> None:
    person = await sign_in(store, clock)
    linked = await sign_in(store, clock, "telegram:7", person=person.id, grants=())
    assert linked.id == person.id
    assert linked.identities == ("telegram:7", "web:1")
    stranger = await sign_in(store, clock, "web:9")
    await invite(store, clock, "link", person=person.id, grants=())
    assert await store.redeem(hash_of("link"), "web:9") == RefusedCode(CodeProblem.BOUND)
    assert (await store.person_of("web:9")) == stranger
    assert await store.unbind("telegram:7")
    assert not await store.unbind("telegram:7")
    assert await store.person_of("telegram:7") is None
    assert len(await store.people()) == 2


async def test_a_second_code_adds_roles_to_the_same_person(store: ItemStore, clock: Any) -> None:
    first = await sign_in(store, clock)
    more = (Grant("civil", "clerk"), Grant("labour", "head"))
    second = await sign_in(store, clock, grants=more)
    assert second.id == first.id
    assert second.grants == more


async def test_revoked_roles_are_gone_at_once(store: ItemStore, clock: Any) -> None:
    both = (Grant("civil", "clerk"), Grant("labour", "clerk"))
    person = await sign_in(store, clock, grants=both)
    assert await store.revoke(person.id, unit="labour") == 1
    assert await store.revoke(person.id, role="head") == 0
    assert await store.revoke("nobody") == 0
    left = await store.person_of("web:1")
    assert left and left.grants == (Grant("civil", "clerk"),)
    assert await store.revoke(person.id) == 1
    gone = await store.person_of("web:1")
    assert gone and not gone.may(Right.FILL, ["civil"])


async def test_units_are_kept_and_changed(store: ItemStore) -> None:
    await store.put_unit(Unit("water", "示例供水公司", UnitKind.ENTERPRISE, "city", "示例区"))
    await store.put_unit(Unit("city", "示例区城市管理局"))
    await store.put_unit(Unit("city", "示例区城管局"))
    units = {unit.id: unit for unit in await store.units()}
    assert [unit.name for unit in units.values()] == ["示例区城管局", "示例供水公司"]
    assert await store.unit("water") == units["water"]
    assert await store.unit("none") is None
    assert chain(units, "water") == ("water", "city")


def test_a_circle_of_units_ends() -> None:
    units = {"a": Unit("a", "a", competent="b"), "b": Unit("b", "b", competent="a")}
    assert chain(units, "a") == ("a", "b")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", Right)
def test_a_role_allows_its_rights_and_no_more(role: str, right: Right) -> None:
    person = Person("p", "王芳", (Grant("city", role),))
    held = right in ROLES[role].rights
    reach = ROLES[role].reach
    assert person.may(right, ["city", "top"]) is held
    assert person.may(right, ["water", "city"]) is (held and reach != "own")
    assert person.may(right, ["other"]) is (held and reach == "all")


def test_nothing_is_allowed_without_a_row() -> None:
    assert not Person("p", "王芳").may(Right.FILL, ["city"])
    assert not Person("p", "王芳", (Grant("city", "no such role"),)).may(Right.FILL, ["city"])
    with pytest.raises(UnknownRoleError):
        grants_of("city", ["clerk", "king"])


async def test_uses_are_on_record_newest_first(store: ItemStore, clock: Any) -> None:
    def use(about: str, allowed: bool, at: datetime) -> Use:
        return Use("p", "web:1", "fill", "civil", about, allowed, at)

    first, second = use("a", True, clock()), use("b", False, clock())
    await store.note_use(first)
    await store.note_use(second)
    assert await store.uses() == (second, first)
    assert await store.uses(limit=1) == (second,)


async def test_files_are_kept_once_by_content(store: ItemStore, clock: Any) -> None:
    digest = digest_of(b"x")
    file = StoredFile(digest, "流程图.png", "image/png", "civil", "p", clock(), b"x")
    await store.put_file(file)
    await store.put_file(StoredFile(digest, "另一个.png", "image/png", "civil", "p", clock(), b"x"))
    assert await store.file(digest) == file
    assert await store.file("none") is None


async def test_only_old_files_of_the_unit_are_forgotten(store: ItemStore, clock: Any) -> None:
    kept_at = clock()
    for content, unit in ((b"old", "download"), (b"kept", "civil")):
        await store.put_file(StoredFile(digest_of(content), "x", "image/png", unit, "p", kept_at, content))
    assert await store.forget_files("download", kept_at) == 0
    assert await store.forget_files("download", kept_at + timedelta(days=2)) == 1
    assert await store.file(digest_of(b"old")) is None
    assert await store.file(digest_of(b"kept"))


async def test_a_submitted_draft_stays_as_it_is(store: ItemStore) -> None:
    draft = await store.create_draft("civil", {"n": 1})
    assert await store.submit_draft(draft.id, {"n": 2}, 7) == Conflict(1)
    assert await store.submit_draft(draft.id, {"n": 2}, 1) == Saved(2)
    assert await store.save_draft(draft.id, {"n": 3}, 2) == Conflict(2)
    assert await store.submit_draft(draft.id, {"n": 3}, 2) == Conflict(2)
    assert not await store.delete_draft(draft.id)
    kept = await store.load_draft(draft.id)
    assert kept and (kept.data, kept.state) == ({"n": 2}, DraftState.SUBMITTED)
