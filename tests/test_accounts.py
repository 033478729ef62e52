"""Accounts of the page: who may enter, who is shut out, and what the file holds."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import session
from matcher import shipped
from matcher.cli import season, servers
from matcher.credentials import LOCKED_SECONDS, TRIES, Accounts, check_host
from matcher.errors import AccountError
from matcher.season import Season
from tests.test_cli import one_line_error, run

pytestmark = pytest.mark.usefixtures("guides_read_once")

PASSWORD = "湖东2030年的密码"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash as it is, with a hundredth of its work."""
    monkeypatch.setattr("matcher.credentials._COST", 2**8)


def test_a_password_opens_its_own_account_only_and_is_kept_as_a_hash(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("zhang", PASSWORD)
    accounts.add("李", PASSWORD)
    assert accounts.names() == ["zhang", "李"]
    assert accounts.login("zhang", PASSWORD)
    assert not accounts.login("zhang", PASSWORD + " ")
    assert not accounts.login("nobody", PASSWORD)
    assert PASSWORD not in accounts.file.read_text("utf-8")
    one, two = (account.hash for account in accounts.all())
    assert one != two
    if sys.platform != "win32":
        assert stat.S_IMODE(accounts.file.stat().st_mode) == 0o600
    accounts.change("zhang", "another password")
    assert (accounts.login("zhang", PASSWORD), accounts.login("zhang", "another password")) == (False, True)
    accounts.remove("zhang")
    assert not accounts.login("zhang", "another password")


def test_wrong_passwords_lock_an_account_for_a_while(tmp_path: Path) -> None:
    now = 1000.0
    accounts = Accounts(tmp_path / "accounts.json", lambda: now)
    accounts.add("zhang", PASSWORD)
    for _ in range(TRIES):
        assert not Accounts(accounts.file, lambda: now).login("zhang", "wrong")  # another page counts too
    with pytest.raises(AccountError, match="try again in 16 minutes"):
        accounts.login("zhang", PASSWORD)
    now += LOCKED_SECONDS + 1
    assert accounts.login("zhang", PASSWORD)
    for _ in range(TRIES - 1):
        accounts.login("zhang", "wrong")
    assert accounts.login("zhang", PASSWORD)  # the right one starts the count again
    assert not accounts.login("zhang", "wrong")
    assert accounts.login("zhang", PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("../x", PASSWORD, "is no name"),
        (".", PASSWORD, "is no name"),
        ("", PASSWORD, "is no name"),
        ("new", "short", "has 10 to 200"),
        ("new", "x" * 201, "has 10 to 200"),
        ("zhang", PASSWORD, "There is an account"),
    ],
)
def test_what_is_no_account_is_named(tmp_path: Path, name: str, password: str, told: str) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("zhang", PASSWORD)
    with pytest.raises(AccountError, match=told):
        accounts.add(name, password)
    accounts.file.write_text("[{}]")
    with pytest.raises(AccountError, match="is damaged"):
        accounts.names()
    accounts.file.unlink()
    os.mkfifo(accounts.file)
    with pytest.raises(AccountError, match="no ordinary file"):
        accounts.names()


