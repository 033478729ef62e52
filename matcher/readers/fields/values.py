"""What stands where a form is filled in: a value, nothing yet, or a hint of the template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.language import is_latin
from matcher.readers.blocks import without_line_ends
from matcher.segment import fold, word_spans

_LEAST_PROSE = settings.characters("readers.form.least")
_LONGEST_HINT = settings.characters("readers.form_values.longest_hint")
_LONGEST_REQUEST = settings.characters("readers.form_values.longest_request")
_LONGEST_REMARK = settings.characters("readers.form_values.longest_remark")
_LONGEST_NAME = settings.characters("readers.form_values.longest_form_name")
_LATIN = settings.factor("readers.form.latin_title")
_LONGEST_LIMIT = settings.characters("readers.form_values.longest_limit")

_BRACKET = re.compile(r"([（(【\[〔<])|[）)】\]〕>]")
# A mark between other brackets says "less than": 研究内容（字数<1000）.
BRACKETED = re.compile(r"(?:[（(【\[〔][^（）()【】\[\]〔〕]*[)）】\]〕]|<[^（）()【】\[\]〔〕<>]*>)")
_LEAD = re.compile(rf"\s*{BRACKETED.pattern}")
_IN_LANGUAGE = re.compile(r"\W*(?:[中英]文(?:名称?)?|chinese|english)\W*", re.I)  # （中文）夜市治理
LAST = re.compile(r"[（(【\[][^（）()【】\[\]]{1,40}[）)】\]]\s*$")
# Words by which a template speaks to the person who fills it in.
ASKS = re.compile(
    r"不超过|不少于|不得超过|不多于|以内|字左右|限\s*\d|\d\s*字|请|填写|填报|可删除|可另|另附|附页|加页|示例|样例|如有|例如|简要|简述|说明|阐述|概述"
    r"|勿|不得|应[与为当包]|须|必填|选填|单选|多选|打[√勾]|盖章|公章|签字|签章|签名|手写|至少|包括|同上|同指南|与指南|请选|下拉|可多选|字数|按照|本栏|此处|该项"
    r"|(?i:please|max(?:imum)?|words|characters|click|tap|enter|optional|required|delete|describe|select|e\.g\.)"
)
_REQUEST = re.compile(
    r"(?:请(?:在|简要|简述|按|填|如实|用|说明|阐述|概述|重点|围绕|结合|逐|分|对|就|从|列|提供|选|勿(?![^。]{0,20}(?:当[作成]|视[作为]|归[入为]|理解|混[同淆]|等同))|于)|单击|点击|此处|在此(?!基础)(?:处|[^。]{0,4}(?:填|写|输入|键入|粘贴|插入|添加|上传|[说写]明|[描简概]述))|本(?:表|栏|部分|活页)[^。]{0,16}(?:撰写|填写|填报|论证)|(?:请)?(?:参照|按照?|对照)(?:以下|下列|上述)(?:提纲|要点|要求))"
    r"[^。]{0,80}[。：:；]?|[☑□☐☒]\s*(?:本人|我|I\b|We\b).{0,40}?(?:承诺|同意|确认|阅读|confirm|agree|declare|read\b)"
    r".{0,60}?(?:以上|内容|信息|材料|[真属]实|准确|摘要|办法|规定|条款|须知|指南|责任|above|information|correct|true|accurate|terms|rules|guid).*"
    r"|(?i:tell us\b.{0,120}|(?:click|tap|please(?! find\b[^.]*\.\s*\S))\b.{0,120}"
    r"|(?:in [^,.]{3,40}, )?(?:describe|list|outline|summari[sz]e|explain|state|set out|indicate|provide|give details of)\b[^.]{0,60}"
    r"\b(?:proposed|your|you|we can use|the (?:main|project|research))\b[^.]{0,80}\.?|word (?:limit|count)\W*\d[\d,]*)"
)
# A sentence that tells how a field is to be filled in stands where its value would; in a text it may be meant.
_TELLS = re.compile(
    r"(?:应(?!急|用|对|收|届|激|力|变)|须|请|填写?(?!海|埋|充|料)|只能|限填|不得|字数|控制在|简要|简明|准确|如实)"
    r"(?=.{0,60}(?:\d+\s*个?汉?字|字数|填|全称|须|不得|不超过|只能|简明|为准|打印|公章)).{0,80}"
)
# How long a text may be, and what it should say.
_LIMITED = re.compile(
    r"[(（]?(?:请用|限|不超过|不少于|不多于|控制在)?\s*\d+\s*个?汉?字(?:以内|左右|之内|以上|以下)?(?:[)）]?[。.]?|(?:[，,、；;。]|概括|描述|说明|简述).{0,60})"
    r"|(?:简[要明])?(?:[概简阐]述|说明|描述|介绍)[^。]{2,60}[，,](?:限|不超过|控制在|不少于)?\s*\d+\s*个?汉?字(?:以内|左右|之内|以上)?[。]?"
)
_LIMITED_IN_ENGLISH = re.compile(
    r"(?:max(?:imum|\.)?|up to|(?:no|not) more than|limit)\W*\d[\d,]*\s(?:words?|characters|pages?)\W*"
    r"|(?:please )?(?:use|write|in) (?:up to|(?:no|not) more than|about|a maximum of) \d[\d,]* (?:words|characters)\b[^.]{0,120}\.?"
    r"|[^.。]{0,80}[(（](?:max\.?|maximum|up to|(?:no|not) more than|about|limit)\s[^()]*(?:words?|characters|pages?)[^()]*[)）][^.。]{0,80}",
    re.I,
)
# On how to write, behind what to write.
_ADVICE = re.compile(
    r"(?:(?:please|avoid|use|write|keep|be|assume|focus on|limit|make (?:it|sure)|ensure|include|remember"
    r"|(?:do not|don't|never) \w+)\s[^.]{2,90}(?:\.\s*|$))+",
    re.I,
)
_REMARK = re.compile(
    r"(?:\*|※|★)?\s*(?:注|注意|备注|说明|提示|温馨提示|要求|填写?[写报表]?(?:说明|要求|须知|提示|注意)|(?i:guidance|hint|help text))\s*\d?\s*[:：]"
)
# How a letter ends.
_CLOSING = re.compile(
    r"(?:妥否，?|以上|当否，?)?(?:恳|敬|谨)?请(?:予以?|贵\w{1,4})?(?:审阅|审批|批准|批示|指正|审查|审核|支持|立项|研究)(?:为盼|为荷)?[。！!]?|此致|敬礼[!！]?|特此(?:报告|申请|申报|函达|说明)[。！]?"
    r"|(?:[□☐☑☒]\s*)?(?:本人|[本我]单位|申[报请]人)(?:郑重)?(?:承诺|保证|声明)[,，:：]?(?:以上|上述|所[填报])[^。，]{0,8}(?:属实|真实)(?!性)[^。]{0,40}[。！!]?"
    r"|如有(?:任何)?(?:问题|疑问|不妥)[^。]{0,20}[。！]?(?:谢谢[您你]?[！!。]?)?|[谨恭顺敬即]?[祝颂](?:好|您|各位|大家|工作|身体|科研|[商春夏秋冬时近研文][祺安绥]|安好)[^，。：:]{0,8}[！!。]?|(?:谢谢|感谢|期待)[^，。：:]{0,12}[！!。]?"
    r"|(?i:(?:(?:kind|best|warm|with kind|with best|many|yours)\s)?(?:regards|wishes|thanks|sincerely|faithfully|truly)[,.]?"
    r"|(?:if you have any questions|(?:we |i )?look(?:ing)? forward to (?:(?:hear|meet|discuss)(?:ing)?|your|an?\b|the (?:opportunity|chance))"
    r"|thank you(?: for (?:your|considering|reading|taking)|(?: very much)?[.!]?$)|please (?:let|feel free|do not hesitate)"
    r"|we would (?:be (?:glad|happy|pleased|delighted) to|welcome the opportunity to) (?:send|provide|submit|discuss|answer|meet|share))\b.{0,80})"
)
_SALUTATION = re.compile(
    r"致[:：].{2,40}|尊敬的[^，。；,;]{2,20}[:：,，]|[您你大]家?们?好[:：,，！!。]"
    r"|[^，。；,;]{0,12}(?:各位|贵\w|老师|领导|专家|同志|先生|女士|评委|评审|同仁|编辑|主任)们?[，,]?(?:[您你]们?|[上下]午|早上|晚上)?好?[:：,，！!。]"
    r"|(?:Hello|Hi)(?: [A-Z][\w.'’-]*| all| team| there| everyone){1,3}[,:，：!]"
    r"|(?:Dear\s\w|To (?:the|whom)\s)[\w .,'’&/-]{1,80}[,:，：]"
)
SEAL = re.compile(
    r"(?<!\s)\s*[（(]\s*(?:单位)?(?:盖章|公章|章|签字|签章|签名|加盖[^）)]{0,8}|手写签名|印章)\s*[）)]\s*$"
)
_DAY = r"(?:年[\s_＿]*月(?:[\s_＿]*日)?)?"
_EMPTY = re.compile(
    rf"(?:无|暂无|略|/|(?i:n/?a|none))[。.]?|(?:[一-鿿]{{1,8}}\s*[:：][\s_＿]*){{2,}}|[\s_＿—=~\-/／.…·:：、,，。□☐○◯〇×xX*＊﹍﹎]*+{_DAY}[\s_＿\-—~～至到]*+{_DAY}\s*"
)
# What a list to choose from, or a box of Word to write in, shows before anybody did.
_AROUND = r"[\s\-—–―_=.…·。*<>《》〈〉\[\]［］【】()（）|▼▾↓]*"
_UNCHOSEN = re.compile(
    rf"{_AROUND}(?:请(?:下拉|点击|单击)?(?:选择?|输入|填写|录入)[^，。；：,;:]{{0,6}}"
    r"|(?:点击|点此|单击)(?:或(?:点击|单击))?(?:此处)?(?:选择|输入|填写|上传)(?:文字|文本|日期|内容|一项)?"
    r"|(?:尚?未|没有|待)(?:选择?|填写?)|选择(?:一项|日期|选项)|(?:从)?下拉(?:列表中?)?选择"
    r"|(?i:(?<=[-–—] )none(?= [-–—])|(?:none|not|nothing|no item) selected|(?:please )?(?:select|choose)(?: (?:one|an?|your)\b)?"
    r"(?: (?:option|item|value|date|file|category|topic|theme|area|answer|type|country|institution|organi[sz]ation))?"
    r"(?: (?:from|of) (?:the |this )?(?:list|options|following|drop-?down(?: list| menu)?))?"
    r"|(?:click|tap)(?: or (?:click|tap))? (?:here )?to (?:enter|select|add|choose|type)\b[\w ]{0,20}"
    rf"|(?:enter|type) (?:your |the |an? )?(?:text|name|title|date|value|answer|e-?mail)?(?: ?here)?)){_AROUND}"
)
_OWN_TITLE = re.compile(
    r"(?:(?:申报|申请|任务|计划|推荐|建议|征集|论证|登记|信息|评审|审批|合同|汇总|应榜|揭榜|应答|投标|备案|立项|报名)简?[书表单]|(?:立项|项目|课题|基金)(?:申请|申报)(?=$|[（(【])|活页"
    r"|立项报告|可行性(?:研究)?报告|(?i:^application for (?:an? |the )?[\w -]{0,40}(?:fellowship|grant|award|scholarship|funding)s?"
    r"(?: for research in \w+)?|application form|technical description(?= ?\(part)|proposal form|applications?|proposals?"
    r"|concept (?:note|paper)|one-page outline|case for support|^(?:white paper|expression of interest)|letter of (?:intent|in(?:quiry|terest))))"
    r"(?:\s*[（(【][^（）()【】]{1,20}[)）】])?"
)
# A report that says in its name of which project it is, and the name alone.
_REPORT = r"(?:项目)?(?:资金申请|申请|(?:预|初步)?可行性(?:研究)?|建议|立项)(?:报告|书)"
_OF_PROJECT = re.compile(
    rf"(?!.*揭榜挂帅)(.{{6,}}(?<!计划)(?<!专项)(?<!基金)(?<!资金)(?<!科技)(?<!科研)(?<!重点)(?<!研发)(?:项目|工程))之?{_REPORT}"
)
REPORT_NAME = re.compile(_REPORT)
_BOX = re.compile(r"([□☐○◯⬜▢☑☒■●√✓✔✅✗✘]|[\[［(（]\s*+(?:[√✓✔xX×]\s*+)?[\])）］])")
_NUMBERED = re.compile(r"[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]")  # a topic's number
_QUOTED = re.compile(r"[《「『“\"]([^《》「」『』“”\"]+)[》」』”\"]")
# The last letters of a text whose words are to come. Of the English ones a capital A is a name: vitamin A.
_TO_COME = re.compile(
    r"[的和与及、,，(（《“‘:：\-–—]$|(?<![\w-])(?:(?i:of|the|and|or|for|in|with|to|by|from|on)|an?)$"
)
# How the rest of a text begins, in the line below.
_JOINS = re.compile(r"[a-z(]|[与和及的之]|研究|应用|分析|技术|机制")
_OWN_VALUE = re.compile(r"[_＿]{2}\s*$|[^\s:：]\s{3,}$")  # 所属：__某某公司__   □在站  ☑国内
_OPEN = frozenset("□☐○◯⬜▢")
_TICKED = frozenset((*"☑☒■●√✓✔✅✗✘", "[x]", "[X]", "(x)", "(X)"))


def latin_factor(text: str) -> float:
    """How many times as many letters a title or summary takes as in Chinese."""
    return _LATIN if is_latin(text) else 1


def closes(line: str) -> bool:
    """Whether a line ends a letter: below it stand who signs and the letters that it answers."""
    return _CLOSING.fullmatch(line) is not None


def breaks_off(text: str) -> bool:
    """Whether a text ends in the midst of its words.

    >>> breaks_off("盐田生态补偿的"), breaks_off("Reuse of"), breaks_off("Doses of vitamin A"), breaks_off("夜市治理研究")
    (True, True, False, False)
    """
    return _TO_COME.search(text) is not None


def joins(above: str, below: str) -> bool:
    """Whether a line goes on one that had room for more, by how that ends, how this begins, or a word that the break parts: 一体 / 化工艺."""
    above, below = fold(above), fold(below)
    parted = any(start < len(above) < end for start, end in word_spans(above + below))
    return parted or breaks_off(above) or _JOINS.match(below) is not None


def opens(line: str) -> bool:
    """Whether a line opens a letter: above one in English stand who writes and to whom."""
    return _SALUTATION.fullmatch(line) is not None


def is_hint(line: str) -> bool:
    """Whether a line is the template's word to the person who fills it in, and no content.

    >>> is_hint("（不超过30字，应与指南题目一致）"), is_hint("填写说明：请在上方填写。"), is_hint("（一）现状")
    (True, True, False)
    """
    text = line.strip()
    if not text:
        return False
    first, stop, rest = text.partition(". ")
    if stop and len(text) <= _LONGEST_REMARK and (_ADVICE.fullmatch(rest) or is_hint(rest)):
        return is_hint(first + ".")
    bare = without_brackets(text)
    if not bare.strip("。.；;：: *※"):
        return bool(ASKS.search(text)) or len(text) <= _LONGEST_HINT
    if (
        _CLOSING.fullmatch(text)
        or (_REQUEST.fullmatch(text) and len(text) <= _LONGEST_REQUEST)
        or _LIMITED.fullmatch(text)
    ):
        return True
    if len(text) <= _LONGEST_LIMIT and _LIMITED_IN_ENGLISH.fullmatch(text):
        return True
    remark = _REMARK.match(text)
    return bool(remark and len(text) <= _LONGEST_REMARK and ASKS.search(text, remark.end()))


def is_remark(label: str) -> bool:
    """Whether a label only says that something is remarked: 说明, 备注, Note."""
    name = label.strip(" :：")
    return name.lower() in ("note", "notes") or _REMARK.fullmatch(name + ":") is not None


def without_brackets(text: str) -> str:
    """A text without what stands in brackets, also in brackets within brackets."""
    opened: list[int] = []  # of the brackets not closed yet, where they begin
    closed: list[tuple[int, int]] = []  # outermost pairs, in order
    for bracket in _BRACKET.finditer(text):
        if bracket[1]:
            opened.append(bracket.start())
        elif opened:
            start = opened.pop()
            while closed and closed[-1][0] > start:
                closed.pop()
            closed.append((start, bracket.end()))
    ends = [0, *(end for _, end in closed)]
    starts = [*(start for start, _ in closed), len(text)]
    return "".join(text[a:b] for a, b in zip(ends, starts, strict=True))


def is_own_title(line: str) -> bool:
    """Whether a line is the name of the form itself: 2021年度科技计划项目申报书."""
    text = fold(line).strip().replace(" ", "") if not line.isascii() else line.strip()
    if len(text) > _LONGEST_NAME * (1 + is_latin(text)) or _OF_PROJECT.fullmatch(text):
        return False
    named = _OWN_TITLE.search(text)
    return named is not None and named.end() == len(text)


def project_of(line: str) -> str:
    """The project that a report's name begins with: 核桃青皮色素提取项目 of 核桃青皮色素提取项目可行性研究报告; "" for none."""
    report = _OF_PROJECT.fullmatch(line.strip())
    return report[1] if report else ""


