"""Drafts as the dialogue sees them: opened with a right, saved only over the version that was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import dialog, part_dialog
from bot.dialog import Form
from bot.part_dialog import PartState
from bot.reviews import review
from bot.rights import identity, permitted
from bot.steps import Step
from bot.turn import Turn
from item_store.cases import Submission
from item_store.contract import Conflict, Draft, DraftState
from item_store.fields import Field
from item_store.people import Person, Right
from item_store.reviewing import Decided


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with its answers, opened by somebody who may."""

    draft: Draft
    form: Form
    part: PartState | None
    person: Person

    @property
    def asked(self) -> Field | None:
        return dialog.next_field(self.form)

    @property
    def token(self) -> str:
        """What exactly is being asked, to tell whether somebody else went on meanwhile."""
        key = self.asked.key if self.asked else ""
        if self.part is None or self.asked is None:
            return key
        attribute = part_dialog.asked(self.part, part_dialog.questions(self.asked))
        return f"{key}/{self.part.open}/{attribute.key if attribute else ''}"


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a draft cannot be worked on: gone, submitted or refused; the phrase is draft.<why>."""

    why: str


async def open_draft(turn: Turn, draft_id: str) -> OpenDraft | Closed:
    """Load a draft, if this person may fill it in now."""
    draft = await turn.services.store.load_draft(draft_id)
    if draft is None:
        return Closed("gone")
    person = await permitted(turn, Right.FILL, draft.owner, f"draft:{draft.id}")
    if person is None:
        return Closed("refused")
    if draft.state is not DraftState.OPEN:
        return Closed("submitted")
    return _opened(draft, person)


def _opened(draft: Draft, person: Person) -> OpenDraft:
    form = dialog.form_of(draft.data)
    return OpenDraft(draft, form, part_of(form, draft.data.get("part", {})), person)


def part_of(form: Form, data: Mapping[str, Any]) -> PartState | None:
    """The small dialogue of the field that is asked, where it is made of entries."""
    asked = dialog.next_field(form)
    if asked is None or not part_dialog.is_structured(asked):
        return None
    state = part_dialog.state_of(data, asked)
    return state or part_dialog.begin(asked, form.dropped.get(asked.key))


def repeated(turn: Turn, opened: OpenDraft) -> bool:
    """Whether this very message was taken already, before a crash kept the reply from being sent."""
    last = opened.draft.data.get("last", {})
    message = turn.incoming.message_id
    return bool(message) and (last.get("message"), last.get("identity")) == (message, identity(turn))


async def save(turn: Turn, opened: OpenDraft, step: Step) -> OpenDraft | Conflict:
    """Keep what a step made of the form; Conflict when somebody saved since it was opened."""
    if step.form is None:
        return opened
    store = turn.services.store
    kept = _data(opened.draft.data, *_shelved(step.form, step.part))
    authors = sorted({*kept.get("authors", ()), opened.person.id})
    data = {**kept, **step.extra, "last": _last(turn, opened), "authors": authors}
    if step.submits:
        return await _submit(turn, opened, data)
    outcome = await store.save_draft(opened.draft.id, data, opened.draft.version)
    if isinstance(outcome, Conflict):
        return outcome
    return _opened(replace(opened.draft, data=data, version=outcome.version), opened.person)


async def _submit(turn: Turn, opened: OpenDraft, data: Mapping[str, Any]) -> OpenDraft | Conflict:
    """Hand the draft over to its chain; what could stand in the way was told before."""
    submission = Submission(opened.draft.id, data, opened.draft.version)
    outcome = await review(turn.services).submit(submission, opened.draft.owner, opened.person)
    if not isinstance(outcome, Decided):
        return outcome if isinstance(outcome, Conflict) else Conflict(opened.draft.version)
    return _opened(replace(opened.draft, data=data, version=opened.draft.version + 1), opened.person)


def _shelved(form: Form, part: PartState | None) -> tuple[Form, PartState | None]:
    """Entries of a field that is left unfinished are kept for when it is asked again."""
    asked = dialog.next_field(form)
    if part is None or (asked and asked.key == part.field):
        return form, part
    if not part.entries or part.field in form.values:
        return form, None
    return replace(form, dropped={**form.dropped, part.field: part.entries}), None


def _data(before: Mapping[str, Any], form: Form, part: PartState | None) -> dict[str, Any]:
    """The draft's data; keys that this release's template does not know are kept as they are."""
    data = {**before, **dialog.data_of(form), "part": part_dialog.data_of(part)}
    known = form.template.by_key
    for group in ("values", "dropped"):
        strange = {key: raw for key, raw in before.get(group, {}).items() if key not in known}
        data[group] = {**strange, **data[group]}
    return data


def _last(turn: Turn, opened: OpenDraft) -> dict[str, str]:
    return {
        "message": turn.incoming.message_id,
        "identity": identity(turn),
        "person": opened.person.id,
        "name": opened.person.name,
    }


def new_data(
    template: str, unit: str, person: Person, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The data of a draft that nobody has answered in yet."""
    return {
        "template": template,
        "values": dict(values or {}),
        "answered": [],
        "skipped": [],
        "dropped": {},
        "locked": [],
        "wanted": "",
        "reasons": {},
        "files": {},
        "unit": unit,
        "part": {},
        "made_by": person.name,
        "authors": [person.id],
    }


def title_of(draft: Draft) -> str:
    """The item's name, empty while it has none."""
    name = draft.data.get("values", {}).get("name") or draft.data.get("dropped", {}).get("name") or ""
    return str(name)
