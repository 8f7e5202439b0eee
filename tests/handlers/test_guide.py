"""A form asked one question at a time, as a value: whatever is said and pressed, it stays in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from config.load import load_desks
from config.model import Value
from config.tracker import ColumnType
from handlers.ask import form_of, read_answers, step_questions
from handlers.events import FileRef, FormContext
from handlers.form import Fault, Form, Question
from handlers.guide import (
    CHANGES,
    SUMMARY,
    Guide,
    asked_more,
    begin,
    is_well_formed,
    onward,
    redrawn,
    refused,
)
from handlers.guide_shown import ACTION, PAGE, left_behind, message
from handlers.guide_turns import MOST_FILES, Turn, pressed, said, turn
from handlers.message import Button
from handlers.place import Account, Place
from handlers.reading import Reading
from tests.slack_desk import slack_desks

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KIM = Account("telegram", "", "14")
PRIVATE, GROUP = Place("telegram", "14", direct=True), Place("telegram", "-1001")
MHJ = load_desks(slack_desks())["mhj"]
READING = Reading(MHJ, NOW)
TRACKERS = sorted(MHJ.trackers)


def form(tracker: str, values: Mapping[str, Value] | None = None, purpose: str = "log") -> Form:
    """The form of a tracker with these answers."""
    declared = MHJ.trackers[tracker]
    questions = step_questions(declared.of_step("log"), MHJ, declared, values or {})
    return form_of(FormContext(purpose, "mhj", tracker), declared.form_title, "Log it", questions)


def guide_of(asked: Form, place: Place = PRIVATE, **held: Value) -> Guide:
    """A guide at its beginning."""
    return begin(asked, "g1", KIM, place, NOW, held)


def of(*questions: Question, purpose: str = "answer", faults: tuple[Fault, ...] = ()) -> Guide:
    """A guide through these questions."""
    return guide_of(Form(FormContext(purpose, "mhj", "item-issue"), "Form", "Save", questions, (), faults))


def checked(taken: Turn) -> Guide:
    """What the house does after a turn: an answer lets the form be drawn anew, and it goes on."""
    guide = taken.guide
    if taken.then == "send":
        return refused(guide, [Fault(guide.form.questions[0].key, "no")]) if guide.form.questions else guide
    if taken.then != "check":
        return guide
    declared = MHJ.trackers[guide.form.context.tracker]
    answers = read_answers(declared.of_step("log"), guide.given, READING)
    return onward(redrawn(guide, form(declared.key, answers.values)))


def buttons(guide: Guide) -> dict[str, Button]:
    """The buttons under the guide's message by their labels."""
    return {button.label: button for button in message(guide, MHJ).buttons}


def press(guide: Guide, label: str) -> Turn:
    """Press the button of that label."""
    return pressed(guide, buttons(guide)[label].value.partition(":")[2])


def says(guide: Guide, words: str, *files: FileRef) -> Turn:
    """Say something."""
    return said(guide, words, files, READING)


# --- any sequence of turns ---

WORDS = st.one_of(
    st.sampled_from(
        [
            "10423",
            "88",
            "Broken",
            "incorrect",
            "1",
            "skip",
            "back",
            "next",
            "done",
            "yes",
            "change",
            "kind=Misfit",
            "-",
            "",
            "=",
        ]
    ),
    st.text(max_size=40),
)
FILES = st.lists(
    st.builds(FileRef, st.just("telegram"), st.sampled_from("abc"), st.just("a.jpg")), max_size=3
)
DOING: st.SearchStrategy[tuple[str, str | int, list[FileRef]]] = st.one_of(
    st.tuples(st.just("say"), WORDS, FILES),
    st.tuples(st.just("press"), st.integers(0, 40), st.just([])),
    st.tuples(st.just("stray"), st.text(max_size=20), st.just([])),
    st.tuples(
        st.just("command"),
        st.sampled_from(["skip", "back", "confirm", "changes", "summary", "next"]),
        st.just([]),
    ),
)


