"""How the words of a command are split, and which column a key means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.desk import Desk
from handlers.command import APOSTROPHES, QUOTES, Named, Word, column_named, words

QUOTE_MARKS = frozenset("".join(QUOTES) + "".join(QUOTES.values()))
TYPED = st.text(st.sampled_from("ab1=_ \n\t\"'“”„‘’«»-é/") | st.characters(), max_size=60)


def plainly(text: str) -> list[str]:
    """The words of a text as they were written."""
    return [str(word) for word in words(text)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("  one   two\nthree\tfour ", ["one", "two", "three", "four"]),
        ('10423 "clasp broken" x', ["10423", "clasp broken", "x"]),
        ("10423 “clasp broken” x", ["10423", "clasp broken", "x"]),
        ("„clasp broken“ x", ["clasp broken", "x"]),
        ("„clasp broken” x", ["clasp broken", "x"]),
        ("«clasp broken» x", ["clasp broken", "x"]),
        ("»clasp broken« x", ["clasp broken", "x"]),
        ("'clasp broken' x", ["clasp broken", "x"]),
        ("‘clasp broken’ x", ["clasp broken", "x"]),
        ('“clasp broken" x', ["clasp broken", "x"]),
        ("'it's broken' x", ["it's broken", "x"]),
        ("it's broken", ["it's", "broken"]),
        ("'s-Gravenhage 12", ["'s-Gravenhage", "12"]),
        ('"never closed and more', ["never closed and more"]),
        ('18" chain', ['18"', "chain"]),
        ("kind=broken", ["kind=broken"]),
        ('detail="clasp broken" qty=1', ["detail=clasp broken", "qty=1"]),
        ("detail=", ["detail="]),
        ('""', [""]),
        ("=IMPORTXML(1)", ["=IMPORTXML(1)"]),
        ("https://x.example/?a=b", ["https://x.example/?a=b"]),
        ("2=3", ["2=3"]),
    ],
)
def test_a_command_is_split_as_people_mean_it(typed: str, expected: list[str]) -> None:
    """Blanks separate, quotes of every sort hold together, an apostrophe in a word is a letter."""
    assert plainly(typed) == expected


def test_a_key_is_what_stands_before_the_first_equals_sign() -> None:
    """`key=value` is one word with a key; the value may hold more of them."""
    assert words("size=a=b") == (Word("a=b", "size"),)


@given(TYPED)
def test_splitting_never_raises_and_loses_only_blanks_and_quotes(text: str) -> None:
    """Whatever is typed, every character that is neither blank nor quote is still there, in order."""

    def kept(typed: str) -> str:
        return "".join(
            letter for letter in typed if not letter.isspace() and letter not in QUOTE_MARKS | {*APOSTROPHES}
        )

    assert kept("".join(plainly(text))) == kept(text)


@given(st.lists(st.text("abc12", min_size=1, max_size=8), max_size=6))
def test_words_without_quotes_come_back_as_they_are(said: list[str]) -> None:
    """Joined by blanks and split again, plain words are the same words."""
    assert plainly(" ".join(said)) == said


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("order_no", "order_no"),
        ("ORDER", "order_no"),
        ("ticket", "ticket"),
        ("fd", "ticket"),
        ("issue", "kind"),
        ("kin", "kind"),
        ("sku", "sku"),
        ("item", "sku"),
        ("wish", "wish"),
        ("customer", "wish"),
        ("customer_wants", "wish"),
        ("wan", "wish"),
        ("instead", "got_instead"),
    ],
)
def test_a_key_is_a_column_a_word_of_its_header_or_a_beginning(mhj: Desk, typed: str, column: str) -> None:
    """Keys are matched in any case, as long as they mean one column."""
    found = column_named(mhj.trackers["item-issue"].of_step("log"), typed)
    assert (found.column.key if found.column else None, found.keys) == (column, ())


def test_a_beginning_of_several_columns_names_them_all(mhj: Desk) -> None:
    """`received` could be when it was received or what was received instead: nothing is guessed."""
    found = column_named(mhj.trackers["item-issue"].of_step("log"), "received")
    assert (found.column, set(found.keys), found.fits) == (None, {"received_on", "got_instead"}, True)


def test_a_misspelt_key_names_the_nearest(mhj: Desk) -> None:
    """A key that fits nothing comes with what it was probably meant to be."""
    assert column_named(mhj.trackers["item-issue"].of_step("log"), "detial") == Named(None, ("detail",))


@given(st.text(max_size=30))
@settings(max_examples=30)
def test_naming_a_column_never_raises(mhj: Desk, name: str) -> None:
    """Whatever is typed as a key, it is one column, or it is not."""
    for tracker in mhj.trackers.values():
        found = column_named(tracker.columns, name)
        assert found.column is None or found.keys == ()
