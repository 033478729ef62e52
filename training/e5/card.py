"""The model card of the transformer, written from the facts of the run so that no figure can go stale."""

from __future__ import annotations

from typing import Any

_TEXT = """\
---
language: [zh, en]
license: mit
base_model: intfloat/multilingual-e5-small
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---
# The shipped transformer, version {version}

multilingual-e5-small (MIT; Wang et al. 2024), fine-tuned to recognise one research problem in different words,
Chinese first and English second: 12 layers, 384 wide, the mean of the pieces' states scaled to length 1. Its
vocabulary is cut to the pieces that Chinese and English research texts use; the weights are 8-bit numbers in one
ONNX file, which reads a text at a time without torch. `SentenceTransformer(folder, trust_remote_code=True)` loads it
where the program is installed and gives the same vectors: modules.json names a class of the program, for which
sentence-transformers asks for that word; no code comes with the folder.

## Input
"query: " before every text. The tokenizer applies NFKC and lower case. Chinese should
be simplified. The window is 512 pieces; the program reads longer texts in passages.

## Data
The base is {base}. Fine-tuning used {problems:,} research problems of our own
(data/paraphrases/: an official title with contents, an everyday sentence, a text that avoids the official words, and
English, most with siblings that an officer would confuse) and pairs from:

| data | licence |
|---|---|
| ChinaXiv 2016-01 to 2022-09 (DreamBlooms) | CC BY |
| daily-arXiv-ai-enhanced (dw-dengwei) | modified Apache; arXiv metadata CC0 |
| Tatoeba | CC BY 2.0 FR |
| National Social Science Fund titles (Tsai1993/Fund) | MPL-2.0 |
| LawRefBook/Laws | statutes, public |
| Government work reports (Wikisource) | public documents |
| SBIR topics and awards (sbir.gov), NSF awards (nsf.gov) | US government public data |
| data/glossary.tsv of this repository | Apache-2.0 |

Texts of LASER and the NSFC query titles were removed before training, compared without punctuation, spaces and case.

## Training
The mean of the weights of {count} runs from the same start, of {steps} steps. Each step reads {families} families of
three problems (InfoNCE both ways, siblings as negatives, views with policy openings, references, typos, negated
neighbours and other places) and {broad} pairs of one corpus, whose similarities are held to those of the base. The
lower {frozen} layers and the word vectors stay.{further}

{share:.0%} of the start's weights are averaged in at the end.
Everything is in `training/e5/` of the repository; settings and checksums are in training.json.

## Figures
Development figures: settings were chosen by them. NSFC: 1,987 project titles with keywords against 1,141 codes.
LASER: 1,000 sentences, top-1. The names of guides are the dev parts of data/eval, by cosine of whole texts.

| figure | value |
|---|---|
{figures}

## The reader of pairs
pairs.onnx (7.2 MB, 8-bit) reads two texts together and gives the log-odds that they are one study: it takes averages
of four states after the 8th layer of the first 220 pieces of each, adds a vector for each side, and goes on with four
layers of its own over both. It is the mean of two readers of the same start, each trained without a third of the voices of
data/eval/duplicates/dev.jsonl, on that part, data/paraphrases, and abstracts of ChinaXiv, arXiv and SBIR with other
tellings of them (`training/e5/pairs_reader.py`). The graph of the vectors is the same with it and without; the desk of
duplicates weighs what it says beside seven other signs. Its log-odds are no probability of a repeat in a batch.

## Limits
- Cosines are not probabilities: calibrate a threshold on labelled data.
- Other languages than Chinese and English are not covered: their pieces were cut.
- It carries the biases of its sources, official documents among them.

## Not for
Deciding on its own whether a proposal is accepted, rejected or plagiarised; judging people or the quality of
their work; legal, medical or safety decisions. A person reads the evidence and decides.
"""


_FURTHER = """

From {start} further training goes on, with similarities held to those weights, and ends at the mean of

{runs}

In a hard step most families share words of method in their titles, and topics whose object is that of another family
are negatives of every proposal and topic but those of that family."""
_RUN = "- {steps} steps of {families} families and {broad} pairs, {hard:.0%} of them hard, the lower {frozen} layers as they were"


def text(facts: dict[str, Any]) -> str:
    """The card in Markdown, from what training.json holds."""
    runs = facts["runs"]
    further = [
        _FURTHER.format(start=stage["start"], runs="\n".join(_RUN.format(**run) for run in stage["runs"]))
        for stage in facts["further"]
    ]
    return _TEXT.format(
        version=facts["version"],
        base=facts["base"],
        problems=facts["problems"],
        share=facts["share_of_the_start"],
        figures="\n".join(f"| {name} | {value} |" for name, value in facts["figures"].items()),
        count=len(runs),
        steps=" and ".join(str(run["steps"]) for run in runs),
        further="".join(further),
        **{name: runs[0][name] for name in ("families", "broad", "frozen")},
    )
