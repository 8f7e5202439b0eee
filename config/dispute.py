"""The dispute library: how long each network waits, and what evidence answers which kind of dispute."""

from __future__ import annotations

from pydantic import Field

from config.model import AMOUNT, Condition, Declared

EVIDENCE_CHOICES = "cb_evidence_items"
"""The list of choices the loader makes from `items`, so that a form can ask what evidence there is."""
FAMILY_CHOICES = "cb_family"
"""The list of choices that must name the families, and nothing else."""
NETWORK_CHOICES = "network"
"""The list of choices a window's `network` is taken from."""


class Window(Declared):
    """How long a network or processor waits, in calendar days; the processor's own date wins."""

    plan_days: int = Field(ge=1, le=540)
    """The shortest figure published: what is planned with while the processor shows no date."""
    network: str | None = None
    """The choice of the `network` list this window is for; None: a processor's own rule, or all others."""
    plan_days_outside_us_ca: int | None = Field(default=None, ge=1, le=540)
    inquiry_days: int | None = Field(default=None, ge=1, le=540)
    """For a dispute still in the stage of an inquiry."""
    authoritative_field: str = ""
    """Where the processor shows its own date."""
    one_shot: bool = False
    """Evidence can be sent once."""
    seen: dict[str, int | str] = {}
    """What each source published, for whoever doubts `plan_days`."""


class EvidenceItem(Declared):
    """One piece of evidence a family of disputes is answered with."""

    key: str
    """One of `items`."""
    title: str = Field(min_length=1)
    """What exactly is wanted in this family."""
    must: bool = False
    """The pack is not complete without it."""
    when: Condition | None = None
    """Wanted only while the condition holds."""
    from_amount: str | None = Field(default=None, pattern=AMOUNT)
    """Wanted only from this amount on, in the dispute's currency."""


class Family(Declared):
    """A kind of dispute: the codes the networks use for it, and its evidence."""

    codes: dict[str, tuple[str, ...]]
    """Network or processor to its reason codes."""
    evidence: tuple[EvidenceItem, ...] = Field(min_length=1)


class Disputes(Declared):
    """A desk's dispute library.

    Due is the processor's own date, else the opening + `plan_days`; ours is `buffer_business_days` earlier.
    """

    as_of: str
    buffer_business_days: int = Field(ge=0, le=10)
    after_due: str = ""
    """What to do once the window is spent."""
    issuer_review: str = ""
    cardholder_may_file: str = ""
    pack_style: str = ""
    items: dict[str, str] = Field(min_length=1)
    """Evidence key to its short title, which is what people tick."""
    windows: dict[str, Window] = Field(min_length=1)
    families: dict[str, Family] = Field(min_length=1)

    @property
    def titles(self) -> tuple[str, ...]:
        """The short titles of all evidence, in declared order."""
        return tuple(self.items.values())

    def window_of(self, network: str) -> Window:
        """The window for a choice of the `network` list; the one called `other` where none is named for it.

        Raises:
            KeyError: there is neither.
        """
        for window in self.windows.values():
            if window.network == network:
                return window
        return self.windows["other"]
