"""Checks that every tracker fits into Slack's forms, so that none is refused while somebody waits for it.

Lengths of labels and hints need no check here: the models allow 60 and 150 characters where Slack's input
block takes 2,000 (https://docs.slack.dev/reference/block-kit/blocks/input-block).
"""

from __future__ import annotations

from collections.abc import Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_desk, in_tracker
from config.tracker import STEPS

TITLE = 24
"""Characters of a modal's title: https://docs.slack.dev/reference/views/modal-views."""
BLOCKS = 100
"""Blocks of a modal: https://docs.slack.dev/reference/views/modal-views."""
OWN_BLOCKS = 5
"""Blocks a form may have besides its questions: what it is about, what is wrong, a likely duplicate."""
OPTIONS = 100
"""Options of a select: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element."""
OPTION = 75
"""Characters of an option: https://docs.slack.dev/reference/block-kit/composition-objects/option-object."""


def titles(desk: Desk) -> Iterator[DeclarationFault]:
    """The title of a tracker's form fits."""
    for tracker in desk.trackers.values():
        if len(tracker.form_title) > TITLE:
            sentence = (
                f"is {len(tracker.title)} characters, a form's title holds {TITLE}: add a `short_title`"
            )
            yield in_tracker(desk.key, tracker.key, "title", sentence)


def blocks(desk: Desk) -> Iterator[DeclarationFault]:
    """The questions of one step fit into one form."""
    for tracker in desk.trackers.values():
        for step in STEPS[:-1]:
            asked = sum(column.step == step for column in tracker.columns)
            if asked + OWN_BLOCKS > BLOCKS:
                sentence = f"{asked} are asked at the step {step}, a form holds {BLOCKS - OWN_BLOCKS}"
                yield in_tracker(desk.key, tracker.key, "columns", sentence)


def options(desk: Desk) -> Iterator[DeclarationFault]:
    """A list of choices fits into one select, and no two of its choices look alike."""
    for name, listed in desk.choices.items():
        key = f"choices.{name}"
        if not 0 < len(listed) <= OPTIONS:
            yield in_desk(desk.key, key, f"has {len(listed)} choices: a select holds 1 to {OPTIONS}")
        for choice in listed:
            if not 0 < len(choice) <= OPTION:
                sentence = f'"{choice}" is {len(choice)} characters: a choice has 1 to {OPTION}'
                yield in_desk(desk.key, key, sentence)
        folded = [choice.casefold() for choice in listed]
        for choice in sorted({one for one in folded if folded.count(one) > 1}):
            yield in_desk(desk.key, key, f'"{choice}" is there twice')
