"""What the transformer's training reads and writes, on toy data and without a step of training."""

from __future__ import annotations

import math
import random
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from training.e5 import objects
from training.e5.batches import Batches
from training.e5.objects import Title
from training.e5.settings import BROAD, Settings
from training.e5.views import Problem, Views

CONTENT = "民营医院的成本、床位与人才。"
HOSPITAL = Problem("a", "民营医院发展路径研究", CONTENT, ("医院", "院", "hospital"))
FIRMS = Problem("b", "科技企业发展路径研究", "企业融资，研发投入，人才流动。", ("企业", "企", "firm"))
ABOUT_HOSPITALS = Title("", "民营医院", "发展路径研究")


@pytest.mark.parametrize(
    ("words", "common", "expected"),
    [
        ("民营 医院 发展 路径", "发展 路径", ("", "民营医院", "发展路径")),
        ("城市 桥梁 检测 方法 与 评价", "检测 方法 评价", ("", "城市桥梁", "检测方法与评价")),
        # The longer of two runs, the later of two that are as long; a single character parts them.
        ("养殖 成本 对 科技型 企业 的 影响", "影响", ("养殖成本对", "科技型企业", "的影响")),
        ("老人 照护 中 社区 医院", "", ("老人照护中", "社区医院", "")),
        # Neither what is not Chinese nor what many families have is of an object.
        ("graphene 涂层 方法", "方法", ("graphene", "涂层", "方法")),
        ("发展 路径", "发展 路径", None),
        ("", "", None),
    ],
)
def test_the_object_of_a_title(words: str, common: str, expected: tuple[str, str, str] | None) -> None:
    counts = Counter(dict.fromkeys(words.split(), 1) | dict.fromkeys(common.split(), objects.COMMON))
    assert objects.split(words.split(), counts) == (expected and Title(*expected))


def test_a_word_counts_once_a_family() -> None:
    titles = [["桥梁", "检测"], ["桥梁", "桥梁"], ["桥梁", "养护"]]
    assert objects.spread(titles, ["a", "a", "b"]) == {"桥梁": 2, "检测": 1, "养护": 1}


def test_neighbours_share_method_words_and_no_family() -> None:
    # 机制 stands in six of forty families and 识别 in seven, both few enough to tell methods apart; 研究 in all.
    titles = [["研究", f"物{i}"] for i in range(40)]
    for place in (0, 1, 2, 3, 4, 5):
        titles[place].append("机制")
    for place in (0, 1, 10, 11, 12, 13, 14):
        titles[place].append("识别")
    families = [str(i) for i in range(40)]
    titles.append(["机制"])
    families.append("0")  # of the family of the first
    near = objects.neighbours(titles, families, objects.spread(titles, families))
    assert near[0] == [1, 2, 3, 4, 5, 10, 11, 12, 13, 14]  # both words first, then the rarer one
    assert near[10] == [
        11,
        12,
        13,
        14,
        0,
        1,
    ]  # a title with two method words is less near than one with this alone
    assert near[40] == [2, 3, 4, 5, 1]
    assert near[20] == []


def test_a_topic_with_another_object() -> None:
    draw = random.Random(1)
    texts = {objects.swapped(HOSPITAL, ABOUT_HOSPITALS, FIRMS, "科技企业", draw) for _ in range(40)}
    title = "科技企业发展路径研究"
    assert texts == {f"{title} {FIRMS.content}", title, f"{title} 科技企业的成本、床位与人才。"}


def test_contents_without_the_object_give_way_to_clauses_of_the_other() -> None:
    draw, clauses = random.Random(1), ("企业融资，", "研发投入，", "人才流动。", "")
    apart = Problem("a", HOSPITAL.title, "成本与床位。", HOSPITAL.forms)
    texts = {objects.swapped(apart, ABOUT_HOSPITALS, FIRMS, "科技企业", draw) for _ in range(60)}
    title = "科技企业发展路径研究"
    halves = {f"{title} {first}{second}" for first in clauses for second in clauses if first != second}
    assert {f"{title} {FIRMS.content}", title} < texts
    assert texts - {f"{title} {FIRMS.content}", title} <= halves


class Plain(Views):
    """Views that leave a problem as it is."""

    def __init__(self) -> None: ...

    def topic(self, problem: Problem) -> str:
        return problem.title

    def proposal(self, problem: Problem, sibling: Problem) -> str:
        return problem.forms[0]


