"""The secret of this installation: given in the settings, or made once and kept in the data folder."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from bot.settings import Settings


def kept_secret(settings: Settings) -> str:
    """The secret of the settings, or the one kept in the data folder, made at first use."""
    given = settings.secret.get_secret_value()
    if given:
        return given
    path = settings.data_dir / "secret"
    if not path.exists():
        _make_once(path)
    return path.read_text(encoding="ascii")


def sealed(settings: Settings, purpose: str, *parts: str) -> str:
    """A hash of the parts that only this installation can make, and nobody can read backwards."""
    said = "\0".join((purpose, *parts))
    return hmac.new(kept_secret(settings).encode(), said.encode(), hashlib.sha256).hexdigest()


def _make_once(path: Path) -> None:
    """Link a complete file into place, so that processes starting together read the same secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret holds
    finally:
        draft.unlink()
