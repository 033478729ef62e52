"""The data mix: pairs of texts that mean the same or belong together, by source.

A source reads its corpora and yields (first, second), cleaned. Pairs are cut to LONGEST characters.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

from training.corpora import Row, clean, dictionary, han_share, key, rows

Pair = tuple[str, str]
log = logging.getLogger(__name__)
LONGEST = 500  # characters of a text that are read
_SENTENCE = re.compile(r"(?<=[。；;!?])|(?<=[a-z)]\.)\s")


def _halves(text: str, rng: random.Random) -> Pair | None:
    """Two parts of `text` that share no sentence, each a random half; None if it has fewer than four."""
    sentences = [s for s in _SENTENCE.split(text) if len(s) > 8]
    if len(sentences) < 4:
        return None
    chosen = set(rng.sample(range(len(sentences)), len(sentences) // 2))
    first = "".join(s for i, s in enumerate(sentences) if i in chosen)
    return first, "".join(s for i, s in enumerate(sentences) if i not in chosen)


def chinaxiv_titles(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Chinese title with its abstract and with its keywords, keywords with the abstract."""
    for row in rows(folder, "chinaxiv_meta"):
        title, abstract = clean(row.get("title_zh")), clean(row.get("abstract_zh"))
        words = " ".join(clean(w) for w in row.get("keywords_zh") or [])
        yield from ((title, abstract), (words, abstract), (title, words))


