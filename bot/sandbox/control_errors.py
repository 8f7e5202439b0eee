"""What a person, or a script in their place, cannot do: a sentence and an HTTP status."""

from __future__ import annotations


class Refused(Exception):
    """The sandbox says no.

    Args:
        sentence: why, for whoever asked.
        status: 400 for what makes no sense, 403 for what that person may not, 404 for what is not there, 409
            for what does not fit now, 424 when the bot failed to answer.
    """

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def silent(what: str, seconds: float = 3) -> Refused:
    """The bot did not acknowledge in time; what a person would see as a failure. Slack waits three seconds."""
    return Refused(f"{what} failed: the bot did not answer within {seconds:g} seconds", 424)
