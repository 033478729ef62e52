"""Stock text stands in texts that otherwise differ and counts for nothing; a study's passages come together and count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.archive import FolderArchive
from matcher.duplicates import Pair, find
from matcher.embeddings import FAST, Encoder, load_encoder
from matcher.types import Proposal
from tests.test_duplicates import FORM, OTHER, SOURCE
from training.duplicates_edits import sentences
from training.duplicates_set import batch

# What one agency puts around every study: three quarters of a proposal.
STOCK = (
    "课题组长期从事公共政策评估与数据分析工作，拥有稳定的调研网络和规范的质量控制流程。研究采用定量与定性相结合的技术路线：先以文献梳理"
    "和专家咨询界定概念边界，再以分层抽样选取样本单位，通过问卷、访谈和实地观察三种途径采集资料，由两名研究人员背对背编码，编码不一致处由"
    "第三人裁定。数据清洗后建立面板数据库，运用描述统计、回归分析和案例比较逐层检验假设，并以敏感性分析评估结论的稳健程度。项目分为准备、"
    "实施、总结三个阶段，每一阶段召开一次评审会，形成阶段报告。预期成果包括研究报告一份、政策建议两篇、数据集一套，并在学术会议上交流。经费"
    "主要用于资料采集、差旅、专家咨询和成果出版，严格按照管理办法执行。单位提供办公场所、计算设备和图书资料，保证研究按期完成。"
)
OWN = 105  # characters


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(FAST)


@pytest.fixture(scope="module")
def studies() -> list[Proposal]:
    """One Chinese source of each topic of dev."""
    truth = batch("dev")
    sources = [
        p for p in truth.proposals if f"{p.id}-light" in truth.topics and len(p.abstract.encode()) > 3 * OWN
    ]
    one_a_topic = {truth.topics[p.id]: p for p in reversed(sources) if not p.text[:40].isascii()}
    return sorted(one_a_topic.values(), key=lambda p: p.id)


def compared(
    new: Sequence[Proposal], archived: Sequence[Proposal], encoder: Encoder, folder: Path
) -> tuple[Pair, ...]:
    with FolderArchive(folder / "archive", encoder, create=True) as archive:
        archive.add(archived)
        return find(new, encoder, archive.search()).pairs


def formed(studies: Sequence[Proposal]) -> list[Proposal]:
    return [replace(p, abstract=p.abstract + FORM) for p in studies]


def stocked(studies: Sequence[Proposal]) -> list[Proposal]:
    return [replace(p, id=f"stock {p.id}", abstract=p.abstract[:OWN] + STOCK) for p in studies]


@pytest.mark.parametrize("years", [1, 5, 6, 8])
def test_half_a_study_that_was_sent_in_year_after_year_is_seen_in_another(
    encoder: Encoder, studies: list[Proposal], tmp_path: Path, years: int
) -> None:
    earlier = [
        replace(SOURCE, id=f"s{n}", abstract=f"{SOURCE.abstract}本年为第{n}轮。") for n in range(years)
    ]
    half = "".join(sentences(SOURCE.abstract)[1:3])
    lifted = replace(OTHER, abstract=OTHER.abstract + half)
    pairs = compared([lifted], [*formed(studies[:40]), *earlier], encoder, tmp_path)
    assert {p.b for p in pairs} == {p.id for p in earlier}


@pytest.mark.parametrize(("new", "archived"), [(1, 6), (1, 15), (3, 3), (4, 4), (6, 0), (12, 0)])
def test_stock_text_of_an_agency_is_no_copy_wherever_it_stands(
    encoder: Encoder, studies: list[Proposal], tmp_path: Path, new: int, archived: int
) -> None:
    """Three quarters of each text are stock; in the batch and in the archive together it is in six at least."""
    earlier = [*formed(studies[27:39]), *stocked(studies[12 : 12 + archived])]
    assert compared(stocked(studies[:new]), earlier, encoder, tmp_path) == ()


def test_a_study_is_seen_within_stock_text(encoder: Encoder, studies: list[Proposal], tmp_path: Path) -> None:
    """Also where one text of the agency was sent in again and again, which makes no form of it."""
    agency = stocked(studies[:8])
    again = [replace(agency[0], id=f"again {n}") for n in range(7)]
    pairs = compared(again[:1], [*agency, *again[1:]], encoder, tmp_path)
    assert {p.b for p in pairs} == {agency[0].id, *(p.id for p in again[1:])}


@pytest.mark.parametrize("times", [7, 12])
def test_a_study_that_was_sent_in_many_times_at_once_is_no_form(
    encoder: Encoder, studies: list[Proposal], times: int
) -> None:
    same = [replace(SOURCE, id=f"s{n}") for n in range(times)]
    pairs = find([*formed(studies[: 33 - times]), *same], encoder).pairs
    assert (
        sum(p.a in {s.id for s in same} and p.kind == "identical" for p in pairs) == times * (times - 1) // 2
    )
