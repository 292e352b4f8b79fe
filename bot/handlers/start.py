"""/start and /help: who is speaking and what can be asked."""

from bot.messages import Choice, Replies, Reply
from bot.turn import Turn

COMMANDS = ("/start", "/help")


def wants(turn: Turn) -> bool:
    """The commands, a button that stands for them, or an empty message."""
    words = turn.text.split(maxsplit=1)
    return turn.action.get("do") == "help" or bool(words and words[0].partition("@")[0] in COMMANDS)


async def handle(turn: Turn) -> Replies:
    """Greet and give examples as buttons."""
    return [welcome(turn)]


def welcome(turn: Turn) -> Reply:
    """The greeting, with questions that can be tapped."""
    return Reply(
        turn.say("start.welcome", count=len(turn.services.catalogue)),
        choices=examples(turn),
    )


def examples(turn: Turn) -> tuple[Choice, ...]:
    """Questions to begin with, asked on being tapped."""
    questions = turn.say("start.examples").splitlines()
    return tuple(Choice(question, {"do": "ask", "question": question}) for question in questions)
