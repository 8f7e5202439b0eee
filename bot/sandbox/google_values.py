"""The values interface: ranges of plain values in and out, without formats, rules and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.sandbox.google_area import Area, find
from bot.sandbox.google_book import Cell, Formula
from bot.sandbox.google_edit import Edit, plain, written
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import FORMULA_SHOWN, TEMPORAL, number_format, shown
from bot.sandbox.google_parse import Manner, check_length, typed
from bot.sandbox.google_shift import insertion, shift
from bot.sandbox.google_table import table_in


class Rendering(NamedTuple):
    """How values are to be read: formatted, bare or as formulas; by rows or by columns; dates as texts."""

    value: str = "FORMATTED_VALUE"
    moment: str = "SERIAL_NUMBER"
    dimension: str = "ROWS"


def rendering(asked: JSON, prefix: str = "") -> Rendering:
    """The rendering that parameters or a body ask for; `prefix` is `response` for what a write answers.

    Raises:
        BadRequest: a word Google does not know there.
    """
    names = ("valueRenderOption", "dateTimeRenderOption")
    value, moment = (asked.get(f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name) for name in names)
    dimension = asked.get("majorDimension")
    _one_of("value_render_option", value, ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"))
    _one_of("date_time_render_option", moment, ("SERIAL_NUMBER", "FORMATTED_STRING"))
    _one_of("major_dimension", dimension, ("ROWS", "COLUMNS"))
    return Rendering(value or "FORMATTED_VALUE", moment or "SERIAL_NUMBER", dimension or "ROWS")


def _one_of(name: str, word: str | None, words: Sequence[str]) -> None:
    if word is not None and word not in words:
        raise BadRequest(f"Invalid value at '{name}' (enum), \"{word}\"")


def read(area: Area, how: Rendering) -> JSON:
    """The `ValueRange` of an area: blanks at the ends left off, `values` absent where there are none."""
    answer: JSON = {"range": area.a1(), "majorDimension": how.dimension}
    values = _by_columns(area, how) if how.dimension == "COLUMNS" else _by_rows(area, how)
    while values and not values[-1]:
        values.pop()
    if values:
        answer["values"] = values
    return answer


def _by_rows(area: Area, how: Rendering) -> list[list[Any]]:
    rows = area.tab.rows[area.top : area.bottom]
    return [_trimmed([rendered(cell, how) for cell in row[area.left : area.right]]) for row in rows]


def _by_columns(area: Area, how: Rendering) -> list[list[Any]]:
    rows = area.tab.rows[area.top : area.bottom]
    return [
        _trimmed([rendered(row[column], how) if column < len(row) else "" for row in rows])
        for column in range(area.left, area.right)
    ]


def _trimmed(values: list[Any]) -> list[Any]:
    while values and isinstance(values[-1], str) and not values[-1]:
        values.pop()
    return values


def rendered(cell: Cell, how: Rendering) -> Any:
    """One cell's value as it goes over the wire; a blank one is an empty text."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if how.value == "FORMATTED_VALUE":
        return shown(cell)
    if isinstance(value, Formula):
        return value.text if how.value == "FORMULA" else FORMULA_SHOWN
    if how.moment == "FORMATTED_STRING" and (number_format(cell) or {}).get("type") in TEMPORAL:
        return shown(cell)
    return plain(cell)


def update(edit: Edit, text: str, body: JSON, option: str | None, answer: Rendering | None = None) -> JSON:
    """Write values over a range, `null` leaving a cell as it is; the `UpdateValuesResponse`.

    Raises:
        BadRequest: the range is outside the grid, or smaller than the values; or the values are not a table.
    """
    area = find(edit.book, text)
    if body.get("range") not in (None, text):
        named = find(edit.book, body["range"])
        if named[:5] != area[:5]:
            raise BadRequest(
                f"Requested writing within range [{text}], but tried writing to [{body['range']}]"
            )
    rows = table_of(body)
    area = _reached(area, rows)
    return _write(edit, area, rows, option, answer, "values.update")


def table_of(body: JSON) -> list[list[Any]]:
    """The rows of a `ValueRange`, turned where it lists columns.

    Raises:
        BadRequest: not a list of lists of plain values.
    """
    values = body.get("values") or []
    if not isinstance(values, list) or not all(isinstance(row, list) for row in values):
        raise BadRequest("Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)")
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            if isinstance(value, dict | list):
                kind = "struct_value" if isinstance(value, dict) else "list_value"
                raise BadRequest(f"Invalid values[{y}][{x}]: {kind} {{}}")
    if body.get("majorDimension") == "COLUMNS":
        height = max((len(column) for column in values), default=0)
        return [[column[y] if y < len(column) else None for column in values] for y in range(height)]
    return values


