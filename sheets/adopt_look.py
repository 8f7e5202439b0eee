"""How a tab looks that `deskbell sheets init` lays out: header, widths, number formats, drop-downs, colours.

Each function gives the requests of one thing that is not yet as it should be, and none where it is, so that a
second run has nothing to send. What people chose for themselves is left alone: a width, a date format of another
pattern, a drop-down with more choices, a colour rule of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from config.flow import Flow
from config.tracker import Column, ColumnType
from sheets.adopt_seen import SeenTab
from sheets.notation import letters, runs
from sheets.rows import JSON, number_format

INK = {"red": 0.55, "green": 0.57, "blue": 0.6}
"""The text of a closed case's row."""
AMBER = {"red": 1.0, "green": 0.95, "blue": 0.8}
BLUE = {"red": 0.87, "green": 0.92, "blue": 0.98}
HEAD = {"red": 0.93, "green": 0.94, "blue": 0.96}
HEADER_FORMAT: JSON = {"textFormat": {"bold": True}, "backgroundColorStyle": {"rgbColor": HEAD}}
_MOST_CHOICES = 500
"""Items a drop-down can list (Google Docs Editors help, "Create an in-cell dropdown list")."""
_WIDTHS: dict[int, tuple[ColumnType, ...]] = {
    280: ("longtext", "address"),
    200: ("files", "url", "album", "email"),
    150: ("text", "enum", "multi", "person", "phone", "tracking", "datetime", "case_ref", "network_reason"),
    70: ("qty", "bool", "currency"),
}
_WIDTH = 110
"""Pixels of a column whose type is not named above."""
_SAME_KIND = {
    "NUMBER": {"NUMBER", "CURRENCY"},
    "DATE": {"DATE"},
    "DATE_TIME": {"DATE_TIME"},
    "TEXT": {"TEXT"},
}
"""Formats that show a value as what it is; which of them is people's taste."""


def columns_range(gid: int, first: int, last: int, top: int = 1) -> JSON:
    """Columns `first` to `last` (both included) from row `top` down, counted from 0."""
    return {"sheetId": gid, "startRowIndex": top, "startColumnIndex": first, "endColumnIndex": last + 1}


def header_cells(columns: Sequence[Column]) -> JSON:
    """The cells of headers side by side, in the look of a header."""
    cells = [
        {"userEnteredValue": {"stringValue": column.header}, "userEnteredFormat": HEADER_FORMAT}
        for column in columns
    ]
    return {"values": cells}


def headers_styled(tab: SeenTab, indexes: Iterable[int]) -> list[JSON]:
    """The look of a header for those headers that have none of their own."""
    plain = [index for index in indexes if not _has_look(tab.head(index))]
    return [
        {
            "repeatCell": {
                "range": {**columns_range(tab.gid, first, last, 0), "endRowIndex": 1},
                "cell": {"userEnteredFormat": HEADER_FORMAT},
                "fields": "userEnteredFormat(textFormat.bold,backgroundColorStyle)",
            }
        }
        for first, last in runs(plain)
    ]


def _has_look(head: JSON) -> bool:
    form = head.get("userEnteredFormat") or {}
    rgb = (form.get("backgroundColorStyle") or {}).get("rgbColor") or {}
    is_white = all(rgb.get(part, 0) == 1 for part in ("red", "green", "blue"))
    return bool((form.get("textFormat") or {}).get("bold")) or (bool(rgb) and not is_white)


