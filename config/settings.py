"""What the environment says: tokens, addresses, places. A test compares `.env.example` with it.

A file `.env` in the working directory is read too, except in the sandbox: its bot must find no real token.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.check_settings import wrong_settings
from config.errors import DeclarationFault, DeclarationsRefused
from config.explain import explain
from config.load import DESKS

WHERE = "environment"
"""The file that faults of settings name."""
_TOKENS = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET",
    "GOOGLE_CREDENTIALS",
)  # fmt: skip


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseSettings):
    """Everything a process is told by its environment. Secrets are asterisks wherever they are printed."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    """Needed for Socket Mode."""
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    """Needed for signed HTTP (`deskbell web`)."""
    slack_api_url: str | None = Field(default=None, alias="SLACK_API_URL")
    """None: Slack's own."""
    telegram_bot_token: SecretStr | None = Field(default=None, alias="TELEGRAM_BOT_TOKEN")
    telegram_webhook_url: str | None = Field(default=None, alias="TELEGRAM_WEBHOOK_URL")
    """Where Telegram reaches `deskbell web`, without the path; None: `deskbell run` asks for updates."""
    telegram_webhook_secret: SecretStr | None = Field(default=None, alias="TELEGRAM_WEBHOOK_SECRET")
    """What Telegram sends along with every update; needed for the webhook."""
    telegram_api_url: str | None = Field(default=None, alias="TELEGRAM_API_URL")
    """What stands before `/bot<token>`; None: Telegram's own."""
    google_credentials: SecretStr | None = Field(default=None, alias="GOOGLE_CREDENTIALS")
    """A service account: the path of its JSON file, or the JSON itself."""
    google_api_url: str | None = Field(default=None, alias="GOOGLE_API_URL")
    """None: Google's own."""
    database_url: SecretStr | None = Field(default=None, alias="DATABASE_URL")
    """None: the embedded PostgreSQL in `data`."""
    data: Path = Field(default=Path(".data"), alias="DESKBELL_DATA")
    """Where the embedded database and the sandbox keep what they have."""
    desks: Path = Field(default=DESKS, alias="DESKBELL_DESKS")
    """The folder of declarations."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        default="INFO", alias="DESKBELL_LOG_LEVEL"
    )
    port: int = Field(default=8080, ge=0, le=65535, alias="PORT")
    """Where `deskbell web` and `run` listen; 0 takes any free one."""
    health_port: int | None = Field(default=None, ge=0, le=65535, alias="DESKBELL_HEALTH_PORT")
    """Where `worker` and `clock` show /healthz and /metrics, on this machine only; None: nowhere."""
    sandbox: bool = Field(default=False, alias="DESKBELL_SANDBOX")
    """The vendors are this machine's emulators: everything that speaks to the world outside is refused."""
    clock_file: Path | None = Field(default=None, alias="DESKBELL_CLOCK_FILE")
    """The sandbox's clock."""
    crash_at: str | None = Field(default=None, alias="DESKBELL_CRASH_AT")
    """Where the process ends itself, for the fault tests."""


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process, checked.

    Raises:
        DeclarationsRefused: with every fault at once; no fault repeats a secret.
    """
    in_sandbox = os.environ.get("DESKBELL_SANDBOX", "").strip().lower() in ("1", "true", "yes", "on")
    try:
        settings = Settings(_env_file=None if in_sandbox else env_file)
    except ValidationError as error:
        raise DeclarationsRefused(list(explain(WHERE, Settings, {}, error))) from None
    faults = [DeclarationFault(WHERE, key, sentence) for key, sentence in wrong_settings(plain(settings))]
    if faults:
        raise DeclarationsRefused(faults)
    return settings


def plain(settings: Settings) -> dict[str, Any]:
    """What is set, by its name in the environment, secrets in clear: for checks, never for print."""
    named = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value is not None and field.alias is not None:
            named[field.alias] = value.get_secret_value() if isinstance(value, SecretStr) else value
    return named


def production_tokens(environ: Mapping[str, str]) -> list[str]:
    """The names of tokens that are set here: the sandbox refuses to start beside any of them."""
    return [name for name in _TOKENS if environ.get(name, "").strip()]