def is_empty(value: str) -> bool:
    """Whether a value holds nothing yet: blank, underscores, an unfilled date, an empty box, a choice that nobody made."""
    return _EMPTY.fullmatch(value) is not None or is_unchosen(value)


def is_unchosen(value: str) -> bool:
    """Whether a value is what a form shows where nobody has chosen or written anything.

    >>> is_unchosen("——请选择——"), is_unchosen("Choose an item."), is_unchosen("Choose your battles")
    (True, True, False)
    """
    return len(value) <= _LONGEST_NAME and _UNCHOSEN.fullmatch(value) is not None


def value_of(text: str, field: str = "") -> str:
    """The value of a field without the template's hints before and after it; of boxes what is ticked; "" if it holds nothing.

    A number in brackets is a value of the declared topic alone.

    >>> value_of("（不超过30字）夜市治理研究"), value_of("某某大学（盖章）"), value_of("□重点项目  ☑一般项目"), value_of("____")
    ('夜市治理研究', '某某大学', '一般项目', '')
    """
    text, start = SEAL.sub("", text.strip()), 0
    while (lead := _LEAD.match(text, start)) and lead.end() < len(text):
        if not (ASKS.search(lead[0]) or _IN_LANGUAGE.fullmatch(lead[0])):
            break
        start = lead.end()
    text = _ticked(text[start:]).strip()
    tail = LAST.search(text)
    if tail and tail.start() and ASKS.search(tail[0]):
        text = text[: tail.start()].strip()
    numbered = field == "declared" and _NUMBERED.fullmatch(text)
    if is_empty(text) or (is_hint(text) and not numbered) or _TELLS.fullmatch(text):
        return ""
    text = text.rstrip("_＿ ").lstrip("_＿…·.:： ").strip()
    quoted = _QUOTED.fullmatch(text)
    return quoted[1] if quoted else text


