"""The messages of Sheets v4 that the sandbox understands, and the check that a request fits them.

One line a message: `field:type`. A type is another message, `text`, `int`, `number`, `bool`, `map`, `any`,
`mask`, or the words an enumeration allows between bars; `*` in front means a list. The names are those of
Google's discovery document for Sheets v4 (revision of 2026); a message that only Google's own answers hold
is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from bot.sandbox.google_errors import BadRequest, GoogleError, unplayed
from bot.sandbox.google_mask import EVERYTHING, Mask, parse

_TEXT = """
BatchUpdate requests:*Request includeSpreadsheetInResponse:bool responseRanges:*text responseIncludeGridData:bool
AddSheet properties:SheetProperties
DeleteSheet sheetId:int
DuplicateSheet insertSheetIndex:int newSheetId:int newSheetName:text sourceSheetId:int
UpdateSheetProperties fields:mask properties:SheetProperties
UpdateSpreadsheetProperties fields:mask properties:SpreadsheetProperties
AppendCells fields:mask rows:*RowData sheetId:int tableId:text
UpdateCells fields:mask range:GridRange rows:*RowData start:GridCoordinate
RepeatCell cell:CellData fields:mask range:GridRange
InsertDimension inheritFromBefore:bool range:DimensionRange
DeleteDimension range:DimensionRange
MoveDimension destinationIndex:int source:DimensionRange
AppendDimension dimension:|ROWS|COLUMNS length:int sheetId:int
UpdateDimensionProperties fields:mask properties:DimensionProperties range:DimensionRange
AutoResizeDimensions dimensions:DimensionRange
SortRange range:GridRange sortSpecs:*SortSpec
SetDataValidation filteredRowsIncluded:bool range:GridRange rule:DataValidationRule
AddProtectedRange protectedRange:ProtectedRange
UpdateProtectedRange fields:mask protectedRange:ProtectedRange
DeleteProtectedRange protectedRangeId:int
AddConditionalFormatRule index:int rule:ConditionalFormatRule
UpdateConditionalFormatRule index:int newIndex:int rule:ConditionalFormatRule sheetId:int
DeleteConditionalFormatRule index:int sheetId:int
SetBasicFilter filter:BasicFilter
ClearBasicFilter sheetId:int
AddNamedRange namedRange:NamedRange
UpdateNamedRange fields:mask namedRange:NamedRange
DeleteNamedRange namedRangeId:text
CreateDeveloperMetadata developerMetadata:DeveloperMetadata
UpdateDeveloperMetadata dataFilters:*DataFilter developerMetadata:DeveloperMetadata fields:mask
DeleteDeveloperMetadata dataFilter:DataFilter
SearchMetadata dataFilters:*DataFilter
GetByDataFilter dataFilters:*DataFilter includeGridData:bool excludeTablesInBandedRanges:bool
BatchGetByDataFilter dataFilters:*DataFilter dateTimeRenderOption:|SERIAL_NUMBER|FORMATTED_STRING majorDimension:|ROWS|COLUMNS valueRenderOption:|FORMATTED_VALUE|UNFORMATTED_VALUE|FORMULA
BatchUpdateValues data:*ValueRange includeValuesInResponse:bool responseDateTimeRenderOption:|SERIAL_NUMBER|FORMATTED_STRING responseValueRenderOption:|FORMATTED_VALUE|UNFORMATTED_VALUE|FORMULA valueInputOption:|RAW|USER_ENTERED
BatchClearValues ranges:*text
ValueRange majorDimension:|ROWS|COLUMNS range:text values:any
Spreadsheet developerMetadata:*DeveloperMetadata namedRanges:*NamedRange properties:SpreadsheetProperties sheets:*Sheet spreadsheetId:text spreadsheetUrl:text
Sheet basicFilter:BasicFilter conditionalFormats:*ConditionalFormatRule data:*GridData developerMetadata:*DeveloperMetadata merges:*GridRange properties:SheetProperties protectedRanges:*ProtectedRange bandedRanges:any charts:any columnGroups:any filterViews:any rowGroups:any slicers:any tables:any
GridData columnMetadata:*DimensionProperties rowData:*RowData rowMetadata:*DimensionProperties startColumn:int startRow:int
SheetProperties gridProperties:GridProperties hidden:bool index:int rightToLeft:bool sheetId:int sheetType:|GRID tabColor:Color tabColorStyle:ColorStyle title:text
SpreadsheetProperties autoRecalc:|ON_CHANGE|MINUTE|HOUR defaultFormat:CellFormat importFunctionsExternalUrlAccessAllowed:bool iterativeCalculationSettings:any locale:text spreadsheetTheme:any timeZone:text title:text
GridProperties columnCount:int columnGroupControlAfter:bool frozenColumnCount:int frozenRowCount:int hideGridlines:bool rowCount:int rowGroupControlAfter:bool
RowData values:*CellData
CellData dataValidation:DataValidationRule effectiveFormat:CellFormat effectiveValue:ExtendedValue formattedValue:text hyperlink:text note:text textFormatRuns:*TextFormatRun userEnteredFormat:CellFormat userEnteredValue:ExtendedValue pivotTable:any
ExtendedValue boolValue:bool errorValue:any formulaValue:text numberValue:number stringValue:text
CellFormat backgroundColor:Color backgroundColorStyle:ColorStyle borders:any horizontalAlignment:|LEFT|CENTER|RIGHT hyperlinkDisplayType:|LINKED|PLAIN_TEXT numberFormat:NumberFormat padding:any textDirection:|LEFT_TO_RIGHT|RIGHT_TO_LEFT textFormat:TextFormat textRotation:any verticalAlignment:|TOP|MIDDLE|BOTTOM wrapStrategy:|OVERFLOW_CELL|LEGACY_WRAP|CLIP|WRAP
NumberFormat pattern:text type:|TEXT|NUMBER|PERCENT|CURRENCY|DATE|TIME|DATE_TIME|SCIENTIFIC
TextFormat bold:bool fontFamily:text fontSize:int foregroundColor:Color foregroundColorStyle:ColorStyle italic:bool link:Link strikethrough:bool underline:bool
TextFormatRun format:TextFormat startIndex:int
Link uri:text
Color alpha:number blue:number green:number red:number
ColorStyle rgbColor:Color themeColor:|TEXT|BACKGROUND|ACCENT1|ACCENT2|ACCENT3|ACCENT4|ACCENT5|ACCENT6|LINK
GridRange endColumnIndex:int endRowIndex:int sheetId:int startColumnIndex:int startRowIndex:int
GridCoordinate columnIndex:int rowIndex:int sheetId:int
DimensionRange dimension:|ROWS|COLUMNS endIndex:int sheetId:int startIndex:int
DimensionProperties developerMetadata:*DeveloperMetadata hiddenByFilter:bool hiddenByUser:bool pixelSize:int
SortSpec backgroundColor:Color backgroundColorStyle:ColorStyle dimensionIndex:int foregroundColor:Color foregroundColorStyle:ColorStyle sortOrder:|ASCENDING|DESCENDING
DataValidationRule condition:BooleanCondition inputMessage:text showCustomUi:bool strict:bool
BooleanCondition type:|NUMBER_GREATER|NUMBER_GREATER_THAN_EQ|NUMBER_LESS|NUMBER_LESS_THAN_EQ|NUMBER_EQ|NUMBER_NOT_EQ|NUMBER_BETWEEN|NUMBER_NOT_BETWEEN|TEXT_CONTAINS|TEXT_NOT_CONTAINS|TEXT_STARTS_WITH|TEXT_ENDS_WITH|TEXT_EQ|TEXT_IS_EMAIL|TEXT_IS_URL|DATE_EQ|DATE_BEFORE|DATE_AFTER|DATE_ON_OR_BEFORE|DATE_ON_OR_AFTER|DATE_BETWEEN|DATE_NOT_BETWEEN|DATE_IS_VALID|ONE_OF_RANGE|ONE_OF_LIST|BLANK|NOT_BLANK|CUSTOM_FORMULA|BOOLEAN|TEXT_NOT_EQ|DATE_NOT_EQ|FILTER_EXPRESSION values:*ConditionValue
ConditionValue relativeDate:|PAST_YEAR|PAST_MONTH|PAST_WEEK|YESTERDAY|TODAY|TOMORROW userEnteredValue:text
ProtectedRange description:text editors:Editors namedRangeId:text protectedRangeId:int range:GridRange requestingUserCanEdit:bool unprotectedRanges:*GridRange warningOnly:bool
Editors domainUsersCanEdit:bool groups:*text users:*text
ConditionalFormatRule booleanRule:BooleanRule gradientRule:any ranges:*GridRange
BooleanRule condition:BooleanCondition format:CellFormat
BasicFilter criteria:map filterSpecs:*FilterSpec range:GridRange sortSpecs:*SortSpec
FilterSpec columnIndex:int filterCriteria:FilterCriteria
FilterCriteria condition:BooleanCondition hiddenValues:*text visibleBackgroundColor:Color visibleBackgroundColorStyle:ColorStyle visibleForegroundColor:Color visibleForegroundColorStyle:ColorStyle
NamedRange name:text namedRangeId:text range:GridRange
DeveloperMetadata location:DeveloperMetadataLocation metadataId:int metadataKey:text metadataValue:text visibility:|DOCUMENT|PROJECT
DeveloperMetadataLocation dimensionRange:DimensionRange locationType:|ROW|COLUMN|SHEET|SPREADSHEET sheetId:int spreadsheet:bool
DeveloperMetadataLookup locationMatchingStrategy:|EXACT_LOCATION|INTERSECTING_LOCATION locationType:|ROW|COLUMN|SHEET|SPREADSHEET metadataId:int metadataKey:text metadataLocation:DeveloperMetadataLocation metadataValue:text visibility:|DOCUMENT|PROJECT
DataFilter a1Range:text developerMetadataLookup:DeveloperMetadataLookup gridRange:GridRange
BatchUpdateAnswer replies:any spreadsheetId:text updatedSpreadsheet:Spreadsheet
BatchGetAnswer spreadsheetId:text valueRanges:*ValueRange
UpdateAnswer spreadsheetId:text updatedCells:int updatedColumns:int updatedData:ValueRange updatedRange:text updatedRows:int
AppendAnswer spreadsheetId:text tableRange:text updates:UpdateAnswer
BatchUpdateValuesAnswer responses:*UpdateAnswer spreadsheetId:text totalUpdatedCells:int totalUpdatedColumns:int totalUpdatedRows:int totalUpdatedSheets:int
ClearAnswer clearedRange:text spreadsheetId:text
BatchClearAnswer clearedRanges:*text spreadsheetId:text
SearchAnswer matchedDeveloperMetadata:*MatchedMetadata
MatchedMetadata dataFilters:*DataFilter developerMetadata:DeveloperMetadata
ByFilterAnswer spreadsheetId:text valueRanges:*MatchedValueRange
MatchedValueRange dataFilters:*DataFilter valueRange:ValueRange
"""  # noqa: E501  # One message a line, so that it can be compared with the discovery document.

_UNPLAYED = """
addBanding addChart addCommentReply addDataSource addDimensionGroup addFilterView addSlicer addTable
autoFill cancelDataSourceRefresh copyPaste cutPaste deleteBanding deleteComment deleteCommentReply
deleteDataSource deleteDimensionGroup deleteDuplicates deleteEmbeddedObject deleteFilterView deleteRange
deleteTable duplicateFilterView findReplace insertComment insertRange mergeCells pasteData randomizeRange
refreshDataSource textToColumns trimWhitespace unmergeCells updateBanding updateBorders updateChartSpec
updateCommentPost updateDataSource updateDimensionGroup updateEmbeddedObjectBorder
updateEmbeddedObjectPosition updateFilterView updateSlicerSpec updateTable
""".split()

MESSAGES: dict[str, dict[str, str]] = {
    line.split()[0]: dict(field.split(":", 1) for field in line.split()[1:])
    for line in _TEXT.strip().splitlines()
}
_REQUESTS = list(MESSAGES)[1 : list(MESSAGES).index("SearchMetadata")]
MESSAGES["Request"] = {name[0].lower() + name[1:]: name for name in _REQUESTS}
_ONE_OF = {"Request": "kind", "ExtendedValue": "value"}
_TYPE_WORDS = {"int": "TYPE_INT32", "number": "TYPE_DOUBLE", "bool": "TYPE_BOOL"}
_PLAIN: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "mask": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "map": lambda value: isinstance(value, dict),
    "int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "number": lambda value: type(value) in (int, float) and abs(value) < 1e308,
}


def check(body: Any, message: str) -> None:
    """Refuse a body that is not the message: unknown names first, as Google does, then wrong types.

    Raises:
        BadRequest: with Google's sentence and the snake_case path of the field.
        GoogleError: 501 for a request that Google knows and the sandbox does not.
    """
    unknown: list[str] = []
    _check(body, message, "", unknown)
    if unknown:
        raise BadRequest("\n".join(f"Invalid JSON payload received. {line}" for line in unknown))


def _check(value: Any, message: str, path: str, unknown: list[str]) -> None:
    if not isinstance(value, dict):
        raise _invalid(path or "the body", message, value)
    fields = MESSAGES[message]
    known = [name for name in value if name in fields]
    for name in value:
        if name not in fields:
            if message == "Request" and name in _UNPLAYED:
                raise unplayed(name)
            unknown.append(_unknown(name, path))
    if message in _ONE_OF and len(known) > 1:
        kind = _ONE_OF[message]
        raise BadRequest(f"Invalid value at '{path}' (oneof), oneof field '{kind}' is already set.")
    for name in known:
        if value[name] is not None:
            _field(value[name], fields[name], f"{path}.{_snake(name)}" if path else _snake(name), unknown)


def _field(value: Any, kind: str, path: str, unknown: list[str]) -> None:
    """Check one field that is set; `kind` is its type in the table."""
    if kind.startswith("*"):
        _list(value, kind, path, unknown)
    elif kind.startswith("|"):
        if value not in kind.split("|"):
            raise _invalid(path, "enum", value)
    elif kind in _PLAIN:
        if not _PLAIN[kind](value):
            raise _invalid(path, _TYPE_WORDS.get(kind, "TYPE_STRING"), value)
    elif kind != "any":
        _check(value, kind, path, unknown)


def _list(value: Any, kind: str, path: str, unknown: list[str]) -> None:
    if not isinstance(value, list):
        raise _invalid(path, "list", value)
    plain = kind == "*CellData"
    for index, item in enumerate(value):
        if not (plain and _is_plain(item)):
            _field(item, kind[1:], f"{path}[{index}]", unknown)


def _is_plain(item: Any) -> bool:
    """Whether a cell is just one text, which is nearly every cell: the short way for long batches."""
    if item == {}:
        return True
    if type(item) is dict and len(item) == 1:
        value = item.get("userEnteredValue")
        return type(value) is dict and len(value) == 1 and type(value.get("stringValue")) is str
    return False


@cache
def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def _unknown(name: str, path: str) -> str:
    place = f" at '{path}'" if path else ""
    return f'Unknown name "{name}"{place}: Cannot find field.'


def _invalid(path: str, kind: str, value: Any) -> GoogleError:
    return BadRequest(f"Invalid value at '{path}' ({kind}), \"{str(value)[:80]}\"")


def check_mask(mask: Mask, message: str) -> None:
    """Refuse a mask that names a field the message does not have.

    Raises:
        BadRequest: with the name that cannot be found.
    """
    for name, below in mask.items():
        if name not in MESSAGES[message]:
            raise BadRequest(f"Invalid field: {name}")
        kind = MESSAGES[message][name].lstrip("*")
        if below and kind in MESSAGES:
            check_mask(below, kind)
        elif below and kind not in ("any", "map"):
            raise BadRequest(f"Invalid field: {name}.{next(iter(below))}")


def answer_mask(fields: str | None, message: str) -> Mask:
    """The mask that a call's `fields` puts on its answer; everything where there is none.

    Raises:
        BadRequest: it cannot be read, or names a field the answer does not have.
    """
    if not fields:
        return EVERYTHING
    mask = parse(fields)
    try:
        check_mask(mask, message)
    except BadRequest as error:
        path = error.message.removeprefix("Invalid field: ")
        raise BadRequest(
            f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
        ) from error
    return mask
