"""Developer metadata: pairs of key and value that hang on a row, a column, a tab or the whole workbook."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox.google_area import Area, area_of, find
from bot.sandbox.google_book import Workbook
from bot.sandbox.google_edit import Edit, Handler
from bot.sandbox.google_errors import JSON, BadRequest, GoogleError
from bot.sandbox.google_mask import merged, parse
from bot.sandbox.google_schema import check_mask

MAX_KEY = 128
"""Characters of a metadata key; 30,000 characters is all that a spreadsheet, tab, row or column may hold
(Sheets guide, "Read and write metadata"); the sandbox checks the key only."""


def create(edit: Edit, request: JSON) -> JSON:
    """Hang a new pair on its place."""
    wanted = dict(request.get("developerMetadata") or {})
    if not wanted.get("metadataKey") or len(wanted["metadataKey"]) > MAX_KEY:
        raise BadRequest("developerMetadata.metadataKey must be set, and short.")
    if not wanted.get("visibility"):
        raise BadRequest("developerMetadata.visibility must be specified.")
    wanted["location"] = _location(edit.book, wanted.get("location") or {})
    if wanted.get("metadataId") is None:
        wanted["metadataId"] = edit.book.number()
    if any(item["metadataId"] == wanted["metadataId"] for item in edit.book.metadata):
        raise BadRequest(f"developerMetadata.metadataId {wanted['metadataId']} is already in use.")
    edit.book.metadata.append(wanted)
    edit.note("createDeveloperMetadata", id=wanted["metadataId"], key=wanted["metadataKey"])
    return {"createDeveloperMetadata": {"developerMetadata": wanted}}


def _location(book: Workbook, wanted: JSON) -> JSON:
    """A place with its `locationType`: the workbook, a tab, or exactly one row or column of a tab."""
    place = wanted.get("dimensionRange")
    if place is not None:
        tab = book.tab(place.get("sheetId") or 0)
        start, end = place.get("startIndex") or 0, place.get("endIndex") or 0
        dimension = place.get("dimension")
        if dimension not in ("ROWS", "COLUMNS") or end != start + 1 or end > tab.count(dimension):
            raise BadRequest("developerMetadata.location must be exactly one row or column of the grid.")
        span = {"sheetId": tab.sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}
        return {"locationType": "ROW" if dimension == "ROWS" else "COLUMN", "dimensionRange": span}
    if wanted.get("sheetId") is not None:
        return {"locationType": "SHEET", "sheetId": book.tab(wanted["sheetId"]).sheet_id}
    if wanted.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    raise BadRequest("developerMetadata.location must be specified.")


def update(edit: Edit, request: JSON) -> JSON:
    """Change every pair that one of the filters finds."""
    if not request.get("fields"):
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(request["fields"])
    check_mask(mask, "DeveloperMetadata")
    changed = []
    for item in [item for item, _ in search(edit.book, request.get("dataFilters") or [])]:
        new = merged(item, request.get("developerMetadata") or {}, mask)
        new["metadataId"] = item["metadataId"]
        new["location"] = _location(edit.book, new.get("location") or item["location"])
        edit.book.metadata[edit.book.metadata.index(item)] = new
        changed.append(new)
    edit.note("updateDeveloperMetadata", ids=[item["metadataId"] for item in changed])
    return {"updateDeveloperMetadata": {"developerMetadata": changed}}


def delete(edit: Edit, request: JSON) -> JSON:
    """Take every pair away that the filter finds."""
    gone = [item for item, _ in search(edit.book, [request.get("dataFilter") or {}])]
    for item in gone:
        edit.book.metadata.remove(item)
    edit.note("deleteDeveloperMetadata", ids=[item["metadataId"] for item in gone])
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone}}


def search(book: Workbook, filters: list[JSON]) -> list[tuple[JSON, list[JSON]]]:
    """Every pair that a filter finds, with the filters that found it.

    Raises:
        BadRequest: there is no filter, or one is empty.
    """
    if not filters:
        raise BadRequest("At least one data filter must be specified.")
    found = []
    for item in book.metadata:
        by = [data_filter for data_filter in filters if _finds(book, data_filter, item)]
        if by:
            found.append((item, by))
    return found


def _finds(book: Workbook, data_filter: JSON, item: JSON) -> bool:
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is not None:
        return _matches(lookup, item)
    area = _area(book, data_filter)
    if area is None:
        raise BadRequest("A data filter must have a lookup, an A1 range or a grid range.")
    place = _place(book, item)
    return place is not None and area.meets(place)


def _matches(lookup: JSON, item: JSON) -> bool:
    for name in ("metadataKey", "metadataValue", "metadataId", "visibility"):
        if lookup.get(name) is not None and lookup[name] != item.get(name):
            return False
    location = item["location"]
    kind = lookup.get("locationType")
    if kind is not None and kind != location["locationType"]:
        return False
    wanted = lookup.get("metadataLocation")
    return wanted is None or _inside(wanted, location, lookup.get("locationMatchingStrategy"))


def _inside(wanted: JSON, location: JSON, strategy: str | None) -> bool:
    """Whether a pair hangs exactly there, or, by the other strategy, on a part of it."""
    if wanted.get("spreadsheet"):
        return strategy == "INTERSECTING_LOCATION" or "spreadsheet" in location
    sheet = (location.get("dimensionRange") or location).get("sheetId")
    if wanted.get("sheetId") is not None:
        whole = "dimensionRange" not in location or strategy == "INTERSECTING_LOCATION"
        return whole and sheet == wanted["sheetId"]
    return location.get("dimensionRange") == {
        "sheetId": 0,
        "startIndex": 0,
        **(wanted.get("dimensionRange") or {}),
    }


def _area(book: Workbook, data_filter: JSON) -> Area | None:
    if data_filter.get("a1Range"):
        return find(book, data_filter["a1Range"])
    if data_filter.get("gridRange") is not None:
        return area_of(book, data_filter["gridRange"])
    return None


def _place(book: Workbook, item: JSON) -> Area | None:
    """The cells a pair hangs on; None for one of the whole workbook."""
    location = item["location"]
    if "spreadsheet" in location:
        return None
    span = location.get("dimensionRange")
    if span is None:
        return area_of(book, {"sheetId": location["sheetId"]})
    kind = "Row" if span["dimension"] == "ROWS" else "Column"
    bounds = {f"start{kind}Index": span["startIndex"], f"end{kind}Index": span["endIndex"]}
    return area_of(book, {"sheetId": span["sheetId"], **bounds})


def areas(book: Workbook, data_filter: JSON) -> Iterator[Area]:
    """The cells a filter means: its range, or those of every pair its look-up finds.

    Raises:
        GoogleError: 400 for a filter that says nothing.
    """
    area = _area(book, data_filter)
    if area is not None:
        yield area
        return
    if data_filter.get("developerMetadataLookup") is None:
        raise BadRequest("A data filter must have a lookup, an A1 range or a grid range.")
    for item, _ in search(book, [data_filter]):
        place = _place(book, item)
        if place is not None:
            yield place


def one(book: Workbook, number: int) -> JSON:
    """The pair with this id.

    Raises:
        GoogleError: 404, there is none.
    """
    for item in book.metadata:
        if item["metadataId"] == number:
            return item
    raise GoogleError(404, f"No developer metadata with ID: {number}")


METADATA: dict[str, Handler] = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
