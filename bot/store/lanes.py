"""Lanes: effects that keep their order among themselves and hold back nobody else."""

from __future__ import annotations

from typing import assert_never

from bot.store.codec import Delivered, ShowPicture, Upload
from handlers.effects import Direct, Reply, Say, ShowCard, ShowGuide, Whisper
from handlers.place import CaseId


def lane(effect: Delivered) -> str:
    """The lane of an effect.

    A case has one lane for each of its two posts: what is said under a post comes after the post and in
    order, and a platform that is down holds back only its own post. What belongs to no case is ordered by its
    listener.
    """
    match effect:
        case ShowCard() | Say() | Upload():
            return f"{effect.case}:{effect.slot}"
        case Reply() | ShowPicture():
            return f"{effect.place.key}:{effect.place.thread or ''}"
        case Whisper():
            return f"{effect.place.key}:{effect.user}"
        case Direct():
            return f"{effect.desk}:@{effect.person}"
        case ShowGuide():
            return f"guide:{effect.guide}"
        case _ as unreachable:
            assert_never(unreachable)


def case_of(effect: Delivered) -> CaseId | None:
    """The case an effect belongs to, if any."""
    return effect.case if isinstance(effect, ShowCard | Say | Upload) else None
