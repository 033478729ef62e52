"""What a column of a table may be by what it holds: titles, ids, texts, topics, who applies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.fields.labels import WHO, field_name, label_key, names
from matcher.readers.fields.words import PEOPLE, SAY_IT
from matcher.readers.sheet.delimited import DelimitedLine
from matcher.readers.sheet.xlsx import column_letters
from matcher.readers.table.cells import abbreviates, mostly, of_two, own_values
from matcher.readers.table.columns import TEXTS, Header, column_fields, unused
from matcher.readers.table.numbers import number_proposals

say = Catalogue(__file__)

# Full name, 技术成果, 需求/项目: of the project itself
_MISNAMED = frozenset((WHO[1], "outcomes", "foundation", "category"))
_MAY_APPLY = frozenset(
    (WHO[1], "category", "recommender")
)  # Applicant, 成果来源, 推荐单位 above institutions
# 拟报课题, which may as well be a topic of the guide
_PROPOSED = re.compile(r"(?:课题|题目|项目)(?:名称)?$|(?i:\btitle|\bproject)")
_REVISED = re.compile(
    r"[修变]改[后为]|(?:修订|变更|调整|更正|更名)后|最终|(?i:\b(?:revised|final|amended|updated)\b)"
)
# What is said of a proposal, or of who and what it needs, beside what it says itself.
_BESIDE = re.compile(
    "意见|[评审议]|备注|理由|反馈|查重|清单|名单|经费|预算|人员|成员|团队|单位|简历|地址"
    r"|(?i:review|comment|remark|notes?\b|feedback|reason|decision|panel|assess|strength|weakness|budget|cost|staff|team|people|equipment|address|biograph|\bcv\b)"
)


def completed(
    header: Header, lines: Sequence[DelimitedLine], chosen: Mapping[str, str]
) -> tuple[Header, list[Message]]:
    """The header with unknown columns as the fields it lacks whose values they hold, and sentences that say so.

    Phrases are titles, texts an abstract, codes a declared topic, institutions and persons who applies. Of several such columns none is taken.
    A column of sentences is no field of people but by a name that is listed for one, or `chosen` (field → column).
    """
    rows = [line.texts for line in lines if line.error is None and line.number > header.row]
    texts = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(len(header.names))]
    full = [row for row in rows if len([*filter(None, row)]) > 2]  # captions and notes fill a cell or two
    cells = [[row[i] if i < len(row) else "" for row in full] for i in range(len(header.names))]
    columns, remarks = _borne_out(header, texts, cells, chosen), list[Message]()
    partly = not columns.keys().isdisjoint(TEXTS[1:])  # why a study is made, and not what is done
    alike = "declared" not in chosen and _are_all_alike(texts[i] for i in columns.get("declared", ()))
    for field in ("title", "abstract", "declared", *WHO, "id"):
        again = field == "declared" and alike
        if (field in columns and not again) or (field == "abstract" and columns.keys() & SAY_IT):
            continue
        of_fields = {f: places for f, places in columns.items() if (field, f) != ("declared", "category")}
        free = unused(header.names, of_fields)
        free = [i for i in free if field not in ("title", "abstract", *WHO) or not of_two(header.names[i])]
        fitting = [i for i in free if mostly(field, header.names[i], texts[i])]
        fitting = fitting or own_values(field, {i: cells[i] for i in free if not again}, header.names)
        fitting = _narrowed(field, fitting, header.names, columns)
        own = "methods" if field == "abstract" and partly else field
        named = [header.names[i] for i in fitting]
        if field == "abstract" or len(fitting) == 1:
            columns[own] = (*fitting, *columns.get(own, ())) if again else (*columns.get(own, ()), *fitting)
            remarks += [say("column.by contents", name=name, field=field_name(own)) for name in named]
        elif fitting and field == "title":
            remarks.append(say("column.several", names=joined(named, COMMA), first=named[0]))
    bare = {i: own for i, own in enumerate(cells) if not header.names[i]} if "id" not in columns else {}
    ids = own_values("id", bare, header.names)
    if len(ids) == 1 and (letters := column_letters(ids[0] + 1)) not in header.names:
        columns["id"] = tuple(ids)
        header = replace(header, names=(*header.names[: ids[0]], letters, *header.names[ids[0] + 1 :]))
        remarks.append(say("column.by contents", name=letters, field=field_name("id")))
    columns = {field: places for field, places in columns.items() if places}
    return replace(header, columns=columns), remarks


def _are_all_alike(columns: Iterable[Sequence[str]]) -> bool:
    """Whether there are columns, and each says the same in every row: Program Area above Education, which all that are listed apply for."""
    each = [*columns]
    return bool(each) and all(len(texts) > 2 and len({*texts}) == 1 for texts in each)


def _narrowed(
    field: str, places: list[int], names: Sequence[str], columns: Mapping[str, tuple[int, ...]]
) -> list[int]:
    """Of several columns that may be the title the one before the texts (难题表述, not 期望做到); of texts the proposal's own, of ids the first."""
    if field == "id":
        return places[:1]
    if field == "abstract" and len(places) > 1:
        return [i for i in places if not _BESIDE.search(names[i])]
    first = min((place for text in TEXTS[1:] for place in columns.get(text, ())), default=0)
    before = [i for i in places if i < first]
    return before if field == "title" and len(before) == 1 else places


