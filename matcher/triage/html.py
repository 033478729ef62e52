"""The report as one page, made to be printed: summary, queue, heat map, topics, rules."""

from __future__ import annotations

from collections.abc import Iterator

from matcher import pages
from matcher.message import chance
from matcher.triage.columns import STATUS_NAMES, VERDICT_NAMES
from matcher.triage.desk import Report
from matcher.triage.summary import confusion_table, organisation_table, summary_table, topic_table
from matcher.types import Proposal


def page(report: Report) -> Iterator[str]:
    """The page in pieces (templates/triage.html)."""
    most = max(report.summary.confusion.values(), default=1)

    def redness(count: int | None) -> str:
        """How opaque a cell of the heat map is: more for more rows, and seen for one."""
        return f"{0.15 + 0.85 * count / most if count else 0:.2f}"

    values = {
        "title": f"申报书分拣 · triage · {report.guide.title}",
        "report": report,
        "titles": {topic.id: topic.title for topic in report.guide.topics},
        "verdict_names": VERDICT_NAMES,
        "status_names": STATUS_NAMES,
        "chance": chance,
        "people": _people,
        "redness": redness,
        "summary": summary_table(report),
        "confusion": list(confusion_table(report)),
        "topics": topic_table(report),
        "organisations": organisation_table(report),
    }
    return pages.page("triage.html", values)


def _people(p: Proposal) -> str:
    return " · ".join(filter(None, (p.organisation, p.principal_investigator, p.year)))
