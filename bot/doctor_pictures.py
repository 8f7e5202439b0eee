"""What `deskbell doctor` finds out about pictures: one is drawn, and its fonts are looked for."""

from __future__ import annotations

from datetime import date

from bot.doctor_sign import Sign
from bot.render.facts import Facts
from bot.render.fonts import CHINESE, missing
from bot.render.render import Undrawn, draw

INSTALL = 'pip install "deskbell[pictures]"'
EMPTY = Facts("doctor", "doctor", date(2026, 1, 1), 0, 0, 0, 0, 0, (), ())


async def picture_sign() -> Sign:
    """Whether digests get their picture. To have installed none of it is no fault: they go out as text."""
    lacking = missing()
    if lacking == (CHINESE,):
        return Sign(
            "pictures: no font for Chinese, Japanese and Korean; keys stand for such titles",
            f"Run {INSTALL}.",
        )
    if lacking and len(lacking) < 3:
        return Sign(
            f"pictures: not drawn without {', '.join(lacking)}; digests go out as text", f"Run {INSTALL}."
        )
    if lacking:
        return Sign(f"pictures: not installed ({INSTALL}); digests go out as text")
    try:
        await draw(EMPTY)
    except Undrawn as reason:
        return Sign(
            f"pictures: {reason}; digests go out as text", "See docs/runbook.md: a digest has no picture."
        )
    return Sign("pictures: drawn, with fonts for every common script, Chinese among them")
