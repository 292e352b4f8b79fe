"""Check characters: GB 32100 credit code, GB 11714 organisation code, GB 11643 ID number."""

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
CITIZEN_CHECKS = "10X98765432"


def credit_check(first_17: str) -> str:
    """The eighteenth character of a credit code; ValueError for a character the alphabet does not know."""
    return CREDIT_ALPHABET[-_weighted(first_17, CREDIT_ALPHABET, CREDIT_WEIGHTS) % 31]


def organisation_check(first_8: str) -> str:
    """The ninth character of an organisation code."""
    rest = -_weighted(first_8, ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS) % 11
    return "X" if rest == 10 else str(rest)


def citizen_check(first_17: str) -> str:
    """The eighteenth character of a citizen's ID number (ISO 7064 MOD 11-2)."""
    return CITIZEN_CHECKS[_weighted(first_17, "0123456789", CITIZEN_WEIGHTS) % 11]


def _weighted(text: str, alphabet: str, weights: tuple[int, ...]) -> int:
    return sum(alphabet.index(char) * weight for char, weight in zip(text, weights, strict=True))
