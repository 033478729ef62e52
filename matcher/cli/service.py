"""Commands of the HTTP service: serve, and its bearer tokens."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from matcher import settings
from matcher.cli import options
from matcher.cli.help import Commands
from matcher.message import Catalogue
from matcher.screen import note, print_row

say = Catalogue(__file__)

_PORT = settings.count("cli.service.port")
_LAST_ANSWERS = settings.count("cli.service.shutdown")
_PER_MINUTE = settings.count("service.guard.per_minute")

_LOCAL = ("127.0.0.1", "localhost", "[::1]")  # as clients on this machine write it

TokensArgument = Annotated[Path, typer.Argument(metavar="FILE", help="tokens-argument")]
ServicePortOption = Annotated[int, typer.Option(metavar="N", min=1, max=65535, help="service-port-option")]
TokensOption = Annotated[Path | None, typer.Option(metavar="FILE", help="tokens-option")]
PerMinuteOption = Annotated[int, typer.Option(metavar="N", min=1, help="per-minute-option")]
token = Commands(help="HTTP 服务的令牌。 / Bearer tokens of the HTTP service.")


def serve(
    host: options.HostOption = "127.0.0.1",
    port: ServicePortOption = _PORT,
    tokens: TokensOption = None,
    archive: options.ArchiveOption = None,
    names: options.NamesOption = None,
    certificate: options.CertificateOption = None,
    key: options.KeyOption = None,
    per_minute: PerMinuteOption = _PER_MINUTE,
) -> None:
    """启动 HTTP 服务：匹配、分拣、查重、指南与档案库。 / Start the HTTP service over the same engine.

    例 / example:  matcher serve --tokens tokens.json --archive earlier
    """
    from matcher.errors import require
    from matcher.files import data_folder

    require("serve", "fastapi", "fastapi_offline", "prometheus_client", "uvicorn")
    import uvicorn

    from matcher.service.app import check_address, create_app
    from matcher.service.guard import Limits
    from matcher.service.tokens import read_tokens

    check_address(host, tokens)
    if tokens and not read_tokens(tokens):
        _note_none(tokens)
    options.check_port(host, port)
    _print_audit()
    hosts = {host, *(names or ()), *(_LOCAL if host in _LOCAL or host == "::1" else ())}
    limits = Limits(per_minute=per_minute, at_once=os.cpu_count() or 1)
    application = create_app(data_folder() / "guides", archive, tokens, sorted(hosts), limits)
    at = f"http{'s' if certificate else ''}://{host}:{port}"
    note(say("serve.address", at=at))
    uvicorn.run(
        application, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=_LAST_ANSWERS,
    )  # fmt: skip


def _note_none(file: Path) -> None:
    """A file without tokens, or none at all: every request will be refused until there is one."""
    note(say("serve.no token", file=file))


def _print_audit() -> None:
    """The audit log goes to stderr."""
    audit = logging.getLogger("matcher.audit")
    audit.setLevel(logging.INFO)
    audit.addHandler(logging.StreamHandler())


@token.command()
def add(
    file: TokensArgument,
    name: Annotated[str, typer.Argument(help="service-add-name")],
    scope: Annotated[list[str], typer.Option(help="service-add-scope")] = ["match"],  # noqa: B006  # Typer reads the default, nobody changes it
) -> None:
    """新建或更换令牌；只显示这一次。 / Make or replace a token; it is shown this once.

    例 / example:  matcher token add tokens.json intake --scope match --scope triage
    """
    from matcher.service.tokens import add_token

    print(add_token(file, name, tuple(scope)))
    note(say("token.added", name=name, file=file))


@token.command("list")
def list_(file: TokensArgument) -> None:
    """列出令牌的名称、权限与日期。 / List names, scopes and dates.

    例 / example:  matcher token list tokens.json
    """
    from matcher.service.tokens import read_tokens

    if not (known := read_tokens(file)):
        _note_none(file)
    for each in known:
        print_row(each.id, " ".join(each.scopes), each.created)


@token.command()
def revoke(file: TokensArgument, name: Annotated[str, typer.Argument(help="service-revoke-name")]) -> None:
    """作废令牌；正在运行的服务立即生效。 / Revoke a token; a running service refuses it at once.

    例 / example:  matcher token revoke tokens.json intake
    """
    from matcher.service.tokens import revoke_token

    revoke_token(file, name)
    note(say("token.revoked", name=name))