@given(tracker=st.sampled_from(TRACKERS), doings=st.lists(DOING, max_size=25))
def test_whatever_is_said_and_pressed_the_guide_stays_well_formed(
    tracker: str, doings: list[tuple[str, str | int, list[FileRef]]]
) -> None:
    """It answers only questions that are asked, shows a message at every place, and is stored as it is."""
    guide = guide_of(form(tracker))
    adapter = TypeAdapter(Guide)
    for kind, what, files in doings:
        before = guide
        if kind == "say":
            taken = said(guide, str(what), files, READING)
        elif kind == "press":
            under = message(guide, MHJ).buttons
            taken = pressed(guide, under[int(what) % len(under)].value.partition(":")[2])
        elif kind == "stray":
            taken = pressed(guide, str(what))
        else:
            taken = turn(guide, str(what))
        guide = checked(taken)
        keys = {question.key for question in guide.form.questions}
        assert is_well_formed(guide)
        assert set(guide.given) == keys
        shown = message(guide, MHJ)
        assert shown.headline
        assert len({button.value for button in shown.buttons}) == len(shown.buttons)
        assert all(button.action == ACTION and button.value.startswith("g1:") for button in shown.buttons)
        assert left_behind(before, guide, MHJ).lines[0]
        assert adapter.validate_json(adapter.dump_json(guide)) == guide


@given(tracker=st.sampled_from(TRACKERS))
def test_saying_what_is_asked_leads_to_the_summary(tracker: str) -> None:
    """Every tracker can be logged by answering each question once."""
    guide, asked = guide_of(form(tracker)), []
    while guide.question is not None:
        assert guide.at not in asked
        asked.append(guide.at)
        guide = checked(_answer(guide, guide.question))
    assert guide.at == SUMMARY
    assert set(asked) == {question.key for question in guide.form.questions}
    assert press(guide, "Log it").then == "send"


def _answer(guide: Guide, question: Question) -> Turn:
    """Some answer that fits a question."""
    if question.type == "files":
        return turn(says(guide, "", FileRef("telegram", "f", "a.jpg")).guide, "next")
    if question.type == "multi":
        return turn(press(guide, question.choices[0][1]).guide, "next")
    examples: Mapping[str, str] = {
        "order": "10423", "ticket": "88", "qty": "1", "money": "12.50", "date": "today", "datetime": "now",
        "bool": "yes", "email": "a@example.com", "phone": "+31 6 1234567", "currency": "EUR", "parcel": "P-12345",
        "tracking": "3SNL00012345", "sr_no": "SR-1", "rma": "RMA-2026-00001", "url": "https://example.com/a",
        "album": "https://photos.google.com/a",
    }  # fmt: skip
    words = question.choices[0][1] if question.choices else examples.get(question.type, "some words")
    taken = says(guide, words)
    assert taken.then == "check", (question, taken.guide.fault)
    return taken


# --- single things ---


class TestBeginning:
    def test_a_bare_form_asks_everything_it_has_no_answer_to(self) -> None:
        """In its order; what is prefilled is not asked."""
        guide = guide_of(form("item-issue", {"sku": "ring-7"}))
        assert guide.left == ("order_no", "ticket", "kind", "qty", "received_on", "detail", "wish")

    def test_a_form_with_faults_asks_only_what_is_needed(self) -> None:
        """What is faulted has no answer."""
        asked = replace(
            form("item-issue", {"order_no": "x", "sku": "ring-7"}), faults=(Fault("order_no", "No."),)
        )
        guide = guide_of(asked)
        assert (guide.at, guide.fault, guide.answers["order_no"]) == ("order_no", "No.", None)
        assert "received_on" not in guide.left

    def test_a_change_begins_with_what_to_change(self) -> None:
        """And sends only what was answered, here or on the line before."""
        asked = form("item-issue", {"order_no": "10423", "sku": "ring-7"}, "update")
        guide = guide_of(asked, order_no="10422", sku="ring-7")
        assert (guide.at, guide.given) == (CHANGES, {"order_no": "10423"})

    def test_a_form_without_questions_is_only_confirmed(self) -> None:
        """It has nothing to change."""
        guide = of(purpose="move")
        assert (guide.at, list(buttons(guide))) == (SUMMARY, ["Save", "Cancel"])

    @pytest.mark.parametrize(("purpose", "quick"), [("assign", True), ("move", False)])
    def test_a_single_choice_is_sent_by_its_press(self, purpose: str, quick: bool) -> None:
        """But for a move, which may be one that cannot be taken back."""
        owner = Question("owner", "With", "person", True, (("kim", "Kim"), ("bram", "Bram")), value="bram")
        guide = of(owner, purpose=purpose)
        assert (guide.at, guide.quick) == ("owner", quick)
        assert press(guide, "Kim").then == "check"
        assert onward(press(guide, "Kim").guide).quick is quick

    def test_words_that_were_given_are_shown_to_be_confirmed(self) -> None:
        """What the supplier will read, for one."""
        guide = of(Question("words", "Words", "longtext", True, value="Any news?"), purpose="send")
        assert (guide.at, message(guide, MHJ).facts) == (SUMMARY, (("Words", "Any news?"),))


