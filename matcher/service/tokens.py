"""Bearer tokens: random secrets of which a file keeps only the hash, with what each may do."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from matcher import typed_json
from matcher.errors import ServiceError
from matcher.files import replacing_file
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.source import check_regular

say = Catalogue(__file__)

SCOPES = ("match", "triage", "duplicates", "guides", "archive", "metrics")
# A secret of 256 random bits cannot be guessed, so a plain hash keeps it; slow hashes are for passwords.
_BYTES = 32


class Token(Struct, frozen=True):
    """A token as the file keeps it: its name, the hash of its secret, its scopes, when it was made."""

    id: str
    sha256: str
    scopes: tuple[str, ...]
    created: str


def read_tokens(file: Path) -> list[Token]:
    """The tokens in `file`, none where there is no file; ServiceError if it is no such file."""
    if not file.exists():
        return []
    check_regular(file)
    try:
        return typed_json.loads(file.read_bytes(), list[Token])
    except (OSError, ValueError) as error:
        raise ServiceError(say("tokens.damaged", file=file, error=error)) from error


def _write(file: Path, tokens: list[Token]) -> None:
    with replacing_file(file, private=True) as part:
        part.write_text(json.dumps(typed_json.plain(tokens), indent=2) + "\n", encoding="utf-8")


def add_token(file: Path, name: str, scopes: tuple[str, ...]) -> str:
    """The secret of a new token, shown this once; a token of that name is replaced (rotation).

    Raises ServiceError for a scope that is none of SCOPES.
    """
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise ServiceError(say("tokens.scope", unknown=joined(unknown, COMMA), scopes=" ".join(SCOPES)))
    secret = secrets.token_urlsafe(_BYTES)
    rest = [token for token in read_tokens(file) if token.id != name]
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    _write(file, [*rest, Token(name, sha256(secret.encode()).hexdigest(), scopes, stamp)])
    return secret


def revoke_token(file: Path, name: str) -> None:
    """Take a token out of the file; ServiceError if there is none of that name."""
    tokens = read_tokens(file)
    rest = [token for token in tokens if token.id != name]
    if len(rest) == len(tokens):
        raise ServiceError(say("tokens.unknown", name=name))
    _write(file, rest)


class Keyring:
    """The tokens of a file, read again when the file changes: a revoked token is refused at once."""

    def __init__(self, file: Path) -> None:
        """Read `file`; ServiceError if it is no token file."""
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._tokens: list[Token] = []
        self.find("")

    def find(self, secret: str) -> Token | None:
        """The token with this secret, or None; every token is compared in the same time."""
        status = self._file.stat() if self._file.exists() else None
        stamp = (status.st_mtime_ns, status.st_size) if status else None
        if stamp != self._stamp:
            self._tokens, self._stamp = read_tokens(self._file), stamp
        digest = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        matching = [token for token in self._tokens if hmac.compare_digest(token.sha256, digest)]
        return matching[0] if matching else None
