"""Topics of a list that say of themselves that nobody can apply for them any more: POSITION FILLED, 本年度不受理申报."""

from __future__ import annotations

import re

from matcher import settings
from matcher.guide.prior import Draft, Reading
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.segment import fold

say = Catalogue(__file__)

_SHOWN = settings.characters("guide.reading.shown")
_NO_MORE = r"(?:已?停止|暂停|暂不|不再|不予|不)(?:接受|受理|征集|开放)?(?:申报|申请|受理|征集|揭榜)"
_WHEN = r"(?:本年度?|今年|20\d\d年度?|本[次批]|目前|现)?"
_OVER = (
    r"(?:position|project|place|studentship|topic|challenge|lot)s?"
    r" (?:(?:has|have) been |is |are |now |already )*(?:filled|taken|closed|withdrawn)"
)
# All that a bracket or what stands behind a dash at a title's end says, or a whole sentence: 该方向已立项，本年度不受理申报。
_CLOSED = re.compile(
    rf"\((?:已[^()。;,]{{1,8}},)?{_WHEN}(?:{_NO_MORE}|已(?:截止|关闭|满额|停止))\)$"
    rf"|(?:^|[。;])(?:该|本|此)(?:方向|课题|选题|项目|榜单|题目|专题|需求)(?:已[^。;,]{{1,16}},)?{_WHEN}{_NO_MORE}(?=$|[。;])"
    rf"|(?i:[(\[](?:this )?{_OVER}[)\]]|\s[–—-]\s*{_OVER}(?:[,.;(].{{0,40}})?$|[(\[](?:now |already )?(?:closed|filled|withdrawn)[)\]]$"
    rf"|^this {_OVER}(?: for (?:this|20\d\d)[^.;]*)?\.?$)"
)


def drop_closed(reading: Reading) -> list[Message]:
    """Take the topics that are closed by their own words out of `reading`, unless all are; the finding that says so."""
    closed = [draft for draft in reading.drafts if _is_closed(draft)]
    if not closed or len(closed) == len(reading.drafts):
        return []
    for draft in closed:
        reading.drafts.remove(draft)
        reading.roles.update(dict.fromkeys(range(draft.lines[0], draft.lines[1] + 1), "outside"))
    shown = [say("closed.line", line=draft.lines[0], text=draft.title[:_SHOWN]) for draft in closed]
    return [say("closed.left out", count=len(closed), lines=joined(shown, COMMA))]


def _is_closed(draft: Draft) -> bool:
    return any(_CLOSED.search(fold(text)) for text in (draft.title, *draft.names[:1], *draft.contents[:1]))
