"""The notebooks run, say what the program says, define nothing, and are stored with the outputs of a whole run."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from matcher import report, shipped
from matcher.engine import Engine
from matcher.evaluate import Evaluation
from matcher.labelled import read_labelled
from matcher.message import percent
from matcher.readers.batch import Batch, Entry
from tests.commands import apart
from tests.conftest import cache_of_run
from tests.notebooks import FOLDER, NAMES, execute, read

ROWS = 10
PICTURE = FOLDER.parent / "docs" / "quality.png"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# Somebody's folders, on any system; addresses and fractions are none.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|Users|tmp|var|usr|opt|work|mnt)/|\b[A-Z]:\\")


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def everything(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(printed(cell) for cell in code(notebook))


def pictures(notebook: nbformat.NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for cell in code(notebook) for output in cell.outputs)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders of the run's own, and few rows; the index is the one that other tests have built."""
    own = tmp_path_factory.mktemp("notebooks")
    cache = cache_of_run(tmp_path_factory)
    return {
        "MATCHER_CACHE": str(cache), "MATCHER_DATA": str(own), "NOTEBOOK_PICTURES": str(own),
        "NOTEBOOK_ROWS": str(ROWS),
    }  # fmt: skip


@pytest.fixture(scope="module")
def tour(environment: dict[str, str]) -> nbformat.NotebookNode:
    return execute("tour", environment)


@pytest.fixture(scope="module")
def quality(environment: dict[str, str]) -> nbformat.NotebookNode:
    before = PICTURE.read_bytes()
    made = execute("quality", environment)
    assert PICTURE.read_bytes() == before, "a test leaves the stored picture alone"
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_defines_nothing_and_keeps_cells_short(name: str) -> None:
    for cell in code(read(name)):
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, DEFINITIONS)]
        assert len(cell.source.splitlines()) <= 18, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_stored_outputs_are_of_one_whole_run_without_warnings_or_machine_paths(name: str) -> None:
    stored = code(read(name))
    assert [cell.execution_count for cell in stored] == list(range(1, len(stored) + 1)), "run make notebooks"
    outputs = [output for cell in stored for output in cell.outputs]
    assert {o.output_type for o in outputs} <= {"stream", "display_data", "execute_result"}
    assert {o.name for o in outputs if o.output_type == "stream"} == {"stdout"}
    text = "\n".join(str(o.get("text", "")) + str(o.get("data", {}).get("text/plain", "")) for o in outputs)
    assert not MACHINE_PATH.search(text)
    assert "Warning" not in text


@pytest.mark.parametrize(
    ("text", "found"), [("/home/me/x", True), ("C:\\x", True), ("at /tmp/a", True), ("a / b, 1/2", False)]
)
def test_machine_paths_are_recognised(text: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is found


def test_the_tour_prints_what_is_stored(tour: nbformat.NotebookNode) -> None:
    words, numbers = apart(everything(tour))
    stored, stored_numbers = apart(everything(read("tour")))
    # Of two passages or topics that are as good as equally near, processors that round differently name either.
    differing = [(now, then) for now, then in zip(words, stored, strict=True) if now != then]
    assert len(differing) <= len(words) / 25, differing
    assert numbers == pytest.approx(stored_numbers, abs=0.1), "run make notebooks"
    assert pictures(tour) == pictures(read("tour")) == 3


def test_the_tour_says_what_the_engine_says(tour: nbformat.NotebookNode, tianjin: Engine) -> None:
    text = everything(tour)
    voucher, _, english = (
        row.proposal for row in Batch(shipped.data_file("demo.jsonl")) if isinstance(row, Entry)
    )
    match, foreign = tianjin.match(voucher, k=36), tianjin.match(english)
    assert (match.topic_id, foreign.topic_id) == ("2-12", "2-20")
    assert f"{match.verdict} 2-12 {match.confidence:.3f}" in text
    assert match.reason in text
    assert f"score {match.hits[0].score:.4f}" in text
    assert re.search(rf"^2-20 +{percent(foreign.hits[0].probability or 0.0)} ", text, re.M)
    assert tianjin.explain(voucher, "2-12").advice in text
    outside = re.search(r"^none P\(none\) = >?(\d+)%$", text, re.M)
    assert outside, "the third proposal fits nothing"
    assert int(outside[1]) > 90


def test_the_tour_shows_sums_that_add_up(tour: nbformat.NotebookNode) -> None:
    text = everything(tour)
    total, score = re.search(r"^= (\S+); score (\S+)$", text, re.M).groups()  # type: ignore[union-attr]
    assert total == score
    assert re.search(r"^1\.0000$", text, re.M), "all probabilities and that of none"
    assert re.search(r"^True$", text, re.M), "offsets lead back to the text"


def test_no_pasted_topic_passes_without_a_warning(tour: nbformat.NotebookNode) -> None:
    assert "35 rivals;" in everything(tour)
    assert "; 0 of these sure and without warning" in everything(tour)
    assert "与指南原文相同" in everything(tour)


def test_quality_prints_the_figures_of_evaluate(quality: nbformat.NotebookNode, tianjin: Engine) -> None:
    rows = read_labelled(shipped.data_file("eval/tianjin-test.jsonl"))
    rows = rows[:: len(rows) // ROWS]
    screen = Console(width=130, color_system=None, file=io.StringIO())
    report.print_evaluation(screen, Evaluation(tianjin, rows).summary())
    text = everything(quality)
    assert f"tianjin 36 topics, {len(rows)} of 190 rows" in text
    assert screen.file.getvalue() in text  # type: ignore[attr-defined]


def test_quality_draws_its_picture_where_it_is_told(
    quality: nbformat.NotebookNode, environment: dict[str, str]
) -> None:
    drawn = Path(environment["NOTEBOOK_PICTURES"]) / "quality.png"
    assert drawn.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert drawn.read_bytes() != PICTURE.read_bytes(), "few rows give other figures"
    assert PICTURE.stat().st_size < 200_000
    assert pictures(quality) == 3


def test_stored_figures_are_those_of_today_on_all_rows(tianjin: Engine) -> None:
    text = everything(read("quality"))
    assert f"encoder {tianjin.encoder.fingerprint[:12]} " in text, "run make notebooks"
    for name in ("tianjin", "lakeside"):
        count = len(read_labelled(shipped.data_file(f"eval/{name}-test.jsonl")))
        assert f"{count} of {count} rows" in text
    found = Evaluation(tianjin, read_labelled(shipped.data_file("eval/tianjin-test.jsonl"))).decisions()
    for figure in ("calibration error", "top-1 at 90 % coverage", "outside AUROC"):
        stored = re.search(rf"{figure}: (\S+)", text)
        assert stored, "run make notebooks"
        assert found[figure] == pytest.approx(float(stored[1]), abs=0.02), "run make notebooks"