def _reached(area: Area, rows: list[list[Any]]) -> Area:
    """The cells the values cover: they fit in the range, or start at its one cell and stay in the grid."""
    height, width = len(rows), max((len(row) for row in rows), default=0)
    bottom = area.tab.row_count if area.open_end else area.bottom
    right = area.tab.column_count if area.open_end else area.right
    if area.top + height > bottom or area.left + width > right:
        raise BadRequest(
            f"Requested writing within range [{area.a1()}], but tried writing {height} rows and {width} "
            f"columns in a grid of {area.tab.row_count} rows and {area.tab.column_count} columns"
        )
    return area._replace(bottom=area.top + max(height, 1), right=area.left + max(width, 1))


def _write(
    edit: Edit, area: Area, rows: list[list[Any]], option: str | None, answer: Rendering | None, effect: str
) -> JSON:
    """Put the values into the draft, remember them, and say what was written."""
    if option not in ("RAW", "USER_ENTERED"):
        raise BadRequest("'valueInputOption' is required but not specified")
    edit.guard(area)
    new, old = [], []
    for offset, row in enumerate(rows):
        before = [area.tab.cell(area.top + offset, area.left + x) for x in range(len(row))]
        cells = [_entered(cell, value, option, edit.manner) for cell, value in zip(before, row, strict=True)]
        area.tab.put(area.top + offset, area.left, cells)
        new.append(cells)
        old.append([plain(cell) for cell in before])
    edit.note(
        effect, area.tab, row=area.top + 1, column=area.left + 1, option=option, **written(new), old=old
    )
    return _updated(edit, area, rows, answer)


def _entered(old: Cell, value: Any, option: str, manner: Manner) -> Cell:
    if value is None:
        return old
    if isinstance(value, bool):
        return old._replace(value=value)
    if isinstance(value, int | float):
        return old._replace(value=float(value))
    if option == "USER_ENTERED":
        return typed(value, old, manner)
    check_length(value)
    return old._replace(value=value or None)


def _updated(edit: Edit, area: Area, rows: list[list[Any]], answer: Rendering | None) -> JSON:
    counts = {
        "updatedRows": sum(bool(row) for row in rows),
        "updatedColumns": max((len(row) for row in rows), default=0),
        "updatedCells": sum(value is not None for row in rows for value in row),
    }
    result: JSON = {"spreadsheetId": edit.book.spreadsheet_id, "updatedRange": area.a1()}
    result |= {name: count for name, count in counts.items() if count}
    if answer is not None:
        result["updatedData"] = read(area, answer)
    return result


def append(edit: Edit, text: str, body: JSON, asked: JSON, answer: Rendering | None) -> JSON:
    """Write values below the table that Google guesses in a range, and in the columns where it starts.

    Raises:
        BadRequest: the range cannot be read, or an option is wrong.
    """
    area = find(edit.book, text)
    rows = table_of(body)
    insert = asked.get("insertDataOption") or "OVERWRITE"
    _one_of("insert_data_option", insert, ("OVERWRITE", "INSERT_ROWS"))
    table = table_in(area)
    top, left = (table.bottom, table.left) if table else (area.top, area.left)
    tab, width = area.tab, max((len(row) for row in rows), default=0)
    if insert == "INSERT_ROWS" and rows and top < tab.row_count:
        tab.insert("ROWS", top, len(rows), like_before=top > 0)
        shift(edit.book, tab, "ROWS", insertion(top, len(rows)))
    tab.grow(top + len(rows) - tab.row_count, left + width - tab.column_count)
    target = Area(tab, top, left, top + max(len(rows), 1), left + max(width, 1))
    updates = _write(edit, target, rows, asked.get("valueInputOption"), answer, "values.append")
    result: JSON = {"spreadsheetId": edit.book.spreadsheet_id, "updates": updates}
    if table:
        result["tableRange"] = table.a1()
    return result


def clear(edit: Edit, text: str) -> str:
    """Empty a range of its values; formats, rules and notes stay. The range as it was understood."""
    area = find(edit.book, text)
    edit.guard(area)
    for index in range(area.top, min(area.bottom, len(area.tab.rows))):
        row = area.tab.rows[index][area.left : area.right]
        area.tab.put(index, area.left, [cell._replace(value=None) for cell in row])
    edit.note("values.clear", area.tab, range=area.a1())
    return area.a1()
