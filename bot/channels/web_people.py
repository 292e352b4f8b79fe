"""Who a browser is: a random id in a signed cookie."""

import secrets

from aiohttp import web
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.secret import kept_secret
from bot.settings import Settings

COOKIE = "banshi_person"
LINK_SECONDS = 15 * 60
"""How long a link to a file works; the page makes a new one each time it is shown."""

DAY = 24 * 60 * 60


class People:
    """Reads and writes the cookie that tells one browser from another."""

    def __init__(self, settings: Settings) -> None:
        self._signer = URLSafeTimedSerializer(kept_secret(settings), salt="banshi.web.person")
        self._links = URLSafeTimedSerializer(kept_secret(settings), salt="banshi.web.file")
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

    def file_address(self, person: str, key: str) -> str:
        """Where this person, and nobody else, fetches a file for a while."""
        return f"/file/{self._links.dumps([person, key])}"

    def file_key(self, person: str, token: str) -> str | None:
        """The file an address leads to; None for somebody else's, and when it is forged or too old."""
        try:
            owner, key = self._links.loads(token, max_age=LINK_SECONDS)
        except (BadData, ValueError):
            return None
        return str(key) if owner == person else None

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
