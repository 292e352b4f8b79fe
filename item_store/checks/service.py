"""How an item is handled: forms of handling, approvals' steps, results and questions."""

import re
from collections.abc import Iterator

from item_store.findings import Filled, Problem
from item_store.parts import Faq, Step

APPROVALS = ("行政审批", "行政许可")
ONLINE, WINDOW = "网上", "窗口"
ONLINE_FORM, WINDOW_FORM = "网上办理", "窗口办理"
CERTIFICATE = re.compile(r"(?:证|证书|证明书|批复|批文|执照|决定书)(?:[（(][^（()）]*[）)])?$")
ALL_ONLINE = re.compile(r"全程网办|全程网上办|零跑动|零跑腿|一次都不(?:用)?跑|不见面审批")
VISIT = re.compile(
    r"(?:到场|到现场|现场提交|到(?:\S{0,10})窗口|前往(?:\S{0,10})(?:窗口|大厅|中心)|当面(?:提交|签字|领取))"
)


def _is(filled: Filled, word: str) -> bool:
    return any(
        form.startswith((word, "线上" if word == ONLINE else "线下"))
        for form in filled.names("handling_form")
    )


def delivery(filled: Filled) -> Iterator[Problem]:
    """Neither visited nor done online: papers must travel by courier."""
    forms = filled.names("handling_form")
    reachable = _is(filled, ONLINE) or _is(filled, WINDOW) or any("自助" in form for form in forms)
    if forms and not reachable and filled.text("supports_delivery") == "否":
        yield Problem("supports_delivery", {"forms": "、".join(forms)}, {"supports_delivery": "是"})


def visit_although_online(filled: Filled) -> Iterator[Problem]:
    """Handled online alone, yet a step or condition calls people in."""
    if not _is(filled, ONLINE) or _is(filled, WINDOW):
        return
    steps = "；".join(f"{step.name}{step.description}" for step in filled.parts("procedure", Step))
    if found := VISIT.search(f"{steps}；{filled.text('conditions')}"):
        forms = (WINDOW_FORM, *filled.names("handling_form"))
        yield Problem("handling_form", {"text": found[0]}, {"handling_form": forms})


def said_online(filled: Filled) -> Iterator[Problem]:
    """全程网办 is said, but the forms of handling have nothing online."""
    answers = "；".join(pair.answer for pair in filled.parts("faq", Faq))
    found = ALL_ONLINE.search(f"{filled.text('content')}；{filled.text('conditions')}；{answers}")
    if found and filled.names("handling_form") and not _is(filled, ONLINE):
        forms = (*filled.names("handling_form"), ONLINE_FORM)
        yield Problem("handling_form", {"text": found[0]}, {"handling_form": forms})


def approval_faq(filled: Filled) -> Iterator[Problem]:
    if filled.text("item_type") in APPROVALS and not filled.parts("faq", Faq):
        yield Problem("faq", {"type": filled.text("item_type")})


def approval_steps(filled: Filled) -> Iterator[Problem]:
    """The statutory steps, by the words they go by; those that lack are put in at their place."""
    steps = filled.parts("procedure", Step)
    if filled.text("item_type") not in APPROVALS or not steps:
        return
    words: dict[str, list[str]] = filled.data["steps"]
    lacking = [name for name, said in words.items() if not any(w in s.name for s in steps for w in said)]
    if lacking:
        details = {"type": filled.text("item_type"), "steps": "、".join(lacking)}
        yield Problem("procedure", details, {"procedure": _with_steps(steps, words, lacking)})


def _with_steps(steps: tuple[Step, ...], words: dict[str, list[str]], lacking: list[str]) -> tuple[Step, ...]:
    mended, order = list(steps), list(words)
    for name in lacking:
        later = order[order.index(name) + 1 :]
        after = [
            n for n, step in enumerate(mended) if any(w in step.name for key in later for w in words[key])
        ]
        mended.insert(min(after, default=len(mended)), Step(name=name))
    return tuple(mended)


def no_sample(filled: Filled) -> Iterator[Problem]:
    result = filled.text("result_name")
    has_file = "result_sample" in filled.around.attachments
    if CERTIFICATE.search(result) and filled.text("result_sample") in ("", "无") and not has_file:
        yield Problem("result_sample", {"result": result})


def unanswered(filled: Filled) -> Iterator[Problem]:
    pairs = filled.parts("faq", Faq)
    lacking = [pair.question for pair in pairs if not pair.answer.strip()]
    if lacking:
        kept = tuple(pair for pair in pairs if pair.answer.strip())
        yield Problem("faq", {"question": "；".join(lacking)}, {"faq": kept})


def asked_twice(filled: Filled) -> Iterator[Problem]:
    pairs = filled.parts("faq", Faq)
    first = {re.sub(r"[\W_]", "", pair.question): pair for pair in reversed(pairs)}
    if len(first) < len(pairs):
        kept = tuple(pair for pair in pairs if any(pair is one for one in first.values()))
        twice = next(pair.question for pair in pairs if not any(pair is one for one in first.values()))
        yield Problem("faq", {"question": twice}, {"faq": kept})
