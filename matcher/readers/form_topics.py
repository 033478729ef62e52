"""The declared topic of a form that asks for it by several names, some of which may mean the title."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from matcher.readers.labels import label_key
from matcher.readers.value_shapes import is_code

_TOPIC_NUMBER = re.compile(r"(?:编号|序号|代码|题号)\s*[:：为]?\s*([\w.\-—]+)")
_ASKS_TITLE = re.compile(r"(?:名称|题目|标题)\s*[:：]?\s*$|(?i:title)")
# Which kind of topic it is, the guide's or the applicant's own, says nothing of which.
_OWN_TOPIC = re.compile(
    r"[\s\W]|^\d{1,2}[.、]|(?:(?:申报|对应|所选|来自|属于)?(?:指南|课题指南|自选|自拟|自设|自主)(?:内|中)?(?:的)?(?:选题|课题|题目|项目)?)"
)
_OF_CALL = re.compile("(?:funding)?call(?:id|no|number|code|ref|reference|title)?")
_OUTLINE = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)(?![\d\-—])")
_EITHER = re.compile("(?:^|申报|申请|拟报|拟申报|研究)(?:课题|项目|选题)(?:名称|题目)?$")


class Topics:
    """Places what stands under the names of the declared topic among the fields of a form."""

    def __init__(self, fields: MutableMapping[str, str], blank: MutableMapping[str, str]) -> None:
        """`fields` and `blank` are the form's, changed as they are read."""
        self._fields, self._blank = fields, blank
        self._of_call = (
            False  # whether the topic came under a name of the call, which any other name is better than
        )
        self._may_be_title = False  # whether the topic came under a name that may mean the title

    def placed(self, text: str, label: str) -> tuple[str, str]:
        """(field, value) of a text under a name of the topic; ("declared", "") where it says nothing new.

        The text is the title where the topic is known by code and title already (投标题目). What 申报课题 gave as the topic becomes
        the title where `label` asks for the topic for sure.
        """
        if text == self._fields.get("title"):
            return "declared", ""
        topic = self._fields.get("declared", "")
        if "title" not in self._fields:
            key = label_key(label)
            names_it = _ASKS_TITLE.search(key) or _EITHER.search(key)
            if " " in topic and names_it and topic_with_code(topic, text, label) == topic:
                return "title", text
            if self._may_be_title and not _EITHER.search(label_key(label)):
                self._fields["title"] = self._fields.pop("declared")
                self._blank.pop("title", None)
        self._may_be_title = "declared" not in self._fields and bool(_EITHER.search(label_key(label)))
        of_call = _OF_CALL.fullmatch(label_key(label)) is not None
        if self._of_call and not of_call:
            self._fields.pop("declared", None)
        self._of_call = of_call and "declared" not in self._fields
        return "declared", topic_with_code(self._fields.pop("declared", ""), text, label)


def topic_with_code(topic: str, text: str, label: str = "") -> str:
    """The declared topic where a form asks for it twice: its code before its title, else what was written first.

    A title joins a code that is known where its own label asks for a title.

    >>> topic_with_code("海洋生态", "HY-03"), topic_with_code("1-05", "社会学"), topic_with_code("", "☑指南选题，编号：05")
    ('HY-03 海洋生态', '1-05', '05')
    """
    if (written := _TOPIC_NUMBER.search(text)) and not _OWN_TOPIC.sub("", text[: written.start()]).strip():
        text = written[1]
    text = "" if not _OWN_TOPIC.sub("", text).strip() else text
    if not topic or not text:
        return topic or text
    if (
        (wide := _OUTLINE.match(topic))
        and (fine := _OUTLINE.match(text))
        and fine[1].startswith(wide[1] + ".")
    ):
        return text  # 专题 4 绿色储能, 方向 4.2 钠离子电池
    if is_code(text):
        return topic if any(c.isdigit() for c in topic) else f"{text} {topic}"
    return f"{topic} {text}" if is_code(topic) and _ASKS_TITLE.search(label) else topic