def formatted(tab: SeenTab, places: Sequence[tuple[int, Column]]) -> list[JSON]:
    """Number formats, where a column shows its values as something else than they are."""
    wanted: dict[tuple[str, str], list[int]] = {}
    for index, column in places:
        form = number_format(column.type)
        now = (tab.first(index).get("userEnteredFormat") or {}).get("numberFormat") or {}
        if form is not None and now.get("type") not in _SAME_KIND[form["type"]]:
            wanted.setdefault((form["type"], form["pattern"]), []).append(index)
    return [
        {
            "repeatCell": {
                "range": columns_range(tab.gid, first, last),
                "cell": {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": pattern}}},
                "fields": "userEnteredFormat.numberFormat",
            }
        }
        for (kind, pattern), indexes in wanted.items()
        for first, last in runs(indexes)
    ]


def dropped_down(tab: SeenTab, lists: Iterable[tuple[int, Sequence[str]]]) -> list[JSON]:
    """Drop-downs: a column's index with its choices. Other values are let in, with a mark in the cell's corner."""
    requests: list[JSON] = []
    for index, choices in lists:
        if len(choices) > _MOST_CHOICES or _offers(tab.first(index), choices):
            continue
        condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": choice} for choice in choices]}
        rule = {"condition": condition, "strict": False, "showCustomUi": True}
        requests.append({"setDataValidation": {"range": columns_range(tab.gid, index, index), "rule": rule}})
    return requests


def _offers(first: JSON, choices: Sequence[str]) -> bool:
    condition = (first.get("dataValidation") or {}).get("condition") or {}
    listed = {item.get("userEnteredValue") for item in condition.get("values") or []}
    return condition.get("type") == "ONE_OF_LIST" and listed.issuperset(choices)


def sized(gid: int, places: Sequence[tuple[int, Column]]) -> list[JSON]:
    """Widths for new columns."""
    widths: dict[int, list[int]] = {}
    for index, column in places:
        widths.setdefault(_width(column.type), []).append(index)
    return [
        _dimension(gid, first, last, {"pixelSize": pixels})
        for pixels, indexes in widths.items()
        for first, last in runs(indexes)
    ]


def _width(kind: ColumnType) -> int:
    return next((pixels for pixels, kinds in _WIDTHS.items() if kind in kinds), _WIDTH)


def hidden(gid: int, indexes: Iterable[int]) -> list[JSON]:
    """Columns out of people's sight; they can be shown again by hand."""
    return [_dimension(gid, first, last, {"hiddenByUser": True}) for first, last in runs(indexes)]


def _dimension(gid: int, first: int, last: int, properties: JSON) -> JSON:
    place = {"sheetId": gid, "dimension": "COLUMNS", "startIndex": first, "endIndex": last + 1}
    return {
        "updateDimensionProperties": {
            "range": place,
            "properties": properties,
            "fields": ",".join(properties),
        }
    }


def coloured(tab: SeenTab, status: int, flow: Flow) -> list[JSON]:
    """The colours of the states, as rules on the status column, behind whatever rules people made.

    Only a closed case's row is shown in grey as a whole; the others colour the cell of the status. A rule holds
    one state and no separator, since in a formula that depends on the workbook's language.
    """
    known = {_state_of(rule, status) for rule in tab.rules}
    rules = [
        rule for state in flow.states if state not in known and (rule := _rule(tab.gid, status, state, flow))
    ]
    start = len(tab.rules)
    return [
        {"addConditionalFormatRule": {"index": start + number, "rule": rule}}
        for number, rule in enumerate(rules)
    ]


def _rule(gid: int, status: int, state: str, flow: Flow) -> JSON | None:
    if state == flow.initial:
        return None
    if state in flow.closed:
        doubled = state.replace('"', '""')
        formula = f'=${letters(status)}2="{doubled}"'
        place: JSON = {"sheetId": gid, "startRowIndex": 1}
        return _boolean(
            place, "CUSTOM_FORMULA", formula, {"textFormat": {"foregroundColorStyle": {"rgbColor": INK}}}
        )
    waits = state == flow.posted or "waiting" in state.casefold()
    look = {"backgroundColorStyle": {"rgbColor": AMBER if waits else BLUE}}
    return _boolean(columns_range(gid, status, status), "TEXT_EQ", state, look)


def _boolean(place: JSON, kind: str, value: str, look: JSON) -> JSON:
    condition = {"type": kind, "values": [{"userEnteredValue": value}]}
    return {"ranges": [place], "booleanRule": {"condition": condition, "format": look}}


def _state_of(rule: JSON, status: int) -> str | None:
    """The state that a rule colours, if it is one on the status column."""
    condition = (rule.get("booleanRule") or {}).get("condition") or {}
    value = str(((condition.get("values") or [{}])[0]).get("userEnteredValue") or "")
    if condition.get("type") == "CUSTOM_FORMULA":
        match = re.fullmatch(rf'=\${letters(status)}\d+="(.*)"', value)
        return match[1].replace('""', '"') if match else None
    if condition.get("type") == "TEXT_EQ" and any(
        _covers(place, status) for place in rule.get("ranges") or []
    ):
        return value
    return None


def _covers(place: JSON, index: int) -> bool:
    end = place.get("endColumnIndex")
    return bool(place.get("startColumnIndex", 0) <= index and (end is None or index < end))
