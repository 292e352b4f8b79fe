"""Files handed in while filling in: a flow chart, a sample of the result, a sample or form of a material."""

from collections.abc import Mapping
from dataclasses import replace

from bot import dialog, part_dialog
from bot.drafts import OpenDraft
from bot.messages import IncomingFile
from bot.rights import identity
from bot.steps import Step
from bot.turn import Turn
from item_store.fields import Field
from item_store.files import RefusedFile, StoredFile, digest_of, media_type_of
from item_store.kinds import Unreadable

ATTRIBUTES: Mapping[str, str] = {"materials": "sample"}
"""The attribute of an entry that a file becomes."""

WITH_FILE = ("result_sample", "procedure", "materials", "legal_basis", "is_public")
"""Fields a file can be handed in for."""


async def take(turn: Turn, opened: OpenDraft) -> Step:
    """Check and keep a file for the field that is asked."""
    file, field = turn.incoming.file, opened.asked
    if file is None or field is None or field.key not in WITH_FILE:
        return Step(notes=(turn.say("file.not_here"),))
    media_type = media_type_of(file.content)
    if isinstance(media_type, RefusedFile):
        return Step(notes=(turn.say(media_type.why, name=file.name, **media_type.details),))
    stored = _stored(turn, opened, file, media_type)
    await turn.services.store.put_file(stored)
    return _attached(turn, opened, field, stored)


def _stored(turn: Turn, opened: OpenDraft, file: IncomingFile, media_type: str) -> StoredFile:
    return StoredFile(
        digest=digest_of(file.content),
        name=file.name,
        media_type=media_type,
        unit=opened.draft.owner,
        by=identity(turn),
        at=turn.services.clock(),
        content=file.content,
    )


def _attached(turn: Turn, opened: OpenDraft, field: Field, stored: StoredFile) -> Step:
    """The file on record with the field, and named where the field or entry says a file's name."""
    files = dict(opened.draft.data.get("files", {}))
    files[field.key] = [*files.get(field.key, []), {"digest": stored.digest, "name": stored.name}]
    note = turn.say("file.kept", name=stored.name, title=field.title)
    step = Step(opened.form, opened.part, (note,), extra={"files": files})
    if opened.part is None and field.kind.name == "text":
        return replace(step, form=dialog.answer(opened.form, field.key, stored.name))
    return _on_entry(opened, field, stored, step)


def _on_entry(opened: OpenDraft, field: Field, stored: StoredFile, step: Step) -> Step:
    state, key = opened.part, ATTRIBUTES.get(field.key, "")
    if state is None or not key or not state.entries:
        return step
    how = part_dialog.questions(field)
    number = state.open + 1 if state.open >= 0 else len(state.entries)
    named = part_dialog.set_attribute(
        part_dialog.want(state, number, key, how), how, how.attributes[key], stored.name
    )
    if isinstance(named, Unreadable):
        return step
    open_again = replace(named, open=state.open, passed=state.passed, wanted=state.wanted)
    return replace(step, part=open_again)
