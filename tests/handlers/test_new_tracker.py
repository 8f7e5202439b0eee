"""A tracker is a file: dropped into a desk, it is logged, posted, acknowledged, moved and found without any code."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load_desks
from tests.handlers.play import Play, question_keys
from tests.slack_desk import copy_slack_desks

DELAY = """
title = "Order Processing Delay"
say = ["delay", "late"]
prefix = "DL"
document = "report_issue"
tab = "Order Processing Delay"
log_by = ["backend", "team_lead"]
owner = "kim"
flow = "supplier_request"
dedupe = ["order_no"]

columns = [
  { key = "order_no", header = "Order #", type = "order", required = true },
  { key = "promised_by", header = "Promised by", type = "date", required = true },
  { key = "risk_note", header = "Why at risk", type = "longtext", required = true },
  { key = "inner_note", header = "Inner note", type = "text" },
  { key = "new_eta", header = "New ETA", type = "date", step = "supplier" },
  { key = "resolution", header = "Resolution", type = "longtext", step = "resolve" },
  { key = "cancel_reason", header = "Cancel reason", type = "text", step = "resolve" },
]

[supplier_post]
to = "supplier_nl"
from_state = "Open"
sees = ["order_no", "promised_by", "risk_note", "new_eta"]
ask = "Why is it late, and when does it go out?"
"""


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """A copy of the MHJ desk with one more file in it."""
    copy_slack_desks(tmp_path)
    (tmp_path / "mhj" / "trackers" / "order-delay.toml").write_text(DELAY, encoding="utf-8")
    return Play(load_desks(tmp_path)["mhj"])


def test_a_new_file_is_a_new_tracker(play: Play) -> None:
    """From `/log` to done: the form, one line, the request, the supplier's answers, the gate, the search."""
    assert "order-delay" in [button.value for button in play.command("kim", "/log").buttons]
    form = play.command("kim", "/log late").form
    assert question_keys(form) == ["order_no", "promised_by", "risk_note", "inner_note"]
    play.command("kim", "/log order-delay 10431 1-12-2026 stone is not in stock inner=ours")
    case = play.last
    assert (case.id, case.status, case.owner, case.values["risk_note"]) == (
        "DL-2647-0001",
        "Posted",
        "kim",
        "stone is not in stock",
    )
    post = play.card(case.id, "supplier")
    assert (post.lines[0], [label for label, _ in post.facts]) == (
        "Why is it late, and when does it go out?",
        ["Order #", "Promised by", "Why at risk"],
    )
    play.say("bowen", case.id, "supplier", "ok")
    answer = play.press_button("bowen", play.button(case.id, "New ETA", "supplier")).form
    play.submit("bowen", answer, new_eta="2026-12-05")
    play.submit(
        "kim", play.press_button("kim", play.button(case.id, "Done")).form, resolution="goes out on 5 Dec"
    )
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by, after.values["new_eta"]) == ("Done", "bowen", "2026-12-05")
    assert "DL-2647-0001" in play.command("agent", "/find 10431").words


def test_its_rights_are_in_the_file(play: Play) -> None:
    """Who may log is declared there, and the refusal knows."""
    assert play.command("agent", "/log delay").words == (
        "You may not log on Order Processing Delay, so nothing was done. Team Lead or Kim can."
    )
