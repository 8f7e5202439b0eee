"""The calls to Google that the gateway, `init` and the doctor make; none is ever repeated in here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests
from google.oauth2.service_account import Credentials as ServiceAccount
from gspread import urls
from gspread.http_client import ParamsType

from sheets.errors import NotAllowed, Unreachable
from sheets.rows import JSON, Plain
from sheets.wire import TIMEOUT, Http

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")
"""Drive's wide scope, because a workbook that people made and shared is not visible to the narrow one."""


class Client:
    """What the gateway asks of Google. Not safe to share between threads: open one for each.

    Every method raises `sheets.errors.Trouble`, whose class says what to do; none repeats a call.
    """

    def __init__(self, http: Http, email: str) -> None:
        self._http = http
        self.email = email
        """The service account's address: whom people share their workbooks with."""
        self.is_retired = False

    @property
    def requests(self) -> Mapping[str, int]:
        """Calls sent so far by kind: `sheets.read`, `sheets.write`, `drive.read`, `drive.write`."""
        return dict(self._http.sent)

    @property
    def calls(self) -> int:
        """Calls sent so far, of every kind."""
        return self._http.sent.total()

    def retire(self) -> None:
        """Begin no call any more: every one is refused with `Unreachable`. For another thread to say."""
        self.is_retired = True

    def close(self) -> None:
        """Give the connections back; the next call opens new ones."""
        self._http.session.close()
        self._http.bearer.close()

    def values(self, spreadsheet_id: str, ranges: Sequence[str]) -> list[list[list[Plain]]]:
        """The cells of each range (A1 notation), rows of typed values; one `values.batchGet`.

        Numbers come as numbers and dates as serial numbers, whatever people made them look like. Blank rows
        at the end and blank cells at a row's end are left off.
        """
        params: ParamsType = {
            "ranges": list(ranges),
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
            "fields": "valueRanges.values",
        }
        answer = self._json("get", urls.SPREADSHEET_VALUES_BATCH_URL % spreadsheet_id, params)
        found = answer.get("valueRanges") or []
        return [item.get("values") or [] for item in found]

    def spreadsheet(self, spreadsheet_id: str, fields: str, ranges: Sequence[str] = ()) -> JSON:
        """The `Spreadsheet` message, cut to the field mask and, of its cells, to the ranges."""
        params: ParamsType = {"fields": fields}
        if ranges:
            params["ranges"] = list(ranges)
        return self._json("get", urls.SPREADSHEET_URL % spreadsheet_id, params)

    def batch_update(
        self, spreadsheet_id: str, batch: Sequence[JSON], ranges: Sequence[str] = (), fields: str = "replies"
    ) -> JSON:
        """Carry out all requests of the batch or none, and read back in the same call.

        Args:
            spreadsheet_id: the workbook.
            batch: `Request` messages, applied in order.
            ranges: what of the workbook comes back, as it is after the batch.
            fields: the mask of the answer.
        """
        body: JSON = {"requests": list(batch)}
        if ranges:
            body |= {
                "includeSpreadsheetInResponse": True,
                "responseIncludeGridData": True,
                "responseRanges": list(ranges),
            }
        url = urls.SPREADSHEET_BATCH_UPDATE_URL % spreadsheet_id
        return self._json("post", url, {"fields": fields}, body)

    def drive(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: JSON | None = None,
        upload: tuple[str, bytes] | None = None,
    ) -> JSON:
        """One call of Drive v3, shared drives included.

        Args:
            method: the HTTP verb.
            path: what follows `/drive/v3/`, such as `files`.
            params: the query.
            body: the JSON body.
            upload: media type and bytes of a whole body that is no JSON; goes to the upload address.
        """
        host = "https://www.googleapis.com"
        url = f"{host}/upload/drive/v3/{path}" if upload else f"{host}/drive/v3/{path}"
        query: ParamsType = {"supportsAllDrives": "true", **(params or {})}
        return self._json(method, url, query, body, upload)

    def _json(
        self,
        method: str,
        url: str,
        params: ParamsType,
        body: JSON | None = None,
        upload: tuple[str, bytes] | None = None,
    ) -> JSON:
        if self.is_retired:
            raise Unreachable("nobody waits for it any more", doubtful=False)
        headers = {"Content-Type": upload[0]} if upload else None
        data = upload[1] if upload else None
        response = self._http.request(method, url, params, data, body, headers=headers)
        try:
            answer: JSON = response.json() if response.content else {}
        except requests.JSONDecodeError as error:
            raise Unreachable("half an answer", doubtful=method != "get") from error
        return answer


def open_client(
    credentials_json: str, api_url: str | None = None, timeout: tuple[float, float] = TIMEOUT
) -> Client:
    """A client of its own, with its own connections: one for each thread.

    Args:
        credentials_json: the service account's key, as the path of its file or as the JSON itself.
        api_url: another address than Google's (`{api_url}/v4/spreadsheets…`, `{api_url}/drive/v3/…`); where
            tokens come from stands in the key itself (`token_uri`).
        timeout: seconds to connect, seconds to wait for an answer.

    Raises:
        NotAllowed: the key cannot be read.
    """
    text = credentials_json.strip()
    try:
        key: JSON = json.loads(text if text.startswith("{") else Path(text).read_text("utf-8"))
        account = ServiceAccount.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]  # untyped
    except (OSError, ValueError, KeyError) as error:
        raise NotAllowed(f"its key cannot be read: {type(error).__name__}") from error
    http = Http(account, api_url)
    http.set_timeout(timeout)
    return Client(http, str(key["client_email"]))
