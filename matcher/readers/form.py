"""An application form: title, abstract and the rest found by their headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcher.readers.labels import EXTRA, PROPOSAL, names
from matcher.segment import fold

# Headings beside the column names of a batch; sections of an application form end one another.
_MORE: Mapping[str, tuple[str, ...]] = {
    "title": ("项目题目", "申报项目名称", "研究课题名称", "课题题目", "projectname"),
    "abstract": (
        "摘要", "项目摘要", "项目简介", "研究摘要", "内容提要", "项目内容摘要", "项目概述", "研究内容", "主要研究内容", "研究目标与内容",
        "研究目标和内容", "项目主要内容", "主要内容", "研究内容及方法", "研究思路与内容", "abstract", "summary",
    ),
    "declared": ("申报指南课题", "指南课题", "对应指南课题", "选题名称", "选题编号", "所属指南方向", "申报类别及题目"),
}  # fmt: skip
# What an abstract is taken from, best first: a summary says it in the applicant's own few words.
_SUMMARIES = (
    "摘要", "项目摘要", "研究摘要", "中文摘要", "内容摘要", "内容提要", "项目简介", "项目概述", "项目内容摘要", "简介", "abstract", "summary",
)  # fmt: skip
# Headings that hold nothing we read, but where another section ends.
_OTHER = (
    "研究背景", "研究意义", "选题依据", "立项依据", "研究方法", "技术路线", "研究基础", "预期成果", "考核指标", "创新点", "进度安排",
    "计划进度", "研究计划", "参考文献", "项目组成员", "单位意见", "审核意见", "承诺", "联系电话", "联系人", "电子邮箱", "手机", "通讯地址",
    "邮编", "职称", "职务", "性别", "关键词", "关键字", "研究目标", "研究现状", "国内外研究现状", "可行性分析", "经费概算", "项目来源",
    "起止时间", "研究期限", "完成时间", "成果形式", "合作单位", "keywords",
)  # fmt: skip
_NUMBERING = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．:：\s]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*|第[一二三四五六七八九十\d]+部分\s*)"
)
_LONGEST_HEADING = 24


def _names() -> dict[str, str]:
    """Folded heading → field ("" for a heading of something else)."""
    found = dict.fromkeys(map(_key, _OTHER), "")
    for key, places in names(column=False).items():
        field = "abstract" if places[0][0] == "content" else places[0][0]
        found[key] = field if field in (*PROPOSAL, *EXTRA) and field not in ("id", "year") else ""
    for field, headings in _MORE.items():
        found.update({_key(name): field for name in headings})
    return found


def _key(heading: str) -> str:
    return "".join(c for c in fold(heading).lower().partition("(")[0] if c.isalnum())


def read_form(lines: Sequence[str], *, wrapped: bool = False) -> dict[str, str]:
    """field → text of an application form, for the headings that are found.

    A heading stands before its text (项目名称：…), in the cell before it, or on the line above it.
    Sections such as 摘要 and 研究内容 go on until the next heading; of several, the summary is the
    abstract. Of a field that comes twice the first text counts. `wrapped` says that lines were broken
    by the page: then a section is one paragraph wherever a line ends without a stop.
    """
    names = _names()
    found: dict[str, str] = {}
    abstracts: dict[str, list[str]] = {}
    current: tuple[str, str] | None = None  # (field, heading) that the next line belongs to
    for line in lines:
        parts = _headed(line, names)
        if not parts:
            if current and line.strip():
                _add(found, abstracts, *current, line.strip())
                current = current if current[0] == "abstract" else None
            continue
        for field, heading, text in parts:
            current = (field, heading) if field == "abstract" or (field and not text) else None
            if field and text:
                _add(found, abstracts, field, heading, text)
    chosen = min(abstracts, key=lambda h: _SUMMARIES.index(h) if h in _SUMMARIES else 99, default=None)
    if chosen is not None:
        lines_of = abstracts[chosen]
        found["abstract"] = _unwrapped(lines_of) if wrapped else "\n".join(lines_of)
    return found


def _unwrapped(lines: Sequence[str]) -> str:
    """Lines that a page broke as paragraphs again: a line without a stop at its end goes on in the next."""
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and text[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        text += ("\n" if text.endswith(("。", "；", "！", "？", "：")) else " " if latin else "") + line
    return text


def _add(found: dict[str, str], abstracts: dict[str, list[str]], field: str, heading: str, text: str) -> None:
    if field == "abstract":
        abstracts.setdefault(heading, []).append(text)
    else:
        found.setdefault(field, text)


def _headed(line: str, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(field, heading, text) for each heading of a line; [] where the line is text.

    Cells of a table row are joined by " | ": a cell that is a heading owns those up to the next one.
    """
    cells = [cell.strip() for cell in line.split(" | ")]
    if len(cells) > 1:
        return _cells(cells, names)
    plain = _NUMBERING.sub("", line, count=1) if _NUMBERING.match(line) else line.strip()
    head, mark, text = _split(plain)
    key = _key(head)
    if len(head) <= _LONGEST_HEADING and key in names:
        return [(names[key], key, text.strip())]
    key = _key(plain)
    if not mark and len(plain.strip()) <= _LONGEST_HEADING and key in names:
        return [(names[key], key, "")]
    return []


def _split(line: str) -> tuple[str, str, str]:
    """What stands before the first colon, the colon, and what follows it."""
    found = re.search(r"[:：]|】", line)
    if not found:
        return line, "", ""
    return line[: found.start()].lstrip("【[ "), found[0], line[found.end() :].lstrip(":： ")


def _cells(cells: Sequence[str], names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, list[str]]] = []
    for cell in cells:
        key = _key(_NUMBERING.sub("", cell, count=1))
        if len(cell) <= _LONGEST_HEADING and key in names:
            found.append((names[key], key, []))
        elif found:
            found[-1][2].append(cell)
    return [
        (field, key, "、".join(texts) if field == "members" else " ".join(texts))
        for field, key, texts in found
    ]
