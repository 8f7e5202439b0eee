"""The methods of Sheets v4: which path and verb means which, and what each does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.datastructures import QueryParams

from bot.sandbox.google_answer import WITHOUT_CELLS, spreadsheet
from bot.sandbox.google_area import find
from bot.sandbox.google_edit import Edit
from bot.sandbox.google_errors import JSON, BadRequest, GoogleError, unplayed
from bot.sandbox.google_mask import EVERYTHING, Mask, branch
from bot.sandbox.google_metadata import areas, one, search
from bot.sandbox.google_requests import batch_update
from bot.sandbox.google_schema import check
from bot.sandbox.google_store import Store
from bot.sandbox.google_values import append, clear, read, rendering, table_of, update

_EVERYWHERE = {"alt", "fields", "key", "prettyPrint", "quotaUser", "access_token", "$.xgafv", "uploadType"}
_READING = {"majorDimension", "valueRenderOption", "dateTimeRenderOption"}
_WRITING = {
    "valueInputOption",
    "includeValuesInResponse",
    "responseValueRenderOption",
    "responseDateTimeRenderOption",
}


@dataclass(frozen=True)
class Call:
    """One call of a method, its caller known: workbooks, who, parts of the path, query, body, answer's mask."""

    store: Store
    who: str
    parts: tuple[str, ...]
    params: QueryParams
    body: JSON
    mask: Mask

    @property
    def spreadsheet_id(self) -> str:
        """The id in the path."""
        return self.parts[0]

    def asked(self, *names: str) -> JSON:
        """These query parameters, those that were given."""
        return {name: self.params[name] for name in names if name in self.params}

    def flag(self, name: str) -> bool:
        """A yes or no of the query; no when absent."""
        return self.params.get(name, "false").lower() in ("true", "1")


class Method(NamedTuple):
    """One method: HTTP verb, path behind `/v4/spreadsheets`, act, whether it writes, parameters, answer."""

    verb: str
    path: re.Pattern[str]
    act: Callable[[Call], JSON]
    writes: bool
    params: frozenset[str]
    answer: str


def method_of(verb: str, raw_path: str, params: QueryParams) -> tuple[Method, tuple[str, ...]]:
    """The method a request means, and the decoded parts of its path. `raw_path` is still percent-encoded.

    Raises:
        GoogleError: 404 for a path that is no method's, 400 for a query parameter it does not have.
    """
    for method in METHODS:
        match = method.path.fullmatch(raw_path)
        if match and method.verb == verb:
            strange = [name for name in params if name not in method.params | _EVERYWHERE]
            if strange:
                raise BadRequest(
                    f'Invalid JSON payload received. Unknown name "{strange[0]}": Cannot bind query '
                    f"parameter. Field '{strange[0]}' could not be found in request message."
                )
            return method, tuple(unquote(part) for part in match.groups())
    if re.search(r":batch(Clear|Update)ByDataFilter$", raw_path):
        raise unplayed(raw_path.rpartition(":")[2])
    raise GoogleError(404, "Method not found.")


def _mask(call: Call, with_cells: bool) -> Mask:
    """The mask of an answer that is a spreadsheet: `fields`, or all with or without the cells."""
    if call.params.get("fields"):
        return call.mask
    return EVERYTHING if with_cells else WITHOUT_CELLS


def _get(call: Call) -> JSON:
    book, owner = call.store.read(call.spreadsheet_id, call.who)
    mask = _mask(call, call.flag("includeGridData"))
    return spreadsheet(book, mask, call.params.getlist("ranges"), call.who, owner)


def _get_by_filter(call: Call) -> JSON:
    check(call.body, "GetByDataFilter")
    book, owner = call.store.read(call.spreadsheet_id, call.who)
    ranges = [area.a1() for item in call.body.get("dataFilters") or [] for area in areas(book, item)]
    return spreadsheet(book, _mask(call, bool(call.body.get("includeGridData"))), ranges, call.who, owner)


def _create(call: Call) -> JSON:
    check(call.body, "Spreadsheet")
    title = (call.body.get("properties") or {}).get("title") or "Untitled spreadsheet"
    sheets = [(sheet.get("properties") or {}) for sheet in call.body.get("sheets") or []]
    titles = [sheet.get("title") or f"Sheet{number}" for number, sheet in enumerate(sheets, 1)]
    book = call.store.create("", title, call.who, titles)
    return spreadsheet(book, WITHOUT_CELLS, (), call.who, owner=True)


def _batch_update(call: Call) -> JSON:
    def act(edit: Edit) -> JSON:
        answer: JSON = {"spreadsheetId": call.spreadsheet_id, "replies": batch_update(edit, call.body)}
        if call.body.get("includeSpreadsheetInResponse"):
            # Google ignores responseIncludeGridData where the call has a mask of its own.
            shown = _mask(call, bool(call.body.get("responseIncludeGridData")))
            mask = branch(shown, "updatedSpreadsheet") if call.mask else shown
            ranges = call.body.get("responseRanges") or []
            if mask is not None:
                answer["updatedSpreadsheet"] = spreadsheet(edit.book, mask, ranges, call.who, edit.owner)
        return answer

    return call.store.change(call.spreadsheet_id, call.who, act)


def _values_get(call: Call) -> JSON:
    how = rendering(call.asked(*_READING))
    book, _ = call.store.read(call.spreadsheet_id, call.who)
    return read(find(book, call.parts[1]), how)


def _values_batch_get(call: Call) -> JSON:
    how = rendering(call.asked(*_READING))
    book, _ = call.store.read(call.spreadsheet_id, call.who)
    ranges = [read(find(book, text), how) for text in call.params.getlist("ranges")]
    return {"spreadsheetId": call.spreadsheet_id, "valueRanges": ranges}