def _ticked(text: str) -> str:
    """Of several boxes the text of those that are ticked; a text without boxes as it is."""
    pieces = _BOX.split(text)
    if _OWN_VALUE.search(pieces[0]) and pieces[-1].strip():
        return pieces[0]
    if len(pieces[1::2]) > 1 and pieces[0].strip() and not pieces[-1].strip():
        pieces = _boxes_before(pieces)
    signs = [re.sub(r"[\[\]［］()（）\s]", "", sign) for sign in pieces[1::2]]
    boxes = list(zip(signs, map(str.strip, pieces[2::2]), strict=True))
    open_ = [not sign or sign in _OPEN for sign, _ in boxes]
    alone = len(boxes) == 1 and not pieces[0].strip("-*+• ")
    if alone and not _TICKED.isdisjoint((signs[0], pieces[1])):
        return boxes[0][1]
    if not any(open_) or (len(boxes) == 1 and pieces[1] not in _OPEN):
        return text
    chosen = [label for (_, label), empty in zip(boxes, open_, strict=True) if not empty and label]
    return "、".join(chosen) if chosen else pieces[0].strip()


def _boxes_before(pieces: Sequence[str]) -> list[str]:
    """Texts and boxes in turn with each box before its text, of a line that has them behind: 重点□  一般☑."""
    lead, colon, first = pieces[0].rpartition("：") if "：" in pieces[0] else pieces[0].rpartition(":")
    texts = [first]
    for between in pieces[2:-1:2]:  # on the box's own line it goes on: 指南选题（√），编号：05
        rest, _, name = between.rpartition("\n")
        texts[-1] += rest
        texts.append(name)
    return [lead + colon, *(piece for pair in zip(pieces[1::2], texts, strict=True) for piece in pair)]


def one_line(text: str) -> str:
    """A value that was broken over lines, as `without_line_ends`."""
    return without_line_ends(text).strip()


def is_prose(text: str) -> bool:
    """Whether a text says something in sentences."""
    return len(text) >= _LEAST_PROSE and any(stop in text for stop in "。.；;")
