from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from matcher.guide import read_guide
from tests import bench, slopes
from tests.bench_archive import recall
from tests.bench_slopes import guide_text
from tests.reference_loop import Spent
from tests.slopes import Row


def row(subject: str, size: int, cpu: float, reference: float = 0.03) -> Row:
    return Row(subject, size, {"match": Spent(2 * cpu, cpu)}, 100.0, reference, 1.0)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_a_slope_is_the_power_of_the_growth(power: float) -> None:
    sizes = (30, 300, 1500)
    assert slopes.fit(sizes, [3 * size**power for size in sizes]) == pytest.approx(power, abs=1e-9)


def test_a_measurement_with_a_slower_reference_loop_counts_for_less() -> None:
    rows = [row("fast", 100, 1.0), row("fast", 1000, 20.0, reference=0.06), row("fast", 10_000, 100.0)]
    curve = slopes.curves(rows)["fast", "match"]
    assert curve.seconds == pytest.approx((1.0, 10.0, 100.0))
    assert curve.slope == pytest.approx(1.0)


def test_a_part_with_one_size_has_no_slope() -> None:
    assert slopes.curves([row("fast", 100, 1.0)]) == {}


@pytest.mark.parametrize(
    ("cpu", "seconds"),
    [((1.0, 31.6228), 1000.0), ((1.0, 10.0), 100.0), ((1.1, 2.0), 11.0), ((2.0, 1.9), 1.9)],
    ids=["power", "proportion", "fixed part", "noise"],
)
def test_beyond_what_was_measured(cpu: tuple[float, float], seconds: float) -> None:
    curve = slopes.curves([row("a", 100, cpu[0]), row("a", 1000, cpu[1])])["a", "match"]
    assert curve.at(10_000) == pytest.approx(seconds, rel=1e-4)


def test_what_one_process_does_alone_bounds_a_cluster() -> None:
    assert slopes.hours_spread(36_000, 1800, 10) == 1.0
    assert slopes.hours_spread(36_000, 7200, 10) == 2.0


def test_needs_are_the_sum_of_work_and_the_way_there() -> None:
    def line(subject: str, part: str, each: float) -> list[Row]:
        sizes = (1000, 10_000)
        return [Row(subject, n, {part: Spent(each * n, each * n)}, 1.0, 0.03, 1.0) for n in sizes]

    rows = [
        *line("fast", "match", 0.004), *line("default", "match", 0.08), *line("processes", "others", 0.005),
        *line("processes", "first process", 0.0001), *line("cluster", "workers", 0.006),
        *line("cluster", "scheduler and client", 0.001),
    ]  # fmt: skip
    cells = [
        [cell.strip() for cell in found.split("|")[1:-1]]
        for found in slopes.needs(slopes.curves(rows), [360_000])
    ]
    assert cells[2:] == [
        ["360,000", "fast", "one machine of 16 cores", "1,440 + 360", "16", "36", "0.03"],
        ["360,000", "fast", "10 such, Dask", "1,440 + 720", "160", "360", "0.10"],
        ["360,000", "default", "one machine of 16 cores", "28,800 + 360", "16", "36", "0.51"],
        ["360,000", "default", "10 such, Dask", "28,800 + 720", "160", "360", "0.10"],
    ]
    assert len(slopes.needs(slopes.curves(rows[:8]), [360_000])) == 4, "what was not measured is left out"
    assert len(slopes.needs(slopes.curves(rows[2:]), [360_000])) == 2


def test_a_line_of_the_table_has_all_sizes_and_the_ratio_to_the_reference_loop() -> None:
    lines = slopes.table([row("fast", 1000, 3.0), row("fast", 10_000, 30.0)])
    assert (
        lines[2]
        == "| fast: match | 1,000 · 10,000 | 3 · 30 | 6 · 60 | 100 · 1,000 | 100 · 100 | 1 · 1 | 1.00 |"
    )


def test_a_run_that_was_stopped_keeps_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    assert slopes.read(file) == []
    first, second = row("fast", 1000, 4.0), row("archive", 1000, 2.0)
    file.write_text(f"{first.line()}\n{second.line()}\n{first.line()[:30]}", "utf-8")
    assert slopes.read(file) == [second, first]
    slopes.append(file, row("default", 100, 7.0).line())
    assert [r.subject for r in slopes.read(file)] == ["archive", "default", "fast"]


def test_the_picture_has_a_line_for_each_part_and_its_points_by_logarithm() -> None:
    rows = [row("fast", 10, 0.1), row("fast", 100, 1.0), row("fast", 1000, 10.0)]
    drawn = ElementTree.fromstring(slopes.picture(slopes.curves(rows)))
    (line,) = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    assert line.get("points") == "60.0,440.0 280.0,240.0 500.0,40.0"


def test_generated_guides_are_read_whole_and_the_same_each_time(tmp_path: Path) -> None:
    text = guide_text(150)
    assert text == guide_text(150)
    file = tmp_path / "guide.txt"
    file.write_text(text, "utf-8")
    guide = read_guide(file)
    assert [topic.id for topic in guide.topics][::75] == ["1-01", "1-76"]
    assert len(guide.topics) == len({topic.title for topic in guide.topics}) == 150
    assert {topic.office_source for topic in guide.topics} == {"stated"}


def test_recall_is_the_share_of_the_true_nearest() -> None:
    assert recall([{1, 2}, {3, 4}], [{1, 2}, {4, 5}]) == 0.75


def test_a_row_of_the_benchmark_tells_the_clock_and_turns_of_the_loop() -> None:
    times = [Spent(wall, cpu) for wall, cpu in ((0.4, 0.03), (0.1, 0.06), (0.2, 0.09))]
    assert (bench.middle(times), bench.middle(times, 0.95)) == (Spent(0.2, 0.06), Spent(0.4, 0.09))
    row = bench.line("match", bench.milliseconds(times[1]), "≤ 70 ms", times[1], 0.03)
    assert row.split() == ["match", "100.0", "ms", "≤", "70", "ms", "0.0600", "s", "2.00"]
    assert (bench.rate(Spent(0.005, 0)), bench.milliseconds(Spent(0.00014, 0))) == ("200 / s", "0.14 ms")
