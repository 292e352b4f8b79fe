"""Who a browser is: a random id in a signed cookie, and the secret that signs it."""

import os
import secrets
from pathlib import Path

from aiohttp import web
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.settings import Settings

COOKIE = "banshi_person"
DAY = 24 * 60 * 60


def kept_secret(settings: Settings) -> str:
    """The secret of the settings, or the one kept in the data folder, made at first use."""
    given = settings.secret.get_secret_value()
    if given:
        return given
    path = settings.data_dir / "secret"
    if not path.exists():
        _make_once(path)
    return path.read_text(encoding="ascii")


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


class People:
    """Reads and writes the cookie that tells one browser from another."""

    def __init__(self, settings: Settings) -> None:
        self._signer = URLSafeTimedSerializer(kept_secret(settings), salt="banshi.web.person")
        self._seconds = settings.session_days * DAY
        self.secure = settings.public_url is not None and settings.public_url.scheme == "https"

    def known(self, request: web.Request) -> str | None:
        """The id in the request's cookie; None when there is none, or it is forged or too old."""
        try:
            return str(self._signer.loads(request.cookies.get(COOKIE, ""), max_age=self._seconds))
        except BadData:
            return None

    def remember(self, response: web.StreamResponse, person: str) -> None:
        """Set the cookie anew, so that it lasts from the latest visit on."""
        self.set_cookie(response, COOKIE, str(self._signer.dumps(person)), http_only=True)

    def set_cookie(self, response: web.StreamResponse, name: str, value: str, http_only: bool) -> None:
        """A cookie for this site alone."""
        response.set_cookie(
            name,
            value,
            max_age=self._seconds,
            path="/",
            httponly=http_only,
            samesite="Lax",
            secure=self.secure,
        )


def new_person() -> str:
    """An id nobody can guess."""
    return secrets.token_urlsafe(18)
