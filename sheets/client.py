"""The calls to Google: gspread's HTTP client with a time-out, our own address, and a count of every request.

Nothing is repeated in here. gspread's `BackOffHTTPClient` resends a write whose answer was lost, which makes
two rows of one; whether to try again is the worker's decision, which it takes by the class of the trouble.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials as ServiceAccount
from gspread import urls
from gspread.http_client import FileType, HTTPClient, ParamsType
from requests.auth import AuthBase

from sheets.errors import NotAllowed, Unreachable, refused, trouble
from sheets.rows import JSON, Plain

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")
"""Drive's wide scope, because a workbook that people made and shared is not visible to the narrow one."""
TIMEOUT = (5.0, 60.0)
"""Seconds to connect, and to wait for an answer; Google itself gives a call up after 180 (usage limits)."""
_VENDOR_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class Bearer(AuthBase):
    """Signs requests with the service account's token, and fetches a new one when it runs out.

    google-auth's own session also asks another of Google's hosts, from a thread of its own, in which regions
    the account may work. The bot has no use for the answer, and in the sandbox nothing may leave the machine.
    """

    def __init__(self, account: ServiceAccount) -> None:
        self.account = account
        self._session = requests.Session()
        self._fetch = partial(Request(self._session), timeout=TIMEOUT[1])

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token on one request."""
        if not self.account.valid:
            self.renew()
        request.headers["Authorization"] = f"Bearer {self.account.token}"
        return request

    def renew(self) -> None:
        """Fetch a new token from the address that stands in the key (`token_uri`)."""
        self.account.refresh(self._fetch)  # type: ignore[no-untyped-call]  # google-auth has no types here.

    def close(self) -> None:
        """Give the connection to the token service back."""
        self._session.close()


class Http(HTTPClient):
    """gspread's own HTTP client with our signature, maybe another address, and a count of what it sends."""

    def __init__(self, account: ServiceAccount, api_url: str | None) -> None:
        session = requests.Session()
        super().__init__(account, session)
        session.trust_env = api_url is None  # A proxy of the machine's has no business with the sandbox.
        self.bearer = Bearer(account)
        session.auth = self.bearer
        self.api_url = api_url
        self.sent: Counter[str] = Counter()

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: Any = None,
    ) -> requests.Response:
        """Send one call. Its kind (`sheets.read`, `drive.write`, …) is counted whether it succeeds or not.

        A call that is refused because the token is no longer good was not carried out: it is sent once more
        with a new one.

        Raises:
            Trouble: there was no answer, or one that is not a success.
        """
        writing = method.lower() != "get"
        vendor = "sheets" if "/spreadsheets" in endpoint else "drive"
        self.sent[f"{vendor}.{'write' if writing else 'read'}"] += 1

        def send() -> requests.Response:
            return self.session.request(
                method,
                self._address(endpoint),
                params=params,
                data=data,
                json=json,
                files=files,
                headers=headers,
                timeout=self.timeout,
            )

        try:
            response = send()
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                self.bearer.renew()
                response = send()
        except (GoogleAuthError, requests.RequestException) as error:
            raise trouble(error, writing=writing) or error from error
        if not response.ok:
            raise refused(response, writing=writing)
        return response

    def _address(self, endpoint: str) -> str:
        for host in _VENDOR_HOSTS:
            if self.api_url and endpoint.startswith(host):
                return self.api_url.rstrip("/") + endpoint.removeprefix(host)
        return endpoint


class Client:
    """What the gateway asks of Google. Not safe to share between threads: open one for each.

    Every method raises `sheets.errors.Trouble`, whose class says what to do; none repeats a call.
    """

    def __init__(self, http: Http, email: str) -> None:
        self._http = http
        self.email = email
        """The service account's address: whom people share their workbooks with."""

    @property
    def requests(self) -> Mapping[str, int]:
        """Calls sent so far by kind: `sheets.read`, `sheets.write`, `drive.read`, `drive.write`."""
        return dict(self._http.sent)

    @property
    def calls(self) -> int:
        """Calls sent so far, of every kind."""
        return self._http.sent.total()

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
        # google-auth gives its constructors no types.
        account = ServiceAccount.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, KeyError) as error:
        raise NotAllowed(f"its key cannot be read: {type(error).__name__}") from error
    http = Http(account, api_url)
    http.set_timeout(timeout)
    return Client(http, str(key["client_email"]))