class TestAnswers:
    MULTI = Question("both", "Both", "multi", True, (("a", "Aye"), ("b", "Bee, too"), ("c", "Cee")))

    def test_several_choices_are_ticked_one_by_one(self) -> None:
        """A second press takes one back; Next goes on, and only with what is needed."""
        guide = of(self.MULTI)
        assert press(guide, "Next").guide.fault == "This is needed before the case can go on."
        guide = press(press(guide, "Aye").guide, "Cee").guide
        assert guide.answers == {"both": ("a", "c")}
        guide = press(guide, "✓ Aye").guide
        assert guide.answers == {"both": ("c",)}
        assert press(guide, "Next").then == "check"

    def test_yes_and_no_are_pressed_or_said(self) -> None:
        """No is an answer."""
        guide = of(Question("sure", "Sure", "bool", True), Question("more", "More", "text"))
        assert press(guide, "No").guide.answers["sure"] is False
        assert says(guide, "Ja").guide.answers["sure"] is True

    def test_what_may_be_left_out_is_skipped(self) -> None:
        """By button, word, sign or command; an answer that was there is emptied."""
        guide = of(Question("a", "A", "text"), Question("b", "B", "text"))
        for taken in (press(guide, "Skip"), says(guide, "SKIP"), says(guide, "-"), turn(guide, "skip")):
            assert (taken.then, taken.guide.answers["a"]) == ("check", None)
        back = turn(onward(says(guide, "x").guide), "back").guide
        assert press(back, "Leave it empty").guide.answers["a"] is None
        assert press(back, "Keep it").guide.answers["a"] == "x"

    def test_a_word_for_a_button_may_be_a_choice(self) -> None:
        """Then it is that."""
        guide = of(Question("a", "A", "enum", True, (("Cancel", "Cancel"), ("Back", "Back"))))
        assert says(guide, "cancel").guide.answers["a"] == "Cancel"

    def test_next_is_a_word_where_nothing_is_gathered(self) -> None:
        """A text may say so."""
        assert says(of(Question("a", "A", "text", True)), "next").guide.answers["a"] == "next"

    def test_more_files_than_fit_are_not_kept(self) -> None:
        """And it is said."""
        guide = of(Question("photos", "Photos", "files", True))
        guide = says(guide, "", *(FileRef("telegram", f"f{n}", "a.jpg") for n in range(MOST_FILES + 1))).guide
        assert len(guide.answers["photos"] or ()) == MOST_FILES  # type: ignore[arg-type]  # a tuple of files
        assert guide.notes == ("More than 30 do not fit, so only the first 30 are kept.",)

    def test_files_that_nothing_asks_for_are_refused(self) -> None:
        """The question stays."""
        guide = says(of(Question("a", "A", "text", True)), "", FileRef("telegram", "f", "a.jpg")).guide
        assert guide.notes[0].startswith("Nothing here asks for photos")

    def test_card_numbers_are_masked_and_it_is_said(self) -> None:
        """As everywhere."""
        taken = says(of(Question("a", "A", "longtext", True)), "refund to NL91ABNA0417164300 please")
        assert "NL91ABNA0417164300" not in str(taken.guide.answers["a"])
        assert taken.guide.notes == (
            "Something that looked like a card number or a bank account was masked; only its last digits were kept.",
        )

    def test_an_answer_is_kept_as_it_was_meant(self) -> None:
        """Today is that day tomorrow, too."""
        assert says(of(Question("on", "On", "date", True)), "today").guide.answers["on"] == "2026-11-22"

    def test_many_choices_are_paged_and_all_may_be_typed(self) -> None:
        """Twenty on a page."""
        choices = tuple((f"c{n}", f"Choice {n}") for n in range(45))
        guide = of(Question("a", "A", "enum", True, choices), Question("b", "B", "text"))
        assert len([label for label in buttons(guide) if label.startswith("Choice")]) == PAGE
        guide = press(press(guide, "More…").guide, "More…").guide
        assert [label for label in buttons(guide) if label.startswith("Choice")] == [
            f"Choice {n}" for n in range(40, 45)
        ]
        assert press(guide, "Choice 44").guide.answers["a"] == "c44"
        assert says(press(guide, "Earlier ones…").guide, "choice").then == "ask"
        assert says(guide, "Choice 33").guide.answers["a"] == "c33"


