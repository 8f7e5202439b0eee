"""Settings: read from the environment, never printed, and a wall between sandbox and production."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.check_settings import may_be_this_machine, wrong_settings
from config.errors import DeclarationsRefused
from config.load import DESKS
from config.settings import Settings, load_settings, production_tokens

ROOT = Path(__file__).resolve().parents[2]
NAMES = {str(field.alias) for field in Settings.model_fields.values()}
SANDBOX = {"DESKBELL_SANDBOX": "1"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any setting."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def _load(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], file: Path | None = None) -> Settings:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return load_settings(file)


def _faults(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], file: Path | None = None) -> list[str]:
    with pytest.raises(DeclarationsRefused) as refused:
        _load(monkeypatch, env, file)
    return [str(fault).removeprefix("environment: ") for fault in refused.value.faults]


def _documented() -> Iterator[str]:
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([A-Z_]+)=", line):
            yield found[1]


def test_every_setting_is_in_the_example_once() -> None:
    """`.env.example` names each setting, and nothing that no code reads."""
    assert sorted(_documented()) == sorted(NAMES)


def test_the_example_loads_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copied example with nothing filled in means the defaults."""
    assert _load(monkeypatch, {}, ROOT / ".env.example") == _load(monkeypatch, {})


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word everything runs on this machine with the desks that come with the house."""
    settings = _load(monkeypatch, {})
    assert (settings.database_url, settings.data, settings.desks) == (None, Path(".data"), DESKS)
    assert (settings.log_level, settings.port, settings.sandbox) == ("INFO", 8080, False)


def test_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file `.env` fills in what the environment leaves open."""
    (tmp_path / ".env").write_text("PORT=1000\nDESKBELL_LOG_LEVEL=debug\n", encoding="utf-8")
    settings = _load(monkeypatch, {"PORT": "2000"}, tmp_path / ".env")
    assert (settings.port, settings.log_level) == (2000, "DEBUG")


def test_the_sandbox_reads_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A real token in `.env` stays unknown to a bot in the sandbox."""
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-real\n", encoding="utf-8")
    assert _load(monkeypatch, SANDBOX, tmp_path / ".env").slack_bot_token is None


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing settings, whole or in part, shows no token and no password."""
    settings = _load(
        monkeypatch,
        {
            "SLACK_BOT_TOKEN": "xoxb-hidden",
            "SLACK_APP_TOKEN": "xapp-hidden",
            "SLACK_SIGNING_SECRET": "hidden",
            "GOOGLE_CREDENTIALS": '{"private_key": "hidden"}',
            "DATABASE_URL": "postgresql://bot:hidden@db/deskbell",
        },
    )
    assert "hidden" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_faults_of_shape_are_sentences_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them at once, by the name in the environment."""
    env = {"PORT": "99999", "DESKBELL_LOG_LEVEL": "inf", "DESKBELL_SANDBOX": "perhaps"}
    assert _faults(monkeypatch, env) == [
        'DESKBELL_LOG_LEVEL: "INF" is none of DEBUG, INFO, WARNING, ERROR. Did you mean "INFO"?',
        "DESKBELL_SANDBOX: must be true or false",
        "PORT: must be 65535 or less",
    ]


def test_tokens_of_another_kind_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's tokens look alike; the fault does not repeat them."""
    env = {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1", "DATABASE_URL": "mysql://hidden@db"}
    assert _faults(monkeypatch, env) == [
        'DATABASE_URL: must begin with "postgresql://"',
        'SLACK_APP_TOKEN: does not begin with "xapp-": is it another token?',
        'SLACK_BOT_TOKEN: does not begin with "xoxb-": is it another token?',
    ]


@pytest.mark.parametrize("name", ["SLACK_API_URL", "GOOGLE_API_URL"])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1:8000/slack/api/", "points at this machine, which only the sandbox does: unset it"),
        ("https://localhost/", "points at this machine, which only the sandbox does: unset it"),
        ("https://[::1]:1/", "points at this machine, which only the sandbox does: unset it"),
        ("http://slack.example/api/", 'must begin with "https://": tokens are sent there'),
        ("slack.example", "is no address"),
    ],
)
def test_production_refuses_the_sandbox(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, sentence: str
) -> None:
    """A bot with real tokens speaks to vendors only, and only in secret."""
    assert _faults(monkeypatch, {name: url}) == [f"{name}: {sentence}"]


@pytest.mark.parametrize("name", ["DESKBELL_CLOCK_FILE", "DESKBELL_CRASH_AT"])
def test_production_refuses_made_time_and_made_crashes(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What the sandbox plays with is refused outside it, and allowed inside."""
    assert _faults(monkeypatch, {name: "x"}) == [f"{name}: works in the sandbox only: unset it"]
    assert _load(monkeypatch, SANDBOX | {name: "x"}).sandbox


def test_the_sandbox_refuses_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vendors and database of a sandbox are on this machine, and said to be."""
    env = SANDBOX | {
        "SLACK_API_URL": "https://slack.com/api/",
        "GOOGLE_CREDENTIALS": "{}",
        "DATABASE_URL": "postgresql://bot@db.example/deskbell",
    }
    assert _faults(monkeypatch, env) == [
        "DATABASE_URL: points at another machine, and DESKBELL_SANDBOX is set: unset one of them",
        "GOOGLE_API_URL: is missing, and DESKBELL_SANDBOX is set: the bot would speak to the real vendor",
        "SLACK_API_URL: points at another machine, and DESKBELL_SANDBOX is set: one of them is wrong",
    ]


def test_the_sandbox_itself_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the sandbox tells its bot loads."""
    env = SANDBOX | {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": "http://127.0.0.1:4000/slack/api/",
        "GOOGLE_API_URL": "http://localhost:4000/google",
        "GOOGLE_CREDENTIALS": "{}",
        "DATABASE_URL": "postgresql://postgres:@/postgres?host=/run/postgres",
    }
    assert _load(monkeypatch, env).slack_api_url == "http://127.0.0.1:4000/slack/api/"


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("127.0.0.1", True), ("127.1", True), ("2130706433", True), ("0x7f000001", True), ("0.0.0.0", True),
        ("[::]", True), ("[::1]", True), ("[::ffff:127.0.0.1]", True), ("LOCALHOST", True), ("localhost.", True),
        ("app.localhost", True), ("slack.com", False), ("8.8.8.8", False), ("127.example.com", True),
        ("[2001:db8::1]", False),
    ],
)  # fmt: skip
def test_this_machine_in_every_disguise(host: str, may: bool) -> None:
    """Whatever some client would take for loopback is refused in production."""
    assert may_be_this_machine(f"https://{host}:443/") is may


def test_an_address_that_cannot_be_read_is_none() -> None:
    """A bracket too few is a fault, not a crash."""
    assert list(wrong_settings({"SLACK_API_URL": "https://[::1"})) == [("SLACK_API_URL", "is no address")]


def test_production_tokens_are_named() -> None:
    """The sandbox is told which names are set, never what they hold."""
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-real",
        "SLACK_APP_TOKEN": " ",
        "GOOGLE_CREDENTIALS": "/key.json",
        "PATH": "/bin",
    }
    assert production_tokens(environ) == ["SLACK_BOT_TOKEN", "GOOGLE_CREDENTIALS"]
    assert production_tokens(dict.fromkeys(os.environ, "")) == []
