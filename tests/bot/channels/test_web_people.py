"""Browsers are told apart by a signed cookie, and the secret is made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr

from bot.channels.web_people import COOKIE, People, kept_secret, new_person
from bot.settings import Settings


def settings(folder: Path, **changes: object) -> Settings:
    return Settings(data_dir=folder, **changes)


def seen_again(people: People, cookie: str) -> str | None:
    return people.known(make_mocked_request("GET", "/", headers={"Cookie": f"{COOKIE}={cookie}"}))


def cookie_for(people: People, person: str) -> str:
    response = web.Response()
    people.remember(response, person)
    return response.cookies[COOKIE].value


def test_a_person_is_known_again(tmp_path: Path) -> None:
    person = new_person()
    assert seen_again(People(settings(tmp_path)), cookie_for(People(settings(tmp_path)), person)) == person


def test_a_forged_or_missing_cookie_is_nobody(tmp_path: Path) -> None:
    people = People(settings(tmp_path))
    forged = str(URLSafeTimedSerializer("guessed", salt="banshi.web.person").dumps("somebody"))
    assert seen_again(people, forged) is None
    assert seen_again(people, cookie_for(people, "a")[:-1] + "?") is None
    assert people.known(make_mocked_request("GET", "/")) is None


def test_a_cookie_ends_with_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = People(settings(tmp_path, session_days=1))
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 1_000_000)
    cookie = cookie_for(people, "a")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 1_000_000 + 25 * 3600)
    assert seen_again(people, cookie) is None


@pytest.mark.parametrize(
    ("url", "secure"), [(None, False), ("http://a.example", False), ("https://a.example", True)]
)
def test_the_cookie_is_kept_from_scripts_and_other_sites(
    tmp_path: Path, url: str | None, secure: bool
) -> None:
    response = web.Response()
    People(settings(tmp_path, public_url=url)).remember(response, "a")
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is secure


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(settings(folder)), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_a_secret_in_the_settings_goes_first(tmp_path: Path) -> None:
    assert kept_secret(settings(tmp_path, secret=SecretStr("given"))) == "given"
    assert not (tmp_path / "secret").exists()
