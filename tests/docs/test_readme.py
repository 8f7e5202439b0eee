"""README.md: what a newcomer is told to type, and what the bot understands, are the same."""

from __future__ import annotations

import re
from pathlib import Path

from bot.slack import words
from config.load import DESKS, load_desks
from handlers.help import commands
from handlers.router import COMMANDS
from tests.docs.tables import table_lines

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_table_of_commands_is_the_bots_own_help() -> None:
    """Each command stands there once, with the example and the words that the bot itself shows."""
    told = [
        (line["command"].strip("`"), line["example"].strip("`"), line["what it does"])
        for line in table_lines(README, "command")
    ]
    desk = load_desks(DESKS)["mhj"]
    assert told == list(commands(desk, desk.trackers["item-issue"]))
    assert {name for name, _, _ in told} == set(COMMANDS)


def test_every_command_can_be_typed_with_a_slash() -> None:
    """What the table names is a slash command of the app; `help` is `/deskbell help`, `link` is `/deskbell link`."""
    assert {*COMMANDS} - {"help", "link"} | {"deskbell"} == set(words.COMMANDS)


def test_every_tracker_of_the_desk_is_named() -> None:
    """The trackers that come with Deskbell are listed by the words they are typed with."""
    folder = ROOT / "config/desks/mhj/trackers"
    assert {path.stem for path in folder.glob("*.toml")} - set(re.findall(r"`([a-z-]+)`", README)) == set()


def test_the_table_of_targets_is_the_makefiles_own() -> None:
    """Every target stands there, with the sentence that `make` prints."""
    targets = re.findall(r"^([a-z-]+):.*?## (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = [(line["target"].strip("`"), line["does"]) for line in table_lines(README, "target")]
    assert sorted(told) == sorted((f"make {target}", does) for target, does in targets)


def test_the_table_of_processes_is_the_procfiles() -> None:
    """Every line of the Procfile, and no other."""
    told = [line["process"].strip("`") for line in table_lines(README, "process")]
    assert told == re.findall(r"^(\w+):", (ROOT / "Procfile").read_text(), re.MULTILINE)


def test_the_first_two_things_to_type_are_the_two_commands() -> None:
    """`make run` shows it, `make test` proves it; nothing has to be typed before."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert [block.strip() for block in blocks[:2]] == ["make run", "make test"]


def test_the_pictures_are_those_that_can_be_made_anew() -> None:
    """`make screenshots` writes each picture of the README, and no other."""
    script = (ROOT / "tests/browser/screenshots.py").read_text()
    made = {f"docs/images/{name}.png" for name in re.findall(r'save\(browser, "(\w+)"\)', script)}
    assert set(re.findall(r"\]\((docs/images/[\w.]+)\)", README)) == made


def test_the_changelog_is_kept_in_the_known_form() -> None:
    """What is not released stands first; sections are those of Keep a Changelog, and one of ours."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^(#{2,3}) (.+)$", changelog, re.MULTILINE)
    known = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Not yet"}
    assert headings[0] == ("##", "[Unreleased]")
    assert {title for level, title in headings if level == "###"} - known == set()