def _borne_out(
    header: Header,
    texts: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of a header, titles as they are now first and acronyms last, without those that hold something else:
    sentences, titles where no other column does, institutions, or codes (Country below Coordinator)."""
    columns = dict(header.columns)
    for field in PEOPLE.intersection(columns).difference(chosen):
        columns[field] = tuple(
            p
            for p in columns[field]
            if label_key(header.names[p]) in names(column=True)
            or (
                2 * sum("。" in text for text in texts[p]) <= len(texts[p])
                and (field != WHO[1] or column_fields(header.names[p]) or not all(map(str.isupper, texts[p])))
            )
        )
    columns |= _without_sentences(header.names, columns, cells, chosen)
    if len(ids := columns.get("id", ())) > 1:  # what says the same again numbers no proposals: 类别代码
        columns["id"] = (ids[0], *(i for i in ids[1:] if len({*texts[i]}) == len(texts[i])))
    columns |= {} if "id" in columns else _with_ids(header.names, columns, cells, chosen)
    if len(several := columns.get("title", ())) > 1 and "title" not in chosen:
        columns["title"] = tuple(
            sorted(several, key=lambda i: (abbreviates(cells[i]), not _REVISED.search(header.names[i])))
        )
    for field in columns.keys() & _MISNAMED - chosen.keys() if "title" not in columns else ():
        titles = own_values("title", {i: cells[i] for i in columns[field]}, header.names)
        columns[field] = tuple(i for i in columns[field] if i not in titles)
    if "title" not in columns:
        columns |= _without_titles(header.names, columns, texts, cells, chosen)
    for field in columns.keys() & _MAY_APPLY - chosen.keys() if WHO[0] not in columns else ():
        units = tuple(i for i in columns[field] if mostly(WHO[0], header.names[i], texts[i]))
        columns[WHO[0]] = (*columns.get(WHO[0], ()), *units)
        columns[field] = tuple(i for i in columns[field] if i not in units)
    return {field: places for field, places in columns.items() if places}


def _with_ids(
    names: Sequence[str],
    columns: Mapping[str, tuple[int, ...]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of titles or topics of a table without numbers, but for the one that numbers the proposals: Request ID, beside Program."""
    for field in columns.keys() & {"title", "declared"} - chosen.keys():
        several = columns[field]
        ids = [i for i in several if len(several) > 1 and number_proposals(field, names[i], cells[i])]
        if ids:
            return {"id": (ids[0],), field: tuple(i for i in several if i not in ids)}
    return {}


def _without_sentences(
    names: Sequence[str],
    columns: Mapping[str, tuple[int, ...]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of topics and of remarks without those of sentences, which say why a study is made (Challenge) or, where nothing else
    does, what is done (说明)."""
    done, without = not columns.keys().isdisjoint(SAY_IT), dict[str, tuple[int, ...]]()
    for field in columns.keys() & {"declared", *(() if done else ("opinion",))} - chosen.keys():
        own = own_values("abstract", {i: cells[i] for i in columns[field]}, names)
        if sentences := [i for i in own if not _BESIDE.search(names[i])]:
            without[field] = tuple(i for i in columns[field] if i not in sentences)
            without |= {"background": (*columns.get("background", ()), *sentences)} if done else {}
    return without


def _without_titles(
    names: Sequence[str],
    columns: Mapping[str, tuple[int, ...]],
    texts: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of texts and topics of a table without one of titles, but for the one that holds them: What we want to do, 拟报课题."""
    read = columns.keys() & (*TEXTS[1:], "declared") - chosen.keys()
    free = [i for i in unused(names, columns) if not of_two(names[i])]
    sentences = own_values("abstract", {i: cells[i] for i in free}, names)
    telling = len(read) > 1 or sentences or any(mostly("abstract", names[i], texts[i]) for i in free)
    phrases = {i: own for i, own in enumerate(cells) if not any("。" in text for text in own)}
    other = {i: own for i, own in phrases.items() if i in free}
    if not telling or own_values("title", other, names):
        return {}
    worded = [i for i in columns.get("declared", ()) if not mostly("declared", names[i], texts[i])]
    proposed = {i for i in worded if len(worded) == 1 and _PROPOSED.search(names[i])}
    named = {i for field in read for i in columns[field] if field != "declared" or i in proposed}
    phrases = {i: own for i, own in phrases.items() if i in named}
    titles = own_values("title", phrases, names)[:1]  # What we want to do, beside a pitch
    return {field: tuple(i for i in columns[field] if i not in titles) for field in read}
