"""What the tests of the page share: a desk run without a browser, and a small batch."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from app import files

VOUCHER = "创新券政策对小企业有没有用"
COOKING = "今天晚饭吃什么好，红烧肉怎么做"
HAN = re.compile("[\u4e00-\u9fff]")

# Each page of the harness would read what all installed packages say of themselves, half a second.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def desk(name: str) -> AppTest:
    """One page, as `app_streamlit.py` runs it, without the navigation that the harness cannot drive."""
    return AppTest.from_string(f"from app import {name}\n{name}.page()\n", default_timeout=60)


def accept(page: AppTest) -> None:
    """Take the suggestion for the row that is open."""
    next(b for b in page.button if (b.key or "").startswith("row.suggested")).click().run()


def html(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(e.proto.body for e in page.get("html"))


def table(*rows: tuple[str, ...]) -> files.Received:
    lines = [("编号", "项目名称", "摘要", "申报课题", "负责人"), *rows]
    return files.Received("batch.csv", "\n".join(",".join(line) for line in lines).encode())


BATCH = table(
    ("a1", "创新券的作用", "创新券发放以后企业研发的变化", "2-12", "甲"),
    ("a2", "创新券兑付", "核对创新券发放与兑付记录，评价对科技型中小企业的促进", "2-20", "乙"),
    ("a3", "<script>alert(1)</script>", COOKING, "1-01", "丙"),
    ("a4", "", "", "1-01", "丁"),
)


def intake(batch: files.Received | Path = BATCH, lang: str = "zh", season: str = "") -> AppTest:
    """The intake desk that was sent a batch, which is kept in a season if one is named."""
    page = desk("intake")
    page.session_state["lang"] = lang
    if season:
        page.run().selectbox(key="season name").select(season).run()
    kept = files.Received(batch.name, batch.read_bytes()) if isinstance(batch, Path) else batch
    page.session_state["batch kept"] = kept
    page.run()
    return page.button(key="season keep").click().run() if season else page
