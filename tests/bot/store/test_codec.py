from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import codec
from config.model import Value
from handlers.case import Case
from handlers.decision import Decision
from handlers.effects import Direct, Reply, Say, ShowCard, ShowGuide, Whisper
from handlers.form import Fault, Form
from handlers.message import Message

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXTS, st.integers(), st.booleans(), st.lists(TEXTS, max_size=3).map(tuple)
)
st.register_type_strategy(str, TEXTS)
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(Mapping, lambda kind: st.dictionaries(*map(st.from_type, get_args(kind))))
DELIVERED = st.one_of([st.from_type(kind) for kind in get_args(codec.Delivered)])


@given(DELIVERED)
def test_an_effect_reads_back_equal(effect: codec.Delivered) -> None:
    """Every kind of effect, with every kind of message and file in it, survives being stored."""
    assert codec.effect(codec.effect_json(effect)) == effect


@given(st.from_type(Case), st.dictionaries(TEXTS, VALUES, max_size=4))
def test_a_case_reads_back_equal(case: Case, values: dict[str, Value]) -> None:
    """Every field of a case survives; `1`, `"1"` and `True` stay what they are."""
    stored = case.changed(case.changed_at, values=values)
    back = codec.case(codec.case_json(stored))
    assert back == stored
    assert [type(value) for value in back.values.values()] == [type(value) for value in values.values()]


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_cells_read_back_equal(cells: dict[str, Value]) -> None:
    """Texts, numbers, bools and tuples stay what they are, in their order."""
    back = codec.cells(codec.cells_json(cells))
    assert list(back.items()) == list(cells.items())
    assert [type(value) for value in back.values()] == [type(value) for value in cells.values()]


@given(
    st.none() | st.from_type(Message),
    st.none() | st.from_type(Form),
    st.lists(st.from_type(Fault), max_size=3).map(tuple),
)
def test_an_answer_reads_back_equal(
    answer: Message | None, form: Form | None, faults: tuple[Fault, ...]
) -> None:
    """What an actor was shown is shown again as it was: message, form and faults."""
    shown = Decision(answer=answer, form=form, faults=faults)
    assert codec.answer(codec.answer_json(shown)) == shown


def test_every_kind_that_is_delivered_is_tried_here() -> None:
    """A new effect has to be added to the property above."""
    ours = {codec.Upload, codec.ShowPicture}
    assert set(get_args(codec.Delivered)) == {ShowCard, Say, Reply, Whisper, Direct, ShowGuide} | ours


def test_an_effect_of_another_version_is_refused() -> None:
    """A kind nobody knows any more is an error with its name, not a wrong effect."""
    with pytest.raises(KeyError, match="Shout"):
        codec.effect('{"kind": "Shout", "is": {}}')


def test_a_case_stored_before_a_field_existed_reads_with_its_default() -> None:
    """Fields that came later need no migration of every case."""
    stored = (
        '{"id": "BI-1", "desk": "mhj", "tracker": "broken", "status": "Open", "owner": null, "reporter": "kim",'
        ' "opened_at": "2026-11-22T12:00:00Z", "changed_at": "2026-11-22T12:00:00Z", "source": "slack"}'
    )
    assert codec.case(stored).values == {}
