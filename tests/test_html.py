"""Pages from templates: every text is escaped, and rows are written as they come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jinja2 import UndefinedError

from matcher.pages import page


def test_a_table_shows_texts_as_texts() -> None:
    rows = [["名称 <name>", "数 n"], ["<script>'\"&\u202e\n二", 3], [None, 0.5]]
    lines = "".join(page("table.html", {"rows": iter(rows)})).splitlines()
    assert lines == [
        "<table class=fit><thead><tr><th>名称 &lt;name&gt;</th><th>数 n</th></tr></thead><tbody>",
        "<tr><td>&lt;script&gt;&#39;&#34;&amp;<br>二</td><td class=n>3</td></tr>",
        "<tr><td class=n></td><td class=n>0.5</td></tr>",
        "</tbody></table>",
    ]


def test_rows_are_taken_when_they_are_written() -> None:
    taken = []

    def rows() -> Iterator[list[str]]:
        for number in range(1000):
            taken.append(number)
            yield [str(number)]

    for piece in page("table.html", {"rows": rows()}):
        if piece == "10":
            break
    assert 11 <= len(taken) <= 13, "no more than what comes next has been asked for"


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="rows"):
        list(page("table.html", {}))
