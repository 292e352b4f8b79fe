"""What becomes of saving over a version that was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saved:
    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved in between (or it is gone): `version` is what stands now, 0 for nothing."""

    version: int
