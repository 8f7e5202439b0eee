"""Which of several things somebody means: the exact word in any case, a beginning that fits one, or the nearest."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from config.texts import text
from handlers.echo import echo

NEAR_SHOWN = 5
FAR = 0.3
"""How much less alike than the best a label may be, as difflib counts, to be named beside it."""
CHOICES_SHOWN = 10
"""Choices listed in a sentence when nothing is near: the form has them all."""


class Unfit(ValueError):
    """The answer cannot be used; the message is the sentence for the person."""


def choose(given: str, choices: Mapping[str, str]) -> str:
    """The choice somebody means: its exact words in any case, else the one beginning that fits.

    Args:
        given: what was typed.
        choices: label to the value it stands for; two labels may stand for the same.

    Raises:
        Unfit: none or several fit; the sentence names the nearest.
    """
    wanted = fold(given)
    exact = {value for label, value in choices.items() if fold(label) == wanted}
    begun = {label: value for label, value in choices.items() if fold(label).startswith(wanted)}
    for fitting in (exact, set(begun.values())):
        if len(fitting) == 1:
            return fitting.pop()
    near = list(begun) or nearest(given, choices)
    shown = " / ".join(near[:NEAR_SHOWN] or list(choices)[:CHOICES_SHOWN])
    raise Unfit(text("fault.choice" if near else "fault.no_choice", given=echo(given), near=shown))


def nearest(given: str, labels: Iterable[str]) -> list[str]:
    """The labels most like a text, best first, at most three; none that is far less like it than the best."""
    by_fold = {fold(label): label for label in labels}
    wanted = fold(given[:60])
    near = difflib.get_close_matches(wanted, by_fold, n=3, cutoff=0.5)
    alike = [difflib.SequenceMatcher(None, each, wanted).ratio() for each in near]
    return [by_fold[each] for each, ratio in zip(near, alike, strict=True) if ratio > alike[0] - FAR]


@lru_cache(maxsize=2048)
def fold(words: str) -> str:
    """Words as they are compared: case, dashes, underscores and runs of blanks do not matter.

    Remembered, because a command is compared with every choice of its form, and those are always the same.
    """
    return re.sub(r"[\s_-]+", " ", words).strip().casefold()