class TestBetween:
    TWO = (Question("a", "First", "text", True, value="x"), Question("b", "Second", "text", value="y"))

    def test_words_at_the_summary_are_buttons_questions_or_answers(self) -> None:
        """What is none of them is told so."""
        guide = of(*self.TWO)
        assert [says(guide, words).then for words in ("yes", "OK", "save", "confirm")] == ["send"] * 4
        assert says(guide, "second").guide.at == "b"
        assert says(guide, "b=z").guide.answers["b"] == "z"
        assert says(guide, "change").guide.at == CHANGES
        assert says(guide, "what?").guide.notes == (
            "I do not know what that answers. Press one of the buttons.",
        )
        assert says(guide, "skip").guide.notes == (
            "I do not know what that answers. Press one of the buttons.",
        )
        assert says(guide, "cancel").then == "cancel"

    def test_the_list_of_changes_leads_to_a_question_and_back(self) -> None:
        """And to the summary."""
        guide = press(of(*self.TWO), "Change…").guide
        assert press(guide, "Show all answers").guide.at == SUMMARY
        guide = press(guide, "Second").guide
        assert guide.at == "b"
        assert press(guide, "Back").guide.at == CHANGES
        assert press(press(guide, "Back").guide, "Back").guide.at == SUMMARY

    def test_nothing_is_sent_while_something_is_left(self) -> None:
        """Back leads out of a question; what it asks is still needed."""
        guide = refused(of(*self.TWO), [Fault("a", "No."), Fault("", "Look.")])
        assert (guide.at, guide.fault, guide.notes) == ("a", "No.", ("Look.",))
        at_summary = turn(guide, "back").guide
        assert at_summary.at == SUMMARY
        assert turn(at_summary, "confirm").guide.at == "a"


def test_an_answer_that_hides_another_question_drops_its_answer() -> None:
    """Where it shows one, that is asked next."""
    values: dict[str, Value] = {
        "order_no": "1042",
        "ticket": "8",
        "sku": "r",
        "qty": 1,
        "detail": "d",
        "wish": "Refund",
    }
    guide = guide_of(form("item-issue", {**values, "kind": "Missing"}))
    guide = checked(says(guide, "skip"))
    guide = checked(says(guide, "kind=Incorrect"))
    assert guide.at == "got_instead"
    guide = checked(says(guide, "a ring"))
    guide = turn(turn(guide, "back").guide, "back").guide
    guide = replace(guide, at=SUMMARY)
    guide = checked(says(guide, "kind=Missing"))
    assert (guide.at, "got_instead" in guide.answers) == (SUMMARY, False)


def test_a_sent_form_that_asks_more_asks_only_that() -> None:
    """What it says first is shown with it."""
    asked = form("item-issue", {"order_no": "10423"})
    guide = guide_of(asked)
    question = Question("_duplicate", "What now?", "enum", True, (("anyway", "Log it anyway"),))
    more = replace(asked, questions=(question, *asked.questions), intro=("II-2647-0001 is open.",))
    settled = replace(guide, settled=frozenset(guide.answers))
    guide = asked_more(settled, more)
    assert (guide.at, guide.quick) == ("_duplicate", True)
    assert "II-2647-0001 is open." in message(guide, MHJ).lines


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(PRIVATE, "Type the answer."), (GROUP, "Answer by replying to this message.")],
)
def test_a_question_says_how_it_is_answered(place: Place, sentence: str) -> None:
    """In a group, only a reply is."""
    guide = guide_of(form("item-issue"), place)
    assert sentence in message(guide, MHJ).lines


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("date", "A day: 22 Nov 2026, or today."),
        ("datetime", "A day and its time: 22 Nov 2026, 13:00, or now."),
        ("money", "An amount, like 12.50."),
    ],
)
def test_a_question_says_what_an_answer_looks_like(kind: ColumnType, sentence: str) -> None:
    """And the example is an answer."""
    guide = of(Question("a", "A", kind, True))
    assert sentence in message(guide, MHJ).lines
    example = sentence.partition(": ")[2].rpartition(", or")[0] or "12.50"
    assert says(guide, example).then == "check"


def test_long_answers_do_not_make_the_summary_too_long() -> None:
    """Each has its share of the room."""
    questions = [Question(f"q{n}", f"Q {n}", "longtext", value="x" * 3000) for n in range(20)]
    facts = message(of(*questions), MHJ).facts
    assert sum(len(value) for _, value in facts) <= 2_400
