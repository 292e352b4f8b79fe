"""Settings come from the environment and are refused by name when wrong."""

from pathlib import Path

import pytest

from bot.settings import Settings, WrongSettingsError, environment_name, read_settings

README = Path(__file__).parents[2] / "README.md"


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("BANSHI_LOCALE", "en")
    settings = read_settings()
    assert (settings.port, settings.locale) == (9000, "en")


def test_an_empty_variable_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert read_settings().port == 8080


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "99999"), ("BANSHI_LOG_LEVEL", "LOUD"), ("BANSHI_PUBLIC_URL", "x")]
)
def test_a_wrong_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(
        WrongSettingsError, match=name.removeprefix("BANSHI_").lower() if "BANSHI" in name else name
    ):
        read_settings()


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_stands_in_the_readme(field: str) -> None:
    start = f"| `{environment_name(field)}` |"
    assert [line for line in README.read_text("utf8").splitlines() if line.startswith(start)]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_says_what_it_is(field: str) -> None:
    assert Settings.model_fields[field].description
