"""Every setting once: its name, default and help; read from the environment and checked at start."""

from pathlib import Path

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class WrongSettingsError(Exception):
    """A setting in the environment is wrong: {names}"""

    def __init__(self, error: ValidationError) -> None:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        super().__init__(f"wrong settings: {problems}")


class Settings(BaseSettings):
    """Settings of one process, from BANSHI_ and the field's name in the environment."""

    model_config = SettingsConfigDict(env_prefix="BANSHI_", env_ignore_empty=True, populate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="address the web server listens on")
    port: int = Field(
        8080, validation_alias="PORT", ge=0, le=65535, description="port the web server listens on"
    )
    public_url: AnyHttpUrl | None = Field(
        None, description="address citizens reach the server at, without path"
    )
    data_dir: Path = Field(
        Path("data"), description="folder for the default database, the index and the secret"
    )
    db: str = Field("", description="database URL; empty: an SQLite file in the data folder")
    secret: SecretStr = Field(
        SecretStr(""), description="signs cookies; empty: made once and kept in the data folder"
    )
    locale: str = Field("zh_CN", description="language when a person's own is not spoken: zh_CN, zh_TW, en")
    enquiry_line: str = Field("12345", description="phone named when the record has none")
    question_limit: int = Field(30, ge=1, description="messages a minute one person may send")
    session_days: int = Field(30, ge=1, description="days after which a silent conversation is forgotten")
    learn_people: int = Field(
        3, ge=1, description="different people whose choices make a proposal for an alias"
    )
    learn_days: int = Field(180, ge=1, description="days after which a proposal nobody adds to is forgotten")
    regression: Path | None = Field(
        None, description="JSON lines of questions and right items; empty: the items' own questions"
    )
    reminder_time: str = Field(
        "09:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="time of day in China at which reminders fall due",
    )
    reminder_hours: str = Field(
        "08:30-18:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="hours on working days in China in which groups may be disturbed",
    )
    chains_dir: Path | None = Field(
        None, description="folder of this district's own review chains, YAML files; empty: the shipped ones"
    )
    chains: str = Field(
        "", pattern=r"^[a-z0-9_, ]*$", description="ids of chains used before all others, with commas between"
    )
    code_region: str = Field(
        "50", pattern=r"^\d{2}$", description="two digits that new basic codes begin with"
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level logged")
    log_format: str = Field("console", pattern="^(console|json)$", description="console or json")
    telegram_token: SecretStr = Field(SecretStr(""), description="bot token; empty: Telegram is off")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="secret header of the webhook; set together with public_url, else long polling",
    )
    telegram_api: AnyHttpUrl = Field(AnyHttpUrl("https://api.telegram.org"), description="Bot API server")

    def database_url(self) -> str:
        """The named database, or the default SQLite file."""
        return self.db or f"sqlite:///{self.data_dir / 'banshi.db'}"


def read_settings() -> Settings:
    """Settings from the environment; raises WrongSettingsError naming each wrong one."""
    try:
        return Settings()  # type: ignore[call-arg]  # filled from the environment
    except ValidationError as error:
        raise WrongSettingsError(error) from error


def environment_name(field: str) -> str:
    """The environment variable a setting is read from."""
    alias = Settings.model_fields[field].validation_alias
    return str(alias) if alias else f"BANSHI_{field.upper()}"
