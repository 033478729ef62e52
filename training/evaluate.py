"""One evaluation for every experiment: NSFC projects to codes, LASER sentences, with and without BM25.

Protocol: an NSFC query is title and keywords; a document is name, parent and description of a code,
embedded as one text, not cut. BM25 runs over jieba words and character bigrams of the same texts
(k1 1.2, b 0.75). The hybrid is cosine, scaled to [0, 1] within the query, times `weight` plus BM25
divided by its best score for the query times (1 - weight), `weight` being one number for all queries.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

from matcher.embeddings import TextKind
from training.corpora import clean, rows

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str], TextKind], Vectors]
GOALS = {"alone R@1": "≥ .18", "alone R@10": "≥ .58", "hybrid R@10": "≥ .62", "zh-en": "≥ .93"}
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[^\W_\u4e00-\u9fff]+")


def terms(text: str) -> list[str]:
    """jieba words of two characters or more, character bigrams, and Latin words; a bigram word counts once."""
    found = _LATIN.findall(text)
    for run in _HAN_RUN.findall(text):
        words = [w for w in rjieba.cut(run) if len(w) > 1]
        found += [w for w in words if len(w) != 2] + [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def bm25(queries: Sequence[str], documents: Sequence[str]) -> Vectors:
    """BM25 of each query (rows) with each document (columns), as Lucene has it, but for a factor."""
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index([terms(document) for document in documents], show_progress=False)
    return np.stack([index.get_scores(sorted(set(terms(query)))) for query in queries])


def ranks(scores: Vectors, relevant: Sequence[int]) -> NDArray[np.int64]:
    """Rank of the relevant column in each row, from 0; ties count against it."""
    own = scores[np.arange(len(relevant)), relevant]
    found: NDArray[np.int64] = (scores >= own[:, None]).sum(1) - 1
    return found


def nsfc(folder: Path) -> tuple[list[str], list[str], list[int]]:
    """Queries, documents, and the document of each query."""
    codes = list(rows(folder, "nsfc_codes"))
    place = {code["code"]: i for i, code in enumerate(codes)}
    documents = [clean(" ".join(filter(None, (c["name"], c["parent"], c["recommend"])))) for c in codes]
    projects = list(rows(folder, "nsfc_projects_dev"))
    queries = [clean(" ".join([p["title"], *p["keywords"]])) for p in projects]
    return queries, documents, [place[p["code"]] for p in projects]


def recalls(found: NDArray[np.int64]) -> dict[str, float]:
    """Share of queries whose document is among the first 1, 3 and 10."""
    return {f"R@{k}": round(float((found < k).mean()), 4) for k in (1, 3, 10)}


class Evaluation:
    """The evaluation sets, read once, with their BM25 scores."""

    def __init__(self, folder: Path) -> None:
        """Read NSFC and LASER from `folder`."""
        self.queries, self.documents, self.relevant = nsfc(folder)
        lexical = bm25(self.queries, self.documents)
        self.lexical_ranks = ranks(lexical, self.relevant)
        self.lexical = lexical / np.maximum(lexical.max(1, keepdims=True), 1e-9)
        pairs = list(rows(folder, "laser_cmn_eng"))
        self.zh = [clean(row["zh"]) for row in pairs]
        self.en = [clean(row["en"]) for row in pairs]

    def score(self, encode: Encode) -> dict[str, float]:
        """Every figure of one encoder; `encode` gives unit rows."""
        dense = np.clip(encode(self.queries, "query") @ encode(self.documents, "passage").T, 0, None)
        # Scaled as BM25 is: a transformer's cosines lie close together.
        low, high = dense.min(1, keepdims=True), dense.max(1, keepdims=True)
        scaled = (dense - low) / np.maximum(high - low, 1e-9)
        figures = {f"alone {k}": v for k, v in recalls(ranks(dense, self.relevant)).items()}
        hybrids = {
            w: recalls(ranks(w * scaled + (1 - w) * self.lexical, self.relevant))
            for w in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
        }
        weight = max(hybrids, key=lambda w: hybrids[w]["R@10"])
        figures |= {f"hybrid {k}": v for k, v in hybrids[weight].items()} | {"hybrid weight": weight}
        zh, en = encode(self.zh, "query"), encode(self.en, "query")
        diagonal = list(range(len(zh)))
        figures["zh-en"] = recalls(ranks(zh @ en.T, diagonal))["R@1"]
        figures["en-zh"] = recalls(ranks(en @ zh.T, diagonal))["R@1"]
        return figures


def main() -> None:
    """Print the figures of the shipped encoders, and of any others named, side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--evaluation", type=Path, required=True, help="folder of nsfc_*.jsonl.gz and laser_*.jsonl.gz"
    )
    parser.add_argument("others", nargs="*", help="folders or names of sentence-transformers models")
    arguments = parser.parse_args()
    from matcher.embeddings import FAST, encode, load_encoder

    sets = Evaluation(arguments.evaluation)
    columns = {"BM25": {f"alone {k}": v for k, v in recalls(sets.lexical_ranks).items()}}
    for name in (None, FAST, *arguments.others):
        encoder = load_encoder(name)
        columns[encoder.name] = sets.score(partial(encode, encoder))
    print(
        f"NSFC: {len(sets.queries):,} projects, {len(sets.documents):,} codes; LASER: {len(sets.zh):,} sentences"
    )
    print(f"{'':<14}" + "".join(f"{name[-16:]:>18}" for name in columns) + "   goal")
    for row in columns["shipped"]:
        values = "".join(
            f"{column[row]:>18.3f}" if row in column else f"{'':>18}" for column in columns.values()
        )
        print(f"{row:<14}{values}   {GOALS.get(row, '')}")


if __name__ == "__main__":
    main()