def chinaxiv_parallel(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Chinese and English of one paper: titles, abstracts, and title with the other's abstract."""
    for row in rows(folder, "chinaxiv_meta"):
        zh, en = clean(row.get("title_zh")), clean(row.get("title_en"))
        abstract_zh, abstract_en = clean(row.get("abstract_zh")), clean(row.get("abstract_en"))
        if row.get("abstract_en_glued"):
            abstract_en = ""
        yield from (
            (zh, en), (abstract_zh, abstract_en), (zh, abstract_en), (abstract_zh, en), (en, abstract_en),
        )  # fmt: skip


def chinaxiv_keywords(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Keywords in both languages, one by one where the lists have the same length."""
    for row in rows(folder, "chinaxiv_meta"):
        zh = [clean(w) for w in row.get("keywords_zh") or []]
        en = [clean(w) for w in row.get("keywords_en") or []]
        yield (" ".join(zh), " ".join(en))
        if len(zh) == len(en):
            yield from zip(zh, en, strict=True)


def chinaxiv_passages(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Title with up to ten passages; a passage with the next one."""
    titles = {row["id"]: clean(row.get("title_zh")) for row in rows(folder, "chinaxiv_meta")}
    for row in rows(folder, "chinaxiv_passages"):
        chosen = [p[:LONGEST] for p in row["passages"] if len(p) > 60 and han_share(p[:LONGEST]) > 0.55]
        chosen = [clean(p) for p in chosen[:24]]
        title = titles.get(row["id"], "")
        for passage in rng.sample(chosen, min(12, len(chosen))):
            yield title, passage
        nearby = list(pairwise(chosen))
        yield from rng.sample(nearby, min(6, len(nearby)))


def arxiv(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Capped: nearly all of it is computer science, and its Chinese is machine-written."""
    for row in rows(folder, "arxiv_zh_summaries"):
        if rng.random() > 0.3:
            continue
        zh = {
            part: clean(row.get(f"zh_{part}"))
            for part in ("tldr", "motivation", "method", "result", "conclusion")
        }
        title, abstract = clean(row["title"]), clean(row["abstract"])
        yield title, zh["tldr"]
        yield abstract, zh["method"] + zh["result"]
        yield zh["tldr"], zh["motivation"] + zh["conclusion"]
        yield title, abstract


def sentences(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Tatoeba: everyday sentences, English and Chinese."""
    for row in rows(folder, "tatoeba_en_zh"):
        yield clean(row["en"]), clean(row["zh"])


def python_docs(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Technical sentences, English and Chinese; those with enough Chinese, capped."""
    for row in rows(folder, "python_docs_en_zh"):
        zh = clean(row["zh"])
        if han_share(zh) > 0.5 and rng.random() < 0.5:
            yield clean(row["en"]), zh


def words(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Dictionary headwords with their gloss."""
    for word, text in dictionary(folder).items():
        yield clean(text), word


def social_science(folder: Path, _: random.Random) -> Iterator[Pair]:
    """National Social Science Fund: title of the project with the title of its outcome."""
    for row in rows(folder, "nssf_project_vs_result_title"):
        yield clean(row["project_title"]), clean(row["result_title"])


def laws(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Name of a law with an article; an article with the next; two halves of a long one. Half of them."""
    before: Row = {"law": ""}
    for row in rows(folder, "laws_zh"):
        text = re.sub(r"^第[\d零一二三四五六七八九十百千]+条\s*", "", clean(row["text"]))
        row["clean"] = text
        if rng.random() < 0.4:
            yield clean(row["law"]), text
        if row["law"] == before["law"] and rng.random() < 0.3:
            yield before["clean"], text
        before = row


def reports(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Government work reports: neighbouring paragraphs; two halves of a long one."""
    for row in rows(folder, "gov_reports"):
        parts = [clean(p) for p in row["content"].split("\n") if len(p) > 40]
        yield from pairwise(parts)
        for part in parts:
            for _ in range(3):
                if halves := _halves(part, rng):
                    yield halves


def abstract_halves(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """Two halves of a Chinese abstract that share no sentence."""
    for row in rows(folder, "chinaxiv_meta"):
        if halves := _halves(clean(row.get("abstract_zh")), rng):
            yield halves


def english_funding(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Titles with abstracts of US awards and topics: the register of English funding."""
    for name, field in (("sbir_topics", "text"), ("sbir_awards", "abstract")):
        for row in rows(folder, name):
            yield clean(row["title"]), re.sub(r"^abstract ", "", clean(row[field]))
    for row in rows(folder, "nsf_awards"):
        yield clean(row["title_clean"]), clean(row["abstract"])


def glossary(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Science-policy terms with their synonyms and English; `folder` holds data/glossary.tsv or parts of it."""
    for file in sorted(folder.glob("glossary*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            cells = [[clean(w) for w in cell.split("|") if w.strip()] for cell in line.split("\t")]
            if len(cells) < 3 or line.startswith("#"):
                continue
            zh = cells[0] + cells[1]
            yield from ((zh[0], other) for other in zh[1:])
            yield from ((en, word) for en in cells[2] for word in zh)


def paraphrases(folder: Path, _: random.Random) -> Iterator[Pair]:
    """One research problem five times over, as data/paraphrases/ has it: each form with each other."""
    for file in sorted((folder / "paraphrases").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            title, content = clean(row["title"]), clean(row["content"])
            forms = [f"{title} {content}", clean(row["plain"]), clean(row["hard"]), clean(row["english"])]
            yield from combinations(forms, 2)
            yield from ((title, form) for form in [content, *forms[1:]])


def titles(folder: Path, _: random.Random) -> Iterator[Pair]:
    """Titles of social science and management projects, each with itself: training leaves words out."""
    for name in ("nssf_projects_to_2015", "nsfc_management_titles"):
        for row in rows(folder, name):
            title = clean(row["title"])
            yield title, title


OWN = ("glossary", "paraphrases")  # sources of our own writing, read from data/
Source = Callable[[Path, random.Random], Iterator[Pair]]
SOURCES: dict[str, Source] = {
    "chinaxiv_titles": chinaxiv_titles,
    "chinaxiv_parallel": chinaxiv_parallel,
    "chinaxiv_keywords": chinaxiv_keywords,
    "chinaxiv_passages": chinaxiv_passages,
    "abstract_halves": abstract_halves,
    "arxiv": arxiv,
    "sentences": sentences,
    "python_docs": python_docs,
    "words": words,
    "social_science": social_science,
    "laws": laws,
    "reports": reports,
    "english_funding": english_funding,
    "titles": titles,
    "glossary": glossary,
    "paraphrases": paraphrases,
}


def collect(
    source: Source, folder: Path, banned: frozenset[str], seed: int, same: bool = False
) -> tuple[list[Pair], int]:
    """Distinct pairs of `source` with both sides filled, and how many held an evaluation text and were removed.

    Pairs whose sides are alike but for punctuation go too, unless `same`.
    """
    found: dict[Pair, None] = {}
    removed = 0
    for first, second in source(folder, random.Random(seed)):
        pair = first[:LONGEST], second[:LONGEST]
        keys = key(pair[0]), key(pair[1])
        if not all(keys) or (keys[0] == keys[1] and not same):
            continue
        # One-word keys such as "hi" are LASER sentences too: dictionary glosses lose them as well.
        if not banned.isdisjoint(keys):
            removed += 1
            continue
        found[pair] = None
    return list(found), removed
