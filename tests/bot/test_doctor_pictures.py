"""`deskbell doctor` on pictures: what is missing is named, with its cure where it is a fault."""

from __future__ import annotations

import sys

import pytest

from bot.doctor_pictures import INSTALL, picture_sign

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("packages", "said", "cure"),
    [
        ([], "pictures: drawn, with fonts for every common script, Chinese among them", ""),
        (
            ["manimgx_fonts_cjk"],
            "pictures: no font for Chinese, Japanese and Korean; keys stand for such titles",
            f"Run {INSTALL}.",
        ),
        (
            ["manimgx_fonts"],
            "pictures: not drawn without manimgx_fonts; digests go out as text",
            f"Run {INSTALL}.",
        ),
        (["typst"], "pictures: not drawn without typst; digests go out as text", f"Run {INSTALL}."),
        (
            ["typst", "manimgx_fonts", "manimgx_fonts_cjk"],
            f"pictures: not installed ({INSTALL}); digests go out as text",
            "",
        ),
    ],
    ids=["all", "no-chinese", "no-fonts", "no-typst", "none"],
)
async def test_what_pictures_lack_is_said(
    packages: list[str], said: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to want pictures is no fault; to want them and not to get them is."""
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)
    sign = await picture_sign()
    assert (sign.what, sign.cure) == (said, cure)
