"""Hostile text: stored and shown as the plain text it is, never executed, never lost with an error."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.desk import Desk
from handlers.choices import Unfit, choose, fold, nearest
from handlers.echo import echo
from handlers.events import FileRef
from tests.handlers.complete import ANSWERS, log
from tests.handlers.play import CSR, SUPPLIER, Play

FORMULAS = ['=IMPORTXML("https://x.example","//a")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", " =1"]
MARKUP = [
    "<!channel>",
    "<@U0KIM>",
    "<https://x.example|here>",
    "*bold* _it_ ~no~",
    "<b>x</b>",
    "{detail}",
    "%s{}",
]
LONG = ["x" * 20_000, "\n" * 2_000, "=" * 2_000, '"' * 999, "x " * 4_000]
STRANGE = ["a\u202eb", "a\u200bb", "a\x00b", "\ud800", "a\x07b", "\ufffe", "é" * 40, "🏴‍☠️", "﷽" * 5]


@pytest.mark.parametrize("text", [*FORMULAS, *MARKUP])
def test_text_is_kept_as_it_is(play: Play, text: str) -> None:
    """Formulas and markup are words: on the case, in the row, on the cards."""
    case = log(play, "request", detail=f"x {text} y")
    kept = f"x {text} y".replace("\t", " ")
    assert (case.values["detail"], play.rows[case.id]["detail"]) == (kept, kept)
    assert ("What is asked", kept) in play.card(case.id, "supplier").facts


@pytest.mark.parametrize("text", STRANGE)
def test_strange_characters_never_break_anything(play: Play, text: str) -> None:
    """What nobody can see goes, what no store accepts is replaced; everything else stays."""
    case = log(play, "request", detail=f"x {text} y")
    detail = str(case.values["detail"])
    assert (detail.startswith("x "), detail.endswith(" y")) == (True, True)
    assert not {"\x00", "\x07", "\u202e", "\u200b", "\ud800"} & set(detail)
    json.dumps(detail, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    "name",
    ["log", "find", "case", "update", "done", "assign", "snooze", "nudge", "digest", "deskbell", "mine"],
)
def test_no_command_breaks_on_it(play: Play, name: str) -> None:
    """Slash or typed: an answer, a form or a refusal, nothing else."""
    log(play, "item-issue")
    for text in [*FORMULAS, *MARKUP, *STRANGE, *LONG]:
        for said in (f"/{name} {text}", f"/{name} item-issue {text}", f"/{name} II-2647-0001 {text}"):
            for typed in (False, True):
                outcome = play.command("agent", said, CSR, typed=typed)
                assert outcome.words or outcome.decision.form or outcome.decision.cases, said[:80]


def test_no_thread_breaks_on_it(play: Play) -> None:
    """What the supplier says is kept and told; what the desk says is noted."""
    case = log(play, "request")
    for text in [*FORMULAS, *MARKUP, *STRANGE, *LONG]:
        play.say("bowen", case.id, "supplier", text)
        play.say("agent", case.id, "home", text)
        play.react("agent", case.id, "home", text)
    assert play.case(case.id).status == "Posted"


def test_every_answer_may_be_anything(play: Play) -> None:
    """Whatever stands in the fields of a form, it is filed or it has faults."""
    form = play.command("agent", "/log item-issue").form
    for text in [*FORMULAS, *MARKUP, *STRANGE, *LONG, "", " "]:
        outcome = play.submit("agent", form, **dict.fromkeys(ANSWERS["item-issue"], text))
        assert outcome.faults


def test_a_file_name_is_a_text_like_any_other(play: Play) -> None:
    """Cards and rows show it: a card number in it is masked, a direction mark is gone."""
    files = [FileRef("slack", "F1", "card 4111 1111 1111 1111.png"), FileRef("slack", "F2", "a\u202egnp.exe")]
    case = log(play, "item-issue", photos=files)
    stored = json.dumps(case.values["photos"], ensure_ascii=False)
    assert ("4111 1111 1111" in stored, "\u202e" in stored, "agnp.exe" in stored) == (False, False, True)


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "said",
    [
        f"/log {CARD}", f'/log "card {CARD}"', f"/find card {CARD}", f"/case {CARD}", f"/deskbell {CARD}",
        f'/log item-issue detail="card {CARD}"', f"/log item-issue colour={CARD.replace(' ', '')}",
        f"/update RQ-2647-0001 colour={CARD.replace(' ', '')}", f'/update RQ-2647-0001 qty="{CARD}"',
        f'/assign RQ-2647-0001 "card {CARD}"', f"/done RQ-2647-0001 card {CARD}",
    ],
)  # fmt: skip
def test_a_card_number_in_a_command_is_stored_nowhere(play: Play, said: str) -> None:
    """Neither in refusals and their audit, nor in words for the actor that wait to be delivered."""
    log(play, "request")
    for typed in (False, True):
        outcome = play.command("agent", said, typed=typed)
        kept = f"{outcome.decision.audit} {outcome.decision.effects} {play.cases} {play.audit}"
        assert "4111111111111111" not in kept.replace(" ", "")


@pytest.mark.parametrize("who", ["agent", "bowen"])
def test_a_card_number_in_a_choice_is_stored_nowhere(play: Play, who: str) -> None:
    """What comes back from a client is repeated in no sentence that is kept."""
    case = log(play, "request")
    place = SUPPLIER if who == "bowen" else CSR
    for action in ("move", "answer", "log", "update", "send"):
        outcome = play.press(who, action, case.id, CARD.replace(" ", ""), place)
        assert "4111111111111111" not in f"{outcome.decision.audit} {outcome.decision.effects}"


@given(st.text(max_size=200))
def test_what_is_repeated_is_short_and_on_one_line(text: str) -> None:
    """Sentences stay sentences."""
    said = echo(text)
    assert (len(said) <= 40, "\n" in said) == (True, False)


@given(st.text(max_size=40))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_choosing_never_raises_anything_else(mhj: Desk, text: str) -> None:
    """A choice that fits nothing is a sentence."""
    choices = {choice: choice for choice in mhj.choices["money_reason"]}
    with suppress(Unfit):
        assert choose(text, choices) in choices
    assert set(nearest(text, choices)) <= set(choices)
    assert fold(fold(text)) == fold(text)
