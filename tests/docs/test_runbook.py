"""docs/runbook.md: whatever the bot tells an operator has its line there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot import __main__ as program
from bot import metrics
from bot.boundaries import BOUNDARIES
from config.texts import sentences
from tests.docs.tables import table_lines

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
OUTCOMES = sorted(
    key
    for key, sentence in sentences().items()
    if key.startswith("outcome.") or (key.startswith("workbook.") and sentence.other.endswith("."))
)
PLAIN = " ".join(RUNBOOK.replace("*", "").split())


def opening(sentence: str) -> str:
    """The first words of a sentence that are the same whatever it is filled with, four at most."""
    parts = (part for part in re.split(r"\{\w+\}", sentence) if len(part.split()) > 1)
    fixed = next(parts, sentence)
    return " ".join(fixed.split()[:4]).strip(".,:")


@pytest.mark.parametrize("key", [key for key in OUTCOMES if " " in sentences()[key].other])
def test_every_sentence_for_the_leads_is_in_the_runbook(key: str) -> None:
    """What the bot says about what did not arrive, or waits, is found by the words it begins with."""
    assert opening(sentences()[key].other) in PLAIN


def test_every_metric_is_in_the_runbook() -> None:
    """Its name as it is scraped, and no name that there is not."""
    counters = [metrics.ACCEPTED, metrics.REPEATED, metrics.APPLIED, metrics.RETRIED, metrics.GIVEN_UP]
    rung = [metrics.NUDGES, metrics.BUNDLED, metrics.CAPPED]
    ours = {
        f"{family.name}_total"
        for counter in (*counters, *rung, metrics.REQUESTS, metrics.UPDATES)
        for family in counter.collect()
    }
    others = {
        family.name
        for metric in (metrics.QUEUE_AGE, metrics.FLUSH_SIZE, metrics.OVERDUE_AGE, metrics.DIGEST_LATENESS)
        for family in metric.collect()
    }
    assert {line["metric"].strip("`") for line in table_lines(RUNBOOK, "metric")} == ours | others
    assert {name.removesuffix("_total") for name in ours} | others == {
        family.name for family in REGISTRY.collect() if family.name.startswith("deskbell_")
    }


def test_every_exit_status_is_in_the_runbook() -> None:
    """A number that a platform shows is one that can be looked up."""
    told = {line["status"] for line in table_lines(RUNBOOK, "status")}
    assert {str(program.EX_CONFIG), str(program.EX_UNAVAILABLE), "1"} - told == set()


def test_every_boundary_is_in_the_table_of_deaths() -> None:
    """What follows from a death is written down for each point at which the fault tests kill."""
    told = [line["it dies at"].strip("`") for line in table_lines(ARCHITECTURE, "it dies at")]
    assert told == list(BOUNDARIES)
