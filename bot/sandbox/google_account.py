"""Who calls: service accounts with throw-away keys, the tokens they get, and what a token is good for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from bot.sandbox.google_errors import JSON, GoogleError, out_of_scope, unauthenticated

TOKEN_SECONDS = 3600.0
"""How long an access token lives (Google identity guide, "Using OAuth 2.0 for server to server")."""
SHEETS_SCOPES = frozenset({"spreadsheets", "drive", "drive.file"})
DRIVE_SCOPES = frozenset({"drive", "drive.file"})
READ_ONLY = ".readonly"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE_BASE = "https://www.googleapis.com/auth/"


@dataclass(frozen=True)
class Token:
    """One access token: whose it is, what for, and until when (epoch seconds)."""

    who: str
    scopes: frozenset[str]
    expires: float


@dataclass
class Accounts:
    """The service accounts that exist and the tokens that were issued."""

    clock: Callable[[], float]
    keys: dict[str, bytes] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)

    def key_file(self, email: str, token_uri: str) -> JSON:
        """Make a service account with a fresh throw-away key: the contents of its key file.

        Each call makes a new key and the one before stops working.
        """
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.keys[email] = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "sandbox",
            "private_key_id": secrets.token_hex(8),
            "private_key": private.decode(),
            "client_email": email,
            "client_id": "1",
            "token_uri": token_uri,
        }

    def issue(self, who: str, scopes: frozenset[str] = SHEETS_SCOPES) -> str:
        """A fresh access token for an account or a person, good for `TOKEN_SECONDS`."""
        token = f"ya29.sandbox-{secrets.token_urlsafe(24)}"
        self.tokens[token] = Token(who, scopes, self.clock() + TOKEN_SECONDS)
        return token

    def caller(self, authorization: str | None, needed: frozenset[str], writes: bool) -> str:
        """The address of whoever holds the bearer token of this header.

        Raises:
            GoogleError: 401 without a live token, 403 where it was issued for other scopes.
        """
        kind, _, bearer = (authorization or "").partition(" ")
        token = self.tokens.get(bearer.strip())
        if token is None or kind.lower() != "bearer" or token.expires <= self.clock():
            raise unauthenticated(missing=not authorization)
        good = needed if writes else needed | {scope + READ_ONLY for scope in needed}
        if not good & token.scopes:
            raise out_of_scope()
        return token.who

    def grant(self, body: bytes) -> JSON:
        """Answer a service account's signed claim with an access token, as Google's token address does.

        Raises:
            TokenRefused: the grant is another, the account is unknown, or its signature is not right.
        """
        form = {name: values[0] for name, values in parse_qs(body.decode("ascii", "replace")).items()}
        if form.get("grant_type") != _GRANT:
            raise TokenRefused("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
        claims = self._claims(form.get("assertion", ""))
        asked = str(claims.get("scope") or "").split()
        scopes = frozenset(scope.removeprefix(_SCOPE_BASE) for scope in asked)
        if not scopes:
            raise TokenRefused("invalid_scope", "Empty or missing scope not allowed.")
        token = self.issue(str(claims["iss"]), scopes)
        return {"access_token": token, "expires_in": int(TOKEN_SECONDS) - 1, "token_type": "Bearer"}

    def _claims(self, assertion: str) -> dict[str, Any]:
        """The claims of an assertion that its account's own key signed."""
        try:
            unproven = jwt.decode(assertion, verify=False)  # type: ignore[no-untyped-call]  # google-auth has none.
            key = self.keys[str(unproven["iss"])]
            claims: dict[str, Any] = dict(jwt.decode(assertion, certs=key))  # type: ignore[no-untyped-call]  # The same.
        except KeyError as error:
            raise TokenRefused("invalid_grant", "Invalid grant: account not found") from error
        except (ValueError, TypeError) as error:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.") from error
        return claims


class TokenRefused(GoogleError):
    """The token endpoint's own kind of refusal: 400 with `{"error", "error_description"}`."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(400, sentence)
        self.error = error

    def body(self) -> JSON:
        """OAuth's shape of an error."""
        return {"error": self.error, "error_description": self.message}
