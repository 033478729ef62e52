"""Who may come in: accounts of the page by password, bearer tokens of the service; each kind in a file that only its owner reads.

Of passwords the file keeps slow hashes. Wrong ones lock an account for a while, across all pages and restarts: the count is
in the file. A token is a random secret, of which its file keeps a plain hash, with what it may do.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import scrypt, sha256
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import astuple, replace

from matcher import settings, typed_json
from matcher.errors import AccountError, ServiceError, reason
from matcher.files import data_folder, replacing_file
from matcher.locks import locked
from matcher.message import COMMA, Catalogue, joined

say = Catalogue(__file__)

# scrypt as OWASP's cheat sheet on storing passwords advises: 2^15 blocks of 8, three times, 32 MB and some 0.2 s a try.
_COST, _BLOCK, _PARALLEL, _LENGTH = 2**15, 8, 3, 32
_MEMORY = 2 * 128 * _COST * _BLOCK
SHORTEST = settings.characters("accounts.shortest_password")
LONGEST_PASSWORD = settings.characters("accounts.longest_password")
TRIES = settings.count("accounts.tries")
LOCKED_SECONDS = settings.seconds("accounts.locked")
LONGEST_NAME = settings.characters("accounts.longest_name")
_NAME = re.compile(rf"[\w.-]{{1,{LONGEST_NAME}}}")
_LOCAL = ("localhost", "127.0.0.1", "::1")
SCOPES = ("match", "triage", "duplicates", "guides", "archive", "metrics")
# A secret of 256 random bits cannot be guessed, so a plain hash keeps it; slow hashes are for passwords.
_SECRET = 32

R = TypeVar("R", bound=Struct)


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """An account as the file keeps it; `failures` are wrong passwords in a row, `locked_until` is in Unix seconds."""

    name: str
    salt: str
    hash: str
    created: str
    failures: int = 0
    locked_until: float = 0.0


class Token(Struct, frozen=True):
    """A token as the file keeps it: its name, the hash of its secret, its scopes, when it was made."""

    id: str
    sha256: str
    scopes: tuple[str, ...]
    created: str


def is_local(host: str) -> bool:
    """Whether a page on `host` answers this machine alone."""
    return host in _LOCAL


def check_host(host: str, accounts: Accounts, *, login: bool = False) -> None:
    """AccountError where the page would be open to other machines, or ask for a `login`, and there is no account."""
    if (login or not is_local(host)) and not accounts.names():
        raise AccountError(say("accounts.needed", host=host))


class Accounts:
    """The accounts of a file; every method reads it anew, so that a removed account is refused at once.

    All methods raise AccountError for a file that is none.
    """

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        """The accounts in `file` (None: in $MATCHER_DATA or the user's data folder); `clock` gives Unix seconds."""
        self.file = file or data_folder() / "accounts.json"
        self._clock = clock

    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(_records(self.file, Account))

    def all(self) -> list[Account]:
        """The accounts by name."""
        return [account for _, account in sorted(_records(self.file, Account).items())]

    def add(self, name: str, password: str) -> None:
        """A new account; AccountError for a name that exists or is none, or a password too short or too long."""
        if not _NAME.fullmatch(name) or name.startswith("."):
            raise AccountError(say("accounts.name", name=name))
        with _changing(self.file, Account) as accounts:
            # Their seasons lie in folders of their names, and many file systems do not tell Zhang, zhang and zhang. apart.
            if taken := [known for known in accounts if _folded(known) == _folded(name)]:
                raise AccountError(say("accounts.taken", name=taken[0]))
            accounts[name] = _account(name, password)

    def change(self, name: str, password: str) -> None:
        """A new password, which also unlocks; AccountError for an unknown name or as `add`."""
        with _changing(self.file, Account) as accounts:
            accounts[name] = replace(_account(name, password), created=_known(accounts, name).created)

    def remove(self, name: str) -> None:
        """Take an account away; AccountError for an unknown name. Its seasons stay."""
        with _changing(self.file, Account) as accounts:
            del accounts[_known(accounts, name).name]

    def login(self, name: str, password: str) -> bool:
        """Whether name and password belong together; AccountError while the account is locked.

        An unknown name takes as long as a wrong password.
        """
        account = _records(self.file, Account).get(name)
        if account is None:
            _hash(password, "00" * 16)
            return False
        if account.locked_until > self._clock():
            minutes = int((account.locked_until - self._clock()) / 60) + 1
            raise AccountError(say("accounts.locked", minutes=minutes))
        right = hmac.compare_digest(_hash(password, account.salt), account.hash)
        if not right or account.failures:
            with _changing(self.file, Account) as accounts:
                if name in accounts:
                    accounts[name] = _after(accounts[name], right=right, now=self._clock())
        return right


def _records(file: Path, form: type[R]) -> dict[str, R]:
    """The records of `file` by name, their first field; none where there is no file, the error of their kind for any other."""
    if not file.exists():
        return {}
    why: object = say("credentials.special")  # a pipe would be waited for
    if file.is_file():
        try:
            rows = typed_json.loads(file.read_bytes(), list[form])  # type: ignore[valid-type]
            return {astuple(row)[0]: row for row in rows}
        except ValueError as error:
            why = error
    if form is Account:
        raise AccountError(say("accounts.damaged", file=file, error=why))
    raise ServiceError(say("tokens.damaged", file=file, error=why))


@contextmanager
def _changing(file: Path, form: type[R]) -> Iterator[dict[str, R]]:
    """The records of `file` by name, written back when the block ends without an error; whoever changes them too waits."""
    with locked(file):
        records = _records(file, form)
        yield records
        with replacing_file(file, private=True) as part:
            rows = typed_json.plain(list(records.values()))
            part.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _folded(name: str) -> str:
    return name.casefold().rstrip(".")


def _known(accounts: dict[str, Account], name: str) -> Account:
    if name not in accounts:
        raise AccountError(say("accounts.unknown", name=name))
    return accounts[name]


def _account(name: str, password: str) -> Account:
    if not SHORTEST <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(say("accounts.password", shortest=SHORTEST, longest=LONGEST_PASSWORD))
    salt = secrets.token_hex(16)
    return Account(name, salt, _hash(password, salt), _now())


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _hash(password: str, salt: str) -> str:
    secret = password[:LONGEST_PASSWORD].encode("utf-8", "surrogatepass")
    return scrypt(
        secret, salt=bytes.fromhex(salt), n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=_MEMORY, dklen=_LENGTH
    ).hex()


def _after(account: Account, *, right: bool, now: float) -> Account:
    """The account after one try."""
    if right:
        return replace(account, failures=0, locked_until=0.0)
    failures = account.failures + 1
    if failures < TRIES:
        return replace(account, failures=failures)
    return replace(account, failures=0, locked_until=now + LOCKED_SECONDS)


def read_tokens(file: Path) -> list[Token]:
    """The tokens in `file`, none where there is no file; ServiceError if it is no such file or cannot be read."""
    try:
        return list(_records(file, Token).values())
    except OSError as error:  # of the system, which may name no file
        raise ServiceError(say("tokens.damaged", file=file, error=reason(error))) from error


def add_token(file: Path, name: str, scopes: tuple[str, ...]) -> str:
    """The secret of a new token, shown this once; a token of that name is replaced (rotation).

    Raises ServiceError for a scope that is none of SCOPES.
    """
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise ServiceError(say("tokens.scope", unknown=joined(unknown, COMMA), scopes=" ".join(SCOPES)))
    secret = secrets.token_urlsafe(_SECRET)
    with _changing(file, Token) as tokens:
        tokens.pop(name, None)  # the newest stands last
        tokens[name] = Token(name, sha256(secret.encode()).hexdigest(), scopes, _now())
    return secret


def revoke_token(file: Path, name: str) -> None:
    """Take a token out of the file; ServiceError if there is none of that name."""
    with _changing(file, Token) as tokens:
        if tokens.pop(name, None) is None:
            raise ServiceError(say("tokens.unknown", name=name))


def find_token(file: Path, secret: str) -> Token | None:
    """The token in `file` with this secret, or None; every token is compared in the same time. ServiceError as `read_tokens`.

    The file is read for each request: a revoked token is refused at once.
    """
    digest = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    matching = [token for token in read_tokens(file) if hmac.compare_digest(token.sha256, digest)]
    return matching[0] if matching else None
