"""What people can write to the bot on Telegram: its commands, and how they are told from other text."""

from __future__ import annotations

import re
from difflib import get_close_matches

COMMANDS = (
    "log", "find", "mine", "case", "done", "update", "assign", "snooze", "nudge", "digest", "help", "link",
    "cancel", "skip", "back", "deskbell",
)  # fmt: skip
"""The commands, without their slash. Telegram's own are letters, digits and `_` (Bot API, "BotCommand")."""
START = "start"
"""What a client sends when somebody opens the chat with the bot, with what the link they followed carried."""
LINK = "link"
SLIP = 0.75
"""How alike a mistyped word and a command are, as difflib counts: two letters of four swapped."""
_COMMAND = re.compile(r"/([A-Za-z0-9_-]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)\s*(.*)", re.DOTALL)
_MENTION = re.compile(r"@([A-Za-z0-9_]{1,64})[\s:,]*(.*)", re.DOTALL)
_WORD = re.compile(r"/?([A-Za-z]{1,20})(?=\s|$)\s*(.*)", re.DOTALL)


def written(text: str, username: str, *, direct: bool) -> tuple[str, str] | None:
    """A text read as a command: its name in small letters, and what follows; None where it is none of ours.

    In a group a word with a slash that is like no command of ours may be meant for another bot.
    """
    found = _COMMAND.match(text)
    if found is not None:
        name, addressed, rest = found[1].casefold(), found[2] or "", found[3]
        if addressed and addressed.casefold() != username.casefold():
            return None
        is_ours = direct or addressed or name == START or name in COMMANDS or _is_near(name)
        return _opened(name, rest) if is_ours else None
    mention = _MENTION.match(text)
    if mention is None or not username or mention[1].casefold() != username.casefold():
        return None
    return asked(mention[2])


def asked(text: str) -> tuple[str, str]:
    """What somebody who speaks to the bot asks for: the command that a text begins with, else help."""
    found = _WORD.match(text)
    if found is not None and found[1].casefold() in COMMANDS:
        return found[1].casefold(), found[2]
    return ("deskbell", text) if found is not None and _is_near(found[1].casefold()) else ("help", "")


def _opened(name: str, rest: str) -> tuple[str, str]:
    """A command; whoever opens the chat is told how it works, or how an account is linked if they came for that.

    What follows `/start` stood in a link, which anybody can make and nobody reads who presses *Start*: it does nothing.
    """
    if name != START:
        return name, rest
    return (LINK if rest.partition("_")[0].casefold() == LINK else "help"), ""


def _is_near(name: str) -> bool:
    head = re.split(r"[_-]", name)[0]
    return name in COMMANDS or head in COMMANDS or bool(get_close_matches(name, COMMANDS, n=1, cutoff=SLIP))