def test_other_machines_are_let_in_with_accounts_only(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    for local in ("localhost", "127.0.0.1", "::1"):
        check_host(local, accounts)
    for open_ in ("0.0.0.0", "192.168.1.2", "::", "example.org", ""):
        with pytest.raises(AccountError, match="needs accounts"):
            check_host(open_, accounts)
    with pytest.raises(AccountError, match="needs accounts"):
        check_host("localhost", accounts, login=True)
    accounts.add("zhang", PASSWORD)
    check_host("0.0.0.0", accounts)


def test_accounts_are_kept_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    assert "matcher user add" in one_line_error(run("app", "--host", "0.0.0.0"))
    assert run("user", "add", "zhang", stdin=f"{PASSWORD}\n".encode()).returncode == 0
    assert run("user", "list").stdout.split(b"\t")[0] == b"zhang"
    assert run("user", "passwd", "zhang", stdin=b"another password\n").returncode == 0
    monkeypatch.undo()
    accounts = Accounts(tmp_path / "accounts.json")
    assert accounts.login("zhang", "another password")
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    assert "There is no account li" in one_line_error(run("user", "passwd", "li", stdin=b"another password"))
    assert run("user", "remove", "zhang").returncode == 0
    assert json.loads((tmp_path / "accounts.json").read_text("utf-8")) == []


def test_the_page_asks_who_is_there_and_keeps_own_seasons_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    monkeypatch.setenv("MATCHER_LOGIN", "1")
    for name in ("zhang", "li"):
        Accounts().add(name, PASSWORD)
    Season.new(tmp_path / "seasons" / "all.season", shipped.default_guide()).close()
    Season.new(tmp_path / "seasons" / "own" / "li" / "mine.season", shipped.default_guide()).close()
    page = AppTest.from_file(str(shipped.app_page()), default_timeout=60).run()
    assert not page.text_area
    page.text_input(key="login name").input("zhang")
    page.text_input(key="login password").input("wrong password")
    page.button[0].click().run()
    assert "名字或密码不对" in "\n".join(e.proto.body for e in page.get("html"))
    page.text_input(key="login password").input(PASSWORD)
    page.button[0].click().run()
    assert page.text_area(key="proposal")
    seen: dict[str, list[str]] = {}
    for name in ("zhang", "li"):
        with monkeypatch.context() as patch:
            patch.setattr("app.session._named", lambda name=name: name)
            choosing = AppTest.from_string("from app import seasons\nseasons.choose()\n").run()
        seen[name] = list(choosing.selectbox[0].options)[1:-1]
    assert seen == {"zhang": ["all"], "li": ["all", "mine（自己的）"]}
    Accounts().remove("zhang")
    pressed: list[str] = []
    session.press("queue", pressed.append, "2")
    assert pressed == []  # what answers a press runs before the page asks who is there
    assert not page.run().text_area


def test_a_list_without_anything_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    season.list_(tmp_path / "elsewhere")
    servers.user_list()
    out, errors = capsys.readouterr()
    assert (out, [line.split(" / ")[1] for line in errors.splitlines()]) == (
        "",
        [
            f"There is no season in {tmp_path / 'elsewhere'} yet; use matcher season new.",
            f"There is no account in {tmp_path / 'accounts.json'} yet; use matcher user add.",
        ],
    )


def test_no_two_accounts_have_names_that_a_file_system_takes_for_one(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.add("Zhang", PASSWORD)
    for name in ("zhang", "ZHANG", "zhang."):
        with pytest.raises(AccountError, match="Zhang"):
            accounts.add(name, PASSWORD)
    accounts.add("zhang.li", PASSWORD)
    assert accounts.names() == ["Zhang", "zhang.li"]


def test_who_logs_in_where_anothers_session_ran_out_finds_nothing_of_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    monkeypatch.setenv("MATCHER_LOGIN", "1")
    page = AppTest.from_file(str(shipped.app_page()), default_timeout=60).run()
    for name in ("zhang", "li"):
        Accounts().add(name, PASSWORD)

    def text_after_login(name: str) -> str:
        session._sessions().clear()
        page.run().text_input(key="login name").input(name)
        page.text_input(key="login password").input(PASSWORD)
        page.button[0].click().run()
        return str(page.text_area(key="proposal").value)

    text_after_login("zhang")
    page.text_area(key="proposal").input("夜市").run()
    page.session_state["batch kept"] = "batch"
    assert (text_after_login("zhang"), page.session_state["batch kept"]) == ("夜市", "batch")
    assert (text_after_login("li"), "batch kept" in page.session_state) == ("", False)
    page.text_area(key="proposal").input("茶园").run()
    kept = session._sessions()  # the browser's login is another's by now
    kept.update({key: ("zhang", until) for key, (_, until) in kept.items()})
    assert page.run().text_area(key="proposal").value == ""
