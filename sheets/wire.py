"""How a call goes out: gspread's HTTP client, signed by the service account, counted, and never repeated.

gspread's `BackOffHTTPClient` resends a write whose answer was lost, which makes two rows of one; whether to try
again is the worker's decision, which it takes by the class of the trouble.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials as ServiceAccount
from gspread.http_client import FileType, HTTPClient, ParamsType
from requests.auth import AuthBase

from sheets.errors import refused, trouble

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
