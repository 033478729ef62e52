"""Commands of the page: open it, here or for a local network, and the accounts that it then asks for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from matcher import shipped
from matcher.cli import options
from matcher.cli.help import Commands
from matcher.files import gather_temporary_files
from matcher.message import Catalogue
from matcher.screen import note, print_row

say = Catalogue(__file__)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="name-argument")]
PagePortOption = Annotated[int | None, typer.Option(metavar="N", min=1, max=65535, help="page-port-option")]
LoginOption = Annotated[bool, typer.Option("--login", help="login-option")]
user = Commands(help="网页的账号。 / Accounts of the page.")


def page(
    host: options.HostOption = "localhost",
    port: PagePortOption = None,
    names: options.NamesOption = None,
    certificate: options.CertificateOption = None,
    key: options.KeyOption = None,
    login: LoginOption = False,
) -> None:
    """打开网页。 / Open the page.

    例 / examples:  matcher app
                    matcher app --host 192.168.1.20 --port 8501
    """
    import runpy

    from matcher.accounts import Accounts, check_host, is_local
    from matcher.errors import require

    require("app", "streamlit", "altair")
    gather_temporary_files()
    check_host(host, Accounts(), login=login)
    if port is not None:  # without one the next free port is taken
        options.check_port(host, port)
    if login or not is_local(host):
        _ask_for_accounts(certificate)
    flags = {
        "browser.gatherUsageStats": "false",
        "server.address": host,
        "server.port": port and str(port),
        "server.sslCertFile": certificate and str(certificate),
        "server.sslKeyFile": key and str(key),
        "server.headless": None if is_local(host) else "true",
    }
    allowed = {host, *(names or ()), "localhost", "127.0.0.1", "::1"} - {"0.0.0.0", "::"}
    _ask_nobody_for_the_address()
    # In this process: whoever ends the command ends the server.
    sys.argv = ["streamlit", "run", str(shipped.app_page())]
    sys.argv += [f"--{name}={value}" for name, value in flags.items() if value]
    sys.argv += [f"--server.allowedHosts={name}" for name in sorted(allowed)]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def _ask_nobody_for_the_address() -> None:
    """Streamlit asks a server on the internet for this machine's address before it refuses a foreign origin."""
    vars(import_module("streamlit.net_util"))["get_external_ip"] = lambda: None


def _ask_for_accounts(certificate: Path | None) -> None:
    """The page will ask who is there; without a certificate passwords travel in the clear, which is said."""
    os.environ["MATCHER_LOGIN"] = "1"
    if certificate is None:
        note(say("app.no certificate"))


def _password() -> str:
    """A password, typed twice, or the first line of standard input."""
    if sys.stdin is not None and sys.stdin.isatty():
        typed: str = typer.prompt(
            say("user.password"), hide_input=True, confirmation_prompt=say("user.again")
        )
        return typed
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""


@user.command()
def add(name: NameArgument) -> None:
    """新建账号；密码从键盘或标准输入读入。 / Make an account; its password is typed or piped.

    例 / example:  matcher user add zhang
    """
    from matcher.accounts import Accounts

    accounts = Accounts()
    accounts.add(name, _password())
    note(say("user.added", name=name, file=accounts.file))


@user.command("list")
def list_() -> None:
    """列出账号。 / List the accounts.

    例 / example:  matcher user list
    """
    from matcher.accounts import Accounts

    for account in Accounts().all():
        print_row(account.name, account.created)


@user.command()
def passwd(name: NameArgument) -> None:
    """改密码，并解除锁定。 / Change a password, and unlock.

    例 / example:  matcher user passwd zhang
    """
    from matcher.accounts import Accounts

    Accounts().change(name, _password())
    note(say("user.changed", name=name))


@user.command()
def remove(name: NameArgument) -> None:
    """删除账号；登录中的立即失效，申报季文件保留。 / Remove an account; whoever is logged in is out at once, seasons stay.

    例 / example:  matcher user remove zhang
    """
    from matcher.accounts import Accounts

    Accounts().remove(name)
    note(say("user.removed", name=name))
