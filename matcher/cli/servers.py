"""Commands of what serves other programs and browsers: the HTTP service with its bearer tokens, the page with its accounts."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from matcher import settings, shipped
from matcher.cli import options
from matcher.cli.help import Commands
from matcher.credentials import Accounts, add_token, check_host, is_local, read_tokens, revoke_token
from matcher.errors import ServiceError, reason, require
from matcher.files import data_folder, gather_temporary_files
from matcher.message import Catalogue
from matcher.readers.source import check_regular
from matcher.screen import note, print_row

say = Catalogue(__file__)

_PORT = settings.count("cli.service.port")
_PER_MINUTE = settings.count("service.guard.per_minute")

_LOCAL = ("127.0.0.1", "localhost", "[::1]")  # as clients on this machine write it

HostOption = Annotated[str, typer.Option(help="host-option")]
NamesOption = Annotated[list[str] | None, typer.Option("--name", metavar="HOST", help="names-option")]
CertificateOption = Annotated[Path | None, typer.Option(metavar="PEM", help="certificate-option")]
KeyOption = Annotated[Path | None, typer.Option(metavar="PEM", help="key-option")]
TokensArgument = Annotated[Path, typer.Argument(metavar="FILE", help="tokens-argument")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="name-argument")]
token = Commands("token")
user = Commands("user")


def serve(
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65535, help="service-port-option")] = _PORT,
    tokens: Annotated[Path | None, typer.Option(metavar="FILE", help="tokens-option")] = None,
    archive: options.ArchiveOption = None,
    names: NamesOption = None,
    certificate: CertificateOption = None,
    key: KeyOption = None,
    per_minute: Annotated[int, typer.Option(metavar="N", min=1, help="per-minute-option")] = _PER_MINUTE,
) -> None:
    """Example:  matcher serve --tokens tokens.json --archive earlier"""
    require("serve", "fastapi", "fastapi_offline", "prometheus_client", "uvicorn")
    from matcher.service.app import check_address, create_app
    from matcher.service.guard import Limits
    from matcher.service.server import serve as run

    check_listening(host, port)
    check_address(host, tokens)
    check_certificate(certificate, key)
    if tokens and not read_tokens(tokens):  # every request will be refused until there is one
        note(say("serve.no token", file=tokens))
    audit = logging.getLogger("matcher.audit")
    audit.setLevel(logging.INFO)
    audit.addHandler(logging.StreamHandler())  # to stderr
    named = f"[{host}]" if ":" in host else host  # as clients write one of IPv6
    hosts = {named, *(names or ()), *(_LOCAL if named in _LOCAL else ())}
    limits = Limits(per_minute=per_minute, at_once=os.cpu_count() or 1)
    application = create_app(data_folder() / "guides", archive, tokens, sorted(hosts), limits)
    address = say("serve.address", at=f"http{'s' if certificate else ''}://{named}:{port}")
    run(application, host, port, certificate, key, lambda: note(address))


def check_listening(host: str, port: int | None = None) -> None:
    """ServiceError where no server can listen: the address is none or another machine's, or the port (None: any) is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (0, port) if port is not None else (0,):
        with socket.socket(family) as trial:
            if os.name == "posix":  # as servers do; on Windows it would take the port from another
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, wanted))
            except (OSError, UnicodeError) as error:  # UnicodeError: of what no host's name can be
                why = reason(error if isinstance(error, OSError) else socket.gaierror())
                key = "port" if wanted else "host"
                raise ServiceError(say(f"listen.{key}", host=host, port=wanted, error=why)) from error


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """ServiceError where a certificate with its key cannot be used, DocumentError where there is no such file."""
    for file in (certificate, key):
        if file is not None:
            check_regular(file)
    if certificate is None:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as error:
        raise ServiceError(say("serve.certificate", file=certificate)) from error


@token.command("add")
def token_add(
    file: TokensArgument,
    name: Annotated[str, typer.Argument(help="service-add-name")],
    scope: Annotated[list[str], typer.Option(help="service-add-scope")] = ["match"],  # noqa: B006  # Typer reads the default, nobody changes it
) -> None:
    """Example:  matcher token add tokens.json intake --scope match --scope triage"""
    print(add_token(file, name, tuple(scope)))
    note(say("token.added", name=name, file=file))


@token.command("list")
def token_list(file: TokensArgument) -> None:
    """Example:  matcher token list tokens.json"""
    if not (known := read_tokens(file)):
        note(say("serve.no token", file=file))
    for each in known:
        print_row(each.id, " ".join(each.scopes), each.created)


@token.command("revoke")
def token_revoke(
    file: TokensArgument, name: Annotated[str, typer.Argument(help="service-revoke-name")]
) -> None:
    """Example:  matcher token revoke tokens.json intake"""
    revoke_token(file, name)
    note(say("token.revoked", name=name))


def page(
    host: HostOption = "localhost",
    port: Annotated[int | None, typer.Option(metavar="N", min=1, max=65535, help="page-port-option")] = None,
    names: NamesOption = None,
    certificate: CertificateOption = None,
    key: KeyOption = None,
    login: Annotated[bool, typer.Option("--login", help="login-option")] = False,
) -> None:
    """Example:  matcher app
    matcher app --host 192.168.1.20 --port 8501
    """
    import runpy

    require("app", "streamlit")
    gather_temporary_files()
    check_listening(host, port)  # without a port the next free one is taken
    check_host(host, Accounts(), login=login)
    check_certificate(certificate, key)
    if login or not is_local(host):
        os.environ["MATCHER_LOGIN"] = "1"
        if certificate is None:  # passwords travel in the clear
            note(say("app.no certificate"))
    flags = {
        "browser.gatherUsageStats": "false",
        "server.address": host,
        "server.port": port and str(port),
        "server.sslCertFile": certificate and str(certificate),
        "server.sslKeyFile": key and str(key),
        "server.headless": None if is_local(host) else "true",
    }
    allowed = {host, *(names or ()), "localhost", "127.0.0.1", "::1"} - {"0.0.0.0", "::"}
    # Streamlit asks a server on the internet for this machine's address before it refuses a foreign origin.
    vars(import_module("streamlit.net_util"))["get_external_ip"] = lambda: None
    # In this process: whoever ends the command ends the server.
    sys.argv = ["streamlit", "run", str(shipped.app_page())]
    sys.argv += [f"--{name}={value}" for name, value in flags.items() if value]
    sys.argv += [f"--server.allowedHosts={name}" for name in sorted(allowed)]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def _password() -> str:
    """A password, typed twice, or the first line of standard input."""
    if sys.stdin is not None and sys.stdin.isatty():
        typed: str = typer.prompt(
            say("user.password"), hide_input=True, confirmation_prompt=say("user.again")
        )
        return typed
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""


@user.command("add")
def user_add(name: NameArgument) -> None:
    """Example:  matcher user add zhang"""
    accounts = Accounts()
    accounts.add(name, _password())
    note(say("user.added", name=name, file=accounts.file))


@user.command("list")
def user_list() -> None:
    """Example:  matcher user list"""
    accounts = Accounts()
    if not (known := accounts.all()):
        note(say("user.none", file=accounts.file))
    for account in known:
        print_row(account.name, account.created)


@user.command("passwd")
def user_passwd(name: NameArgument) -> None:
    """Example:  matcher user passwd zhang"""
    Accounts().change(name, _password())
    note(say("user.changed", name=name))


@user.command("remove")
def user_remove(name: NameArgument) -> None:
    """Example:  matcher user remove zhang"""
    Accounts().remove(name)
    note(say("user.removed", name=name))