def _values_by_filter(call: Call) -> JSON:
    check(call.body, "BatchGetByDataFilter")
    how = rendering(call.body)
    book, _ = call.store.read(call.spreadsheet_id, call.who)
    found = [
        {"valueRange": read(area, how), "dataFilters": [item]}
        for item in call.body.get("dataFilters") or []
        for area in areas(book, item)
    ]
    return {"spreadsheetId": call.spreadsheet_id, **({"valueRanges": found} if found else {})}


def _values_update(call: Call) -> JSON:
    check(call.body, "ValueRange")
    asked = call.asked(*_WRITING)
    answer = rendering(asked, "response") if call.flag("includeValuesInResponse") else None
    option = asked.get("valueInputOption")
    return call.store.change(
        call.spreadsheet_id, call.who, lambda edit: update(edit, call.parts[1], call.body, option, answer)
    )


def _values_append(call: Call) -> JSON:
    check(call.body, "ValueRange")
    asked = call.asked("insertDataOption", *_WRITING)
    answer = rendering(asked, "response") if call.flag("includeValuesInResponse") else None
    return call.store.change(
        call.spreadsheet_id, call.who, lambda edit: append(edit, call.parts[1], call.body, asked, answer)
    )


def _values_batch_update(call: Call) -> JSON:
    check(call.body, "BatchUpdateValues")
    option = call.body.get("valueInputOption")
    answer = rendering(call.body, "response") if call.body.get("includeValuesInResponse") else None

    def act(edit: Edit) -> list[JSON]:
        return [_one_range(edit, index, item, option, answer) for index, item in enumerate(data)]

    data = call.body.get("data") or []
    done = call.store.change(call.spreadsheet_id, call.who, act)
    sheets = {item["updatedRange"].rpartition("!")[0] for item in done}
    totals = {f"totalU{name[1:]}": sum(item.get(name, 0) for item in done) for name in _COUNTS}
    return {
        "spreadsheetId": call.spreadsheet_id,
        **totals,
        "totalUpdatedSheets": len(sheets),
        "responses": done,
    }


_COUNTS = ("updatedRows", "updatedColumns", "updatedCells")


def _one_range(edit: Edit, index: int, item: JSON, option: str | None, answer: Any) -> JSON:
    try:
        table_of(item)
        return update(edit, item.get("range") or "", item, option, answer)
    except BadRequest as error:
        raise BadRequest(f"Invalid data[{index}]: {error.message}") from error


def _values_clear(call: Call) -> JSON:
    cleared = call.store.change(call.spreadsheet_id, call.who, lambda edit: clear(edit, call.parts[1]))
    return {"spreadsheetId": call.spreadsheet_id, "clearedRange": cleared}


def _values_batch_clear(call: Call) -> JSON:
    check(call.body, "BatchClearValues")
    ranges = call.body.get("ranges") or []
    cleared = call.store.change(
        call.spreadsheet_id, call.who, lambda edit: [clear(edit, text) for text in ranges]
    )
    return {"spreadsheetId": call.spreadsheet_id, "clearedRanges": cleared}


def _metadata_get(call: Call) -> JSON:
    book, _ = call.store.read(call.spreadsheet_id, call.who)
    return one(book, int(call.parts[1]))


def _metadata_search(call: Call) -> JSON:
    check(call.body, "SearchMetadata")
    book, _ = call.store.read(call.spreadsheet_id, call.who)
    found = search(book, call.body.get("dataFilters") or [])
    matched = [{"developerMetadata": item, "dataFilters": by} for item, by in found]
    return {"matchedDeveloperMetadata": matched} if matched else {}


def _method(
    verb: str, path: str, act: Callable[[Call], JSON], answer: str, *params: str, writes: bool = False
) -> Method:
    return Method(verb, re.compile(path), act, writes, frozenset(params), answer)


_ID = "/([^/:]+)"
_RANGE = f"{_ID}/values/([^/]+?)"
_VALUES = f"{_ID}/values"
_OPTIONS = ("insertDataOption", *_WRITING)
METHODS = (
    _method("POST", "", _create, "Spreadsheet", writes=True),
    _method("GET", _ID, _get, "Spreadsheet", "ranges", "includeGridData", "excludeTablesInBandedRanges"),
    _method("POST", f"{_ID}:getByDataFilter", _get_by_filter, "Spreadsheet"),
    _method("POST", f"{_ID}:batchUpdate", _batch_update, "BatchUpdateAnswer", writes=True),
    _method("GET", f"{_VALUES}:batchGet", _values_batch_get, "BatchGetAnswer", "ranges", *_READING),
    _method("POST", f"{_VALUES}:batchGetByDataFilter", _values_by_filter, "ByFilterAnswer"),
    _method("POST", f"{_VALUES}:batchUpdate", _values_batch_update, "BatchUpdateValuesAnswer", writes=True),
    _method("POST", f"{_VALUES}:batchClear", _values_batch_clear, "BatchClearAnswer", writes=True),
    _method("POST", f"{_RANGE}:append", _values_append, "AppendAnswer", *_OPTIONS, writes=True),
    _method("POST", f"{_RANGE}:clear", _values_clear, "ClearAnswer", writes=True),
    _method("GET", _RANGE, _values_get, "ValueRange", *_READING),
    _method("PUT", _RANGE, _values_update, "UpdateAnswer", *_WRITING, writes=True),
    _method("GET", f"{_ID}/developerMetadata/([0-9]+)", _metadata_get, "DeveloperMetadata"),
    _method("POST", f"{_ID}/developerMetadata:search", _metadata_search, "SearchAnswer"),
)
"""Every method of Sheets v4 that the sandbox plays."""
