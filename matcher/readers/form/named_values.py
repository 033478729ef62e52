"""What stands where the value of a field is awaited: the value, also behind its name, or another field below one left blank."""

from __future__ import annotations

import re

from matcher.readers.fields.declared import topic_in
from matcher.readers.fields.labels import WHO
from matcher.segment import HAN

OWN_LABEL = re.compile(rf"[{HAN}]{{2,8}}\s?[:：]")
# A name that nobody knows, with its value, behind that of a person or institution: 望江小学  教师：柳絮
_FURTHER = re.compile(rf"(?s)(?<=[{HAN}\d])[\s_＿]+([{HAN}]{{2,6}})\s*[:：](.*)$")
_BARE_NAME = re.compile(r"(?:姓\s*名|名\s*称|(?i:name))[\s:：]+(?=\S)")
_LANGUAGE = re.compile(r"\W*(?:[中英韩日]文|KOR|ENG|CHN|JPN|(?i:english|korean|chinese|japanese))\W*")
_IN_CHINESE = re.compile(r"^中文(?:名称?)?\s*[:：]\s*(?=\S)")
# A text without any sign of a code, below the name of one.
_NO_CODE = re.compile(r"(?:编号|代码|编码|序号|代号)\s*[:：]?\n[^\dA-Za-z一二三四五六七八九十]+")


def parted(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A value, and the name with its value that stands behind it on its line, if any."""
    further = _FURTHER.search(text)
    return (text[: further.start()], ((further[1], further[2]),)) if further else (text, ())


def is_language(text: str) -> bool:
    """Whether a line only names the language of the value below it."""
    return _LANGUAGE.fullmatch(text) is not None


def without_name(field: str, text: str) -> str:
    """A value without the name that it brings along: 姓名：…"""
    return (_BARE_NAME if field in WHO else _IN_CHINESE).sub("", text)


def is_another(field: str, label: str, text: str) -> bool:
    """Whether a line below the label of a field that was left blank is none of its values: another field, or no code.

    >>> is_another("declared", "课题编号：", "某某实验室"), is_another("declared", "课题编号：", "K3 泥沙")
    (True, False)
    """
    blank = field in WHO or (field == "declared" and re.search("号|码", label))
    other = OWN_LABEL.match(text) or (field == "declared" and _NO_CODE.search(f"{label}\n{text}"))
    return bool(blank and other and not topic_in(text))