def batches(hard: float, terms: float = 0.0) -> Batches:
    """Eight families of two problems: methods that all share, each family with an object of its own."""
    names = ("茶园", "渔港", "矿山", "林场", "牧场", "盐田", "果园", "竹海")
    problems = [
        Problem(
            f"tm-{name}" if terms and name in names[:2] else name,
            f"{name}{what}研究",
            f"{name}的{what}。",
            (f"{name}{what}", "", ""),
        )
        for name in names
        for what in ("管理", "评价")
    ]
    siblings = [[place ^ 1] for place in range(len(problems))]
    pairs = {name: [(f"{name}{i}", f"{i}{name}") for i in range(9)] for name in BROAD}
    return Batches(
        problems, siblings, pairs, Plain(), Settings(families=2, twins=0.0, broad=4, hard=hard, terms=terms)
    )


def test_families_about_terms_are_drawn_by_their_share() -> None:
    drawn = batches(0.0, terms=0.5)
    about = 0
    for step in range(200):
        drawn.begin(step)
        about += drawn.own().families[0].startswith("tm-")
    # Half of the first families, and of the rest two of eight.
    assert 0.55 < about / 200 < 0.7


def test_a_plain_batch_holds_families_and_their_topics() -> None:
    plain = batches(0.0)
    plain.begin(3)
    batch, broad = plain.own(), plain.broad()
    assert batch.topics == [f"{proposal}研究" for proposal in batch.proposals]
    assert batch.families == ["盐田", "盐田", "林场", "林场", "果园", "果园"]
    assert not batch.swapped
    assert len(broad[0]) == len(broad[1]) == 4
    plain.begin(3)
    assert (plain.own(), plain.broad()) == (batch, broad)


def test_a_hard_batch_holds_topics_with_the_object_of_another_family() -> None:
    hard = batches(1.0)
    hard.begin(3)
    batch = hard.own()
    assert len(batch.swapped) == len(batch.proposals) == 6
    for family, swap in zip(batch.families, batch.swapped, strict=True):
        assert swap.source in set(batch.families) - {family}
        assert swap.text.startswith(swap.source)
        assert family not in swap.text


needs_training = pytest.mark.skipif(
    find_spec("onnx") is None, reason="pip install 'proposal-matcher[dev,train]'"
)


@needs_training
def test_swapped_topics_are_negatives_but_of_whom_they_fit() -> None:
    import torch

    from training.e5 import finetune

    left, right, negatives = torch.eye(3)[:2], torch.eye(3)[:2], torch.eye(3)[1:]
    plain, fits = math.log(1 + math.exp(-2)), torch.tensor([[False, False], [True, False]])
    # The first row meets two more of cosine 0; the second, whose own the first negative is, one.
    hard = (math.log(1 + 3 * math.exp(-2)) + math.log(1 + 2 * math.exp(-2))) / 2
    assert float(finetune.info_nce(left, right, 0.5)) == pytest.approx(plain)
    assert float(finetune.info_nce(left, right, 0.5, negatives, fits)) == pytest.approx(hard)


@needs_training
def test_a_graph_is_read_back(tmp_path: Path) -> None:
    import torch

    from training.e5 import body, export

    torch.manual_seed(0)
    sizes = {"hidden": 8, "layers": 2, "heads": 2, "inner": 12, "positions": 6, "types": 2}
    model = body.untrained(5, sizes).eval()
    export.write(model, tmp_path / "model.onnx")
    again = export.read(tmp_path / "model.onnx")
    assert again.config.to_dict() == model.config.to_dict()
    before, after = ({k: v.numpy() for k, v in m.state_dict().items()} for m in (model, again))
    positions, types = "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"
    np.testing.assert_array_equal(after.pop(positions), before.pop(positions) + before[types][0])
    assert before.pop(types).any()
    assert not after.pop(types).any()
    for name, values in before.items():
        rounded = values.ndim == 2
        steps = export.WORD_STEPS if "word" in name else export.WEIGHT_STEPS
        half = np.abs(values).max(-1, keepdims=True) / steps * 0.5001 if rounded else 0.0
        assert (np.abs(after[name] - values) <= half).all(), name
        assert not rounded or (after[name] != values).any(), name


@needs_training
def test_what_a_step_leaves_goes_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    from training.dataset import kept

    file = tmp_path / "work" / "pairs.pkl"
    assert kept(file, lambda: [1]) == [1]
    assert kept(file, lambda: [2]) == [1]
    assert list(file.parent.iterdir()) == [file]
