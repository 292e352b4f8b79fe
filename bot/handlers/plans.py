"""计划: operators start, upload, dictate and end plans, and note the events from which times count."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from bot import liaison, plan_starting, reporting
from bot.liaison_words import Said, interrupts, is_word, said
from bot.messages import Choice, File, Replies, Reply
from bot.turn import Turn
from item_store.deadline_shapes import Deadline, OnDate
from item_store.deadlines import read_deadline
from item_store.people import Person, Right
from item_store.plans import PlanError, load_plan, plan_from, plan_names
from item_store.plans.workbook import plan_workbook, units_in
from item_store.records import StartedPlan, TaskEvent

NAMES = ("plans", "plan_begin", "plan_end", "plan_upload", "plan_new", "plan_event")
DICTATED = "plan"
"""Where the session keeps the plan that is being dictated, or that a file is awaited."""

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = 4
BETWEEN = ("｜", "|", "\t", "/")


def wants(turn: Turn) -> bool:
    """Its words and buttons, and what is said or sent while a plan is being made."""
    command = said(turn)
    if (command and command.name in NAMES) or turn.action.get("do") == "plan":
        return True
    return DICTATED in turn.session.task and not turn.action and not interrupts(turn)


async def handle(turn: Turn) -> Replies:
    """Only for operators."""
    person = await reporting.staff(turn)
    if person is None or not person.units_with(Right.MANAGE_STAFF) or turn.incoming.group:
        _forget(turn)
        return [Reply(turn.say("staff.not_allowed"))]
    try:
        return await _handle(turn, person)
    except PlanError as error:
        return [Reply(turn.say("plan.refused", problems=plan_starting.problem_text(error, turn.texts)))]


async def _handle(turn: Turn, person: Person) -> Replies:
    command = said(turn) or Said(turn.action.get("verb", ""), turn.action.get("name", ""))
    run = VERBS.get(command.name)
    return await run(turn, person, command.rest) if run else await _go_on(turn, person)


async def _listing(turn: Turn, person: Person, rest: str) -> Replies:
    """What runs, with a button to end each, and the examples that could be started."""
    running = [kept.record.plan for kept in await liaison.running_plans(turn.services.store)]
    lines = [
        turn.say("plan.running", name=plan.name, title=plan.title, count=len(plan.all_tasks))
        for plan in running
    ]
    text = "\n".join(
        [turn.say("plan.list" if running else "plan.none_running"), *lines, turn.say("plan.how")]
    )
    names = {plan.name for plan in running}
    choices = [_button(turn, "plan_table", plan.name, plan.title) for plan in running]
    choices += [
        _button(turn, "plan_begin", name, load_plan(name).title) for name in plan_names() if name not in names
    ]
    return [Reply(text, choices=tuple(choices))]


def _button(turn: Turn, verb: str, name: str, title: str) -> Choice:
    label = turn.say(f"plan.button.{verb}", title=title)
    return Choice(label, {"do": "plan", "verb": verb, "name": name})


async def _begin(turn: Turn, person: Person, name: str) -> Replies:
    plan = plan_starting.shipped(name)
    if plan is None:
        return [Reply(turn.say("plan.no_such", name=name))]
    return [_started(turn, await plan_starting.start(turn.services, plan, person.id))]


def _started(turn: Turn, started: plan_starting.Started) -> Reply:
    text = turn.say("plan.started", title=started.plan.title, count=len(started.plan.all_tasks))
    unknown = turn.say("plan.unknown_units", names="、".join(started.unknown)) if started.unknown else ""
    return Reply("\n".join(filter(None, (text, unknown))))


async def _table(turn: Turn, person: Person, name: str) -> Replies:
    kept = await turn.services.store.kept(StartedPlan, name)
    if kept is None:
        return [Reply(turn.say("plan.no_such", name=name))]
    plan = kept.record.plan
    return [Reply(plan.title, file=File(f"{plan.name}.xlsx", plan_workbook(plan), EXCEL))]


async def _end(turn: Turn, person: Person, name: str) -> Replies:
    ended = await plan_starting.end(turn.services, name, person.id)
    return [Reply(turn.say("plan.ended" if ended else "plan.not_running", name=name))]


async def _await_file(turn: Turn, person: Person, rest: str) -> Replies:
    turn.session.task = {**turn.session.task, DICTATED: {"awaits": "file"}}
    return [Reply(turn.say("plan.send_file"))]


async def _dictate(turn: Turn, person: Person, title: str) -> Replies:
    if not title:
        return [Reply(turn.say("plan.how_new"))]
    turn.session.task = {**turn.session.task, DICTATED: {"title": title, "tasks": []}}
    return [Reply(turn.say("plan.next_row", title=title))]


def _forget(turn: Turn) -> None:
    turn.session.task = {key: kept for key, kept in turn.session.task.items() if key != DICTATED}


async def _go_on(turn: Turn, person: Person) -> Replies:
    """A file, a row, or the word that ends it."""
    going_on = turn.session.task.get(DICTATED, {})
    if is_word(turn, "cancel"):
        _forget(turn)
        return [Reply(turn.say("plan.cancelled"))]
    if turn.incoming.file:
        file, today = turn.incoming.file, liaison.today(turn.services)
        plan = plan_starting.plan_of_file(file.name, file.content, today.year, today)
        _forget(turn)
        return [_started(turn, await plan_starting.start(turn.services, plan, person.id))]
    if "awaits" in going_on:
        return [Reply(turn.say("plan.send_file"))]
    if is_word(turn, "finish"):
        return await _finish(turn, person, going_on)
    return [_row(turn, going_on)]


def _row(turn: Turn, going_on: dict[str, object]) -> Reply:
    """工作｜牵头单位｜配合单位｜时限, read at once, so that a wrong row is mended before the next."""
    mark = next((mark for mark in BETWEEN if mark in turn.text), "")
    cells = [cell.strip() for cell in turn.text.split(mark)] if mark else []
    if len(cells) not in (PARTS - 1, PARTS) or not all((cells[0], cells[1], cells[-1])):
        return Reply(turn.say("plan.row_form"))
    read = read_deadline(cells[-1], liaison.today(turn.services).year)
    if not isinstance(read, Deadline):
        return Reply(turn.say("plan.row_deadline", text=cells[-1]))
    tasks = list(going_on.get("tasks", ()))  # type: ignore[call-overload]
    cooperating = units_in(cells[2]) if len(cells) == PARTS else []
    row = {"number": str(len(tasks) + 1), "work": cells[0], "lead": units_in(cells[1])}
    tasks.append({**row, "cooperating": cooperating, "deadline": cells[-1]})
    turn.session.task = {**turn.session.task, DICTATED: {**going_on, "tasks": tasks}}
    return Reply(turn.say("plan.row_kept", number=len(tasks), work=cells[0]))


async def _finish(turn: Turn, person: Person, going_on: dict[str, object]) -> Replies:
    title, year = str(going_on["title"]), liaison.today(turn.services).year
    if not going_on["tasks"]:
        return [Reply(turn.say("plan.row_form"))]
    content = {
        "name": plan_starting.plan_name(title),
        "title": title,
        "year": year,
        "starts": liaison.today(turn.services),
        "ends": date(year, 12, 31),
        "tasks": going_on["tasks"],
    }
    plan = plan_from(content)
    _forget(turn)
    return [_started(turn, await plan_starting.start(turn.services, plan, person.id))]


async def _event(turn: Turn, person: Person, text: str) -> Replies:
    """登记节点 plan/number event day: 报送后5日内 counts from then on."""
    words = text.split()
    read = read_deadline(words[2], liaison.today(turn.services).year) if len(words) == 3 else None
    shape = read.parts[0].shape if isinstance(read, Deadline) else None
    known = {
        task.key
        for kept in await liaison.running_plans(turn.services.store)
        for task in kept.record.plan.all_tasks
    }
    if not isinstance(shape, OnDate) or words[0] not in known:
        return [Reply(turn.say("plan.event_form"))]
    event = TaskEvent(task=words[0], event=words[1], day=shape.day, by=person.id)
    kept = await turn.services.store.kept(TaskEvent, event.key)
    await turn.services.store.keep(event, kept.version if kept else 0)
    return [Reply(turn.say("plan.event_kept", event=words[1], day=shape.day.isoformat()))]


VERBS: Mapping[str, Callable[[Turn, Person, str], Awaitable[Replies]]] = {
    "plans": _listing,
    "plan_begin": _begin,
    "plan_end": _end,
    "plan_table": _table,
    "plan_upload": _await_file,
    "plan_new": _dictate,
    "plan_event": _event,
}
