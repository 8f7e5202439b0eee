"""What `plain`, `single_line` and `shorten` keep, drop and refuse to cut."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.plain import plain, shorten, single_line

AWKWARD = st.text(
    st.sampled_from(
        "ab1 \n\t\r\x00\x0b\x1f\x85\u0301\u0316\u0651\u0627\u0644\u0915\u093c\u094d\u0958\u0344\u034f\u00ad"
        "\u200b\u200c\u200d\u200e\u202e\u2066\u2028\ufeff\ufe0f\ufe0e\u20e3\u2764\U0001f469\U0001f680\U0001f3fb\U0001f1f3"
        "\U0001f3f4\U000e0067\U000e007f\U000e0100\u845b\u1820\u180b\ud83d\udc69\ufdd0\uffff\u212b\u2329\uff11"
    ),
    max_size=40,
)
ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("clasp broken", "clasp broken"),
        ("  two\r\nlines\rthree  ", "two\nlines\nthree"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("\x00ring\x07 \x1b[31m204\x7f\x9b", "ring [31m204"),
        ("lone \ud83d end", "lone \ufffd end"),
        ("lone \udc69\udc69", "lone \ufffd\ufffd"),
        ("pair \ud83d\udc69", "pair \U0001f469"),
        ("non\ufffecharacter\ufdd0", "non\ufffdcharacter\ufffd"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069c\u200e\u200f\u061cd", "abcd"),
        ("41\u200b11\u2060\ufeff11", "411111"),
        ("soft\u00adhyphen", "softhyphen"),
        ("cafe\u0301", "caf\u00e9"),
        ("１２３ ＝ＡＢ", "１２３ ＝ＡＢ"),
        ("ﬁne ½ ①", "ﬁne ½ ①"),
        ("hidden\U000e0068\U000e0069 tags", "hidden tags"),
    ],
)
def test_typed_text_keeps_what_is_seen_and_loses_what_is_not(typed: str, expected: str) -> None:
    """Controls, marks of direction and invisible characters go; letters, width and newlines stay."""
    assert plain(typed) == expected


@pytest.mark.parametrize(
    "written",
    [
        "\U0001f469\u200d\U0001f680",  # astronaut: woman, joiner, rocket
        "\u2764\ufe0f\u200d\U0001f525",  # heart on fire: a joiner after a variation selector
        "4\ufe0f\u20e3",  # keycap four
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",  # the flag of Wales
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "\u0d28\u0d4d\u200d",  # stays without its joiner at the end of a word, see below
        "\u845b\U000e0100",  # a Japanese name with its own form of the character
    ],
)
def test_invisible_characters_stay_where_writing_needs_them(written: str) -> None:
    """Emoji, flags, Persian and Han variants survive; a joiner that joins nothing does not."""
    expected = written.removesuffix("\u200d")
    assert plain(written) == expected


@given(ANY_TEXT | AWKWARD)
@example("\u0301\u034f\u0651\u200d\u0627")
@example("\ud83d\ufe0f\u200d\udc69")
def test_plain_is_safe_to_repeat(text: str) -> None:
    """What is plain stays as it is, and is what PostgreSQL, JSON and a cell accept."""
    once = plain(text)
    assert plain(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in once if character != "\n")
    assert once == once.strip()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_leaves_what_a_keyboard_types(text: str) -> None:
    """Printable ASCII is only trimmed."""
    assert plain(text) == text.strip()


def test_a_tower_of_marks_is_cut_to_what_can_be_composed() -> None:
    """A letter keeps thirty marks, so that half a million of them cost linear time."""
    assert len(plain("a" + "\u0316" * 100_000 + "\u0301" * 100_000)) == 31


@given(ANY_TEXT | AWKWARD)
def test_a_single_line_has_no_newline_and_no_double_blank(text: str) -> None:
    """A label never breaks a line, and asking twice changes nothing."""
    label = single_line(text)
    assert "\n" not in label
    assert "  " not in label
    assert single_line(label) == label


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("clasp broken", 12, "clasp broken"),
        ("clasp broken", 11, "clasp brok…"),
        ("clasp broken", 7, "clasp…"),
        ("clasp", 1, "…"),
        ("clasp", 0, ""),
        ("ae\u0316b", 3, "a…"),
        ("a\U0001f469\u200d\U0001f680b", 4, "a…"),
        ("a\U0001f44d\U0001f3fbb", 3, "a…"),
        ("\U0001f1f3\U0001f1f1\U0001f1e7\U0001f1eaxy", 4, "\U0001f1f3\U0001f1f1…"),
    ],
)
def test_a_text_is_cut_between_characters(text: str, limit: int, expected: str) -> None:
    """The cut never separates a letter from its accent, an emoji from its parts or a flag from its half."""
    assert shorten(text, limit) == expected


@given(ANY_TEXT | AWKWARD, st.integers(min_value=-3, max_value=70))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    """Never longer than asked; untouched when it fits."""
    cut = shorten(text, limit)
    assert len(cut) <= max(limit, 0) or cut == text
    assert cut == text or len(text) > limit


def test_text_made_never_to_settle_loses_its_joiners() -> None:
    """Each round moves a mark to where it makes the next joiner useless; after three all of them go."""
    text = "\u0627\u0301\u034f\u0651" + "\u200d\u0651" * 8 + "\u200d\u0627"
    assert plain(text) == "\u0627" + "\u0651" * 9 + "\u0301\u0627"
