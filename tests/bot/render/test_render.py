"""Pictures of digests: the same for the same facts, plain whatever titles say, and never in anybody's way."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from structlog.testing import capture_logs

from bot.render import render
from bot.render.facts import Row
from bot.render.render import Undrawn, data, draw, picture, short
from tests.bot.render.golden import FEW, GOLDEN, KEPT, difference, picture_of, shown

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", GOLDEN)
async def test_a_picture_looks_as_it_was_last_looked_at(name: str) -> None:
    """Nothing, one, thousands, what is usual and what is hostile: each as the kept picture, within a tolerance."""
    drawn = await draw(GOLDEN[name])
    kept = Image.open(KEPT / f"{name}.png").convert("RGB")
    assert (drawn.name, drawn.media_type) == ("mhj-2026-11-23.png", "image/png")
    assert difference(picture_of(drawn.content), kept) <= FEW


async def test_the_tolerance_sees_one_digit() -> None:
    """A picture in which one number is another is not the same picture."""
    usual = GOLDEN["usual"]
    other = replace(usual, rows=(replace(usual.rows[0], counts=(5, 4, 2, 7)), *usual.rows[1:]))
    one, another = await draw(usual), await draw(other)
    assert difference(picture_of(one.content), picture_of(another.content)) > FEW


async def test_the_same_facts_have_the_same_bytes() -> None:
    """A digest that is sent again has the same file."""
    assert await draw(GOLDEN["usual"]) == await draw(GOLDEN["usual"])


async def test_it_is_as_wide_as_a_phone_and_not_endless() -> None:
    """Twice 400 points wide; the fullest picture is not three times as high as wide."""
    size = picture_of((await draw(GOLDEN["thousands"])).content).size
    assert size[0] == 800
    assert size[1] < 3 * 800


async def test_a_title_is_never_markup() -> None:
    """What would end typst, or begin something, is a row like any other, and drawn as it is written."""
    titles = ['#panic("x")', '#read("/etc/passwd")', "$ x", "`", "*_", '\\"', "]#[", "<a>@b", "///*", "= 1"]
    rows = [Row(f"key-{at}", title, (1, 0, 0, 0)) for at, title in enumerate(titles)]
    plain = [replace(row, name="x") for row in rows]
    one, other = await draw(shown(rows, [])), await draw(shown(plain, []))
    assert difference(picture_of(one.content), picture_of(other.content)) > FEW


@settings(max_examples=3)
@given(titles=st.lists(st.text(max_size=60), min_size=10, max_size=10))
def test_any_title_can_be_drawn(titles: list[str]) -> None:
    """No text keeps a digest from having its picture."""
    rows = [Row(f"key-{at}", title, (at, 0, 1, 0)) for at, title in enumerate(titles)]
    assert asyncio.run(draw(shown(rows, [1, 2]))).content.startswith(b"\x89PNG")


async def test_a_letter_without_a_font_is_no_empty_box() -> None:
    """The key stands there instead, and the log names the title."""
    with capture_logs() as said:
        drawn = await draw(shown([Row("parcel", "Parcel \ue000", (1, 0, 0, 0))], []))
    keyed = await draw(shown([Row("parcel", "parcel", (1, 0, 0, 0))], []))
    assert drawn == keyed
    assert [line["names"] for line in said] == [["Parcel \ue000"]]


async def test_without_chinese_fonts_chinese_titles_become_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture still goes out, with everything else as it was."""
    monkeypatch.setitem(sys.modules, "manimgx_fonts_cjk", None)
    drawn = await draw(shown([Row("parcel", "包裹在途", (1, 0, 0, 0))], []))
    assert drawn == await draw(shown([Row("parcel", "parcel", (1, 0, 0, 0))], []))


@pytest.mark.parametrize("package", ["typst", "manimgx_fonts"])
async def test_without_the_extra_there_is_no_picture_and_the_log_says_how(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest is not kept back by it."""
    monkeypatch.setitem(sys.modules, package, None)
    with capture_logs() as said:
        assert await picture(GOLDEN["one"]) is None
    assert [line["reason"] for line in said] == [
        'pictures are not installed: pip install "deskbell[pictures]"'
    ]


async def test_drawing_that_takes_too_long_is_ended() -> None:
    """A template that would take for ever is killed, and its process is gone."""
    endless = "#for a in range(90000) { for b in range(90000) { [x] } }"
    task = {"template": endless, "data": {}, "names": {}, "fonts": [], "seconds": 30}
    with pytest.raises(Undrawn, match=r"longer than 0\.5 seconds"):
        await render._run(json.dumps(task).encode(), 0.5)


async def test_drawing_that_fails_says_why() -> None:
    """The last line of what it said is the reason."""
    task = {"template": "#panic()", "data": {}, "names": {}, "fonts": [], "seconds": 30}
    with pytest.raises(Undrawn, match=r"drawing ended with 1: .*panicked"):
        await render._run(json.dumps(task).encode(), 30)


async def test_others_go_on_while_it_draws() -> None:
    """The event loop is not waited for."""
    drawing = asyncio.create_task(draw(GOLDEN["usual"]))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert (await drawing).content
    assert turns > 3


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (999, "999"), (9_999, "9,999"), (10_000, "10k"), (123_456, "123k"), (1_234_567, "1.2M")],
)
def test_a_number_is_short(number: int, said: str) -> None:
    """Five characters at most, so that a column holds it."""
    assert short(number) == said


def test_the_highest_day_has_its_number_where_it_does_not_touch_todays() -> None:
    """The first day has its number below, beside its date, and the last before today has none."""
    labels = [
        [bar["label"] for bar in data(shown([], days, open=5))["trend"]]
        for days in ([1, 9, 2, 3], [1, 2, 3, 9], [9, 1, 2, 3], [])
    ]
    assert labels == [["", "9", "", "", "5"], ["", "", "", "", "5"], ["", "", "", "", "5"], []]
