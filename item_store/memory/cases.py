"""Cases, codes, zero reports, claims and synchronisation on dicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from item_store.audit import Act
from item_store.cases import Case, ClaimTask, CodeTaken, HandedIn, Queue, Step, Waiting, ZeroReport
from item_store.contract import Clock, Draft, DraftState
from item_store.item import Item
from item_store.memory.register import MemoryRegister
from item_store.outcomes import Conflict, Saved


class MemoryCases(MemoryRegister):
    _drafts: dict[str, Draft]

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._cases: dict[str, Case] = {}
        self._case_waiting: dict[str, tuple[tuple[str, str], ...]] = {}
        self._codes: dict[str, str] = {}
        self._zero: dict[tuple[str, str], ZeroReport] = {}
        self._synchronised: dict[str, str] = {}

    async def save_case(self, case: Case, step: Step) -> Saved | Conflict | CodeTaken:
        standing = self._cases.get(case.id)
        if (standing.version if standing else 0) != case.version:
            return Conflict(standing.version if standing else 0)
        draft = self._drafts.get(case.draft_id)
        if step.submission and (draft is None or not _is_same(draft, step.submission.version)):
            return Conflict(draft.version if draft else 0)
        taken = [code for code in step.codes if not self._is_free(code, case.name)]
        if taken:
            return CodeTaken(taken[0])
        self._codes |= dict.fromkeys(step.codes, case.name)
        self._cases[case.id] = replace(case, version=case.version + 1)
        self._case_waiting[case.id] = step.waiting
        self._save_case_draft(case, step)
        self._write(step.acts)
        await self._put_case_in_force(case, step)
        self._put(step.notices)
        return Saved(case.version + 1)

    def _save_case_draft(self, case: Case, step: Step) -> None:
        draft = self._drafts.get(case.draft_id)
        data = step.submission.data if step.submission else step.reopened
        if draft and data is not None:
            state = DraftState.SUBMITTED if step.submission else DraftState.OPEN
            changed = {"data": dict(data), "version": draft.version + 1, "updated_at": self._clock()}
            self._drafts[draft.id] = replace(draft, state=state, **changed)  # type: ignore[arg-type]

    async def _put_case_in_force(self, case: Case, step: Step) -> None:
        if not step.publish and not step.withdraw:
            return
        if step.upper:
            self._links[case.item_id] = (step.upper, case.unit)
        if step.effective_at and step.effective_at > self._clock():
            await self.schedule(case.item_id, step.publish, step.effective_at, step.by)
        elif step.publish:
            await self.publish(step.publish, step.by)
        else:
            await self.withdraw(case.item_id, step.by)

    async def case(self, case_id: str) -> Case | None:
        return self._cases.get(case_id)

    async def case_of_draft(self, draft_id: str) -> Case | None:
        return next((c for c in reversed(self._cases.values()) if c.draft_id == draft_id), None)

    async def cases_of_unit(self, unit: str, limit: int = 50) -> Sequence[Case]:
        own = [case for case in self._cases.values() if case.unit == unit]
        return sorted(own, key=lambda case: case.opened_at, reverse=True)[:limit]

    async def handed_in(self) -> Sequence[HandedIn]:
        found = [
            HandedIn(case.unit, case.template, case.progress.at, case.opened_at)
            for case in self._cases.values()
        ]
        return sorted(found, key=lambda each: each.opened_at)

    async def queue(
        self, desks: Sequence[tuple[str, str]], today: date, offset: int = 0, limit: int = 50
    ) -> Queue:
        rows = []
        for case_id, waiting in self._case_waiting.items():
            roles = sorted(role for role, unit in waiting if (role, unit) in desks)
            if roles:
                rows.append(_line(self._cases[case_id], roles[0]))
        rows.sort(key=lambda row: (row.due or date.max, row.case_id))
        late = sum(row.due is not None and row.due < today for row in rows)
        return Queue(tuple(rows[offset : offset + limit]), len(rows), late)

    def _is_free(self, code: str, name: str) -> bool:
        if code in self._codes:
            return self._codes[code] == name
        names = {i.name for versions in self._versions.values() for i in versions if i["basic_code"] == code}
        return not names or name in names

    async def given_codes(self) -> Sequence[str]:
        every = (item for versions in self._versions.values() for item in versions)
        return sorted({*self._codes, *(item.text("basic_code") for item in every)} - {""})

    async def basic_code_of(self, name: str, item_type: str) -> str:
        same = [i for i in self._current.values() if (i.name, i.text("item_type")) == (name, item_type)]
        return min((item.text("basic_code") for item in same if item["basic_code"]), default="")

    async def report_zero(self, unit: str, period: str, by: str) -> bool:
        if (unit, period) in self._zero:
            return False
        self._zero[unit, period] = ZeroReport(unit, period, by, self._clock())
        self._write([Act(by, "report_zero", f"unit:{unit}", {"period": period})])
        return True

    async def zero_reports(self, period: str = "") -> Sequence[ZeroReport]:
        rows = [row for row in self._zero.values() if period in ("", row.period)]
        return sorted(rows, key=lambda row: (row.period, row.unit))

    async def claim_tasks(self, unit: str) -> Sequence[ClaimTask]:
        waiting = [t for t in self._claims.values() if t["unit"] == unit and t["state"] == "waiting"]
        waiting.sort(key=lambda task: (task["at"], task["lower_id"]))
        return [_claim(task) for task in waiting]

    async def settle_claim(self, lower_id: str, upper_id: str, by: str) -> int:
        found = [
            task
            for (lower, upper, _), task in self._claims.items()
            if (lower, upper, task["state"]) == (lower_id, upper_id, "waiting")
        ]
        for task in found:
            task["state"] = "settled"
        if found:
            self._write([Act(by, "settle_claim", f"item:{lower_id}", {"upper": upper_id})])
        return len(found)

    async def synchronised(self) -> Mapping[str, str]:
        return dict(self._synchronised)

    async def synchronise(self, taken: Sequence[Item], withdrawn: Sequence[str], by: str) -> None:
        await self.publish_many(taken, by)
        for item_id in withdrawn:
            await self.withdraw(item_id, by)
            self._synchronised.pop(item_id, None)
        self._synchronised |= {item.id: item.digest for item in taken}


def _is_same(draft: Draft, version: int) -> bool:
    return draft.version == version and draft.state is DraftState.OPEN


def _line(case: Case, role: str) -> Waiting:
    at = case.progress.at
    return Waiting(case.id, case.name, case.unit, at, case.chain, case.change, role, case.due, case.opened_at)


def _claim(task: Mapping[str, Any]) -> ClaimTask:
    return ClaimTask(
        str(task["lower_id"]),
        str(task["upper_id"]),
        abs(task["upper_version"]),
        str(task["unit"]),
        str(task["kind"]),
        task["at"],
    )
