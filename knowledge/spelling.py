"""Mends what is typed wrong: pinyin and initials for characters, same-sounding and look-alike characters."""


def correct(text: str) -> str:
    return text
