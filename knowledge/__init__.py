"""From a sentence to an item and what is asked of it; knows nothing of the bot or of any database."""


def warm() -> None:
    """Read all words and rules, which the first question would wait for otherwise; for a thread at start."""
    from knowledge import reading

    reading.read("身份证丢了，要带什么去哪里补办")


def warm_pinyin() -> None:
    """Read what only the first typed pinyin would wait for; for a thread after start."""
    from knowledge import pinyin

    pinyin.spelled()
