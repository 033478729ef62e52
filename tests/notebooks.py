"""`make notebooks`: runs the notebooks from start to end on all rows and keeps their outputs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from matcher.files import replacing

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = ("tour", "quality")


def read(name: str) -> nbformat.NotebookNode:
    """A notebook as stored."""
    stored: nbformat.NotebookNode = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    return stored


def execute(name: str, environment: Mapping[str, str]) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run in a process of its own; CellExecutionError if a cell fails."""
    notebook = read(name)
    where = {"metadata": {"path": str(FOLDER)}}
    # Times would make every run another file, and so would the moments at which prints are sent.
    client = NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources=where,
        # Not a word about its local ports: what passes there is in the repository.
        extra_arguments=["--log-level=ERROR"],
    )
    # The notebook's own way to draw: a page in the same process may have asked for another one.
    drawing = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    client.execute(env={**os.environ, **drawing, **environment})
    notebook.metadata.language_info.pop("version", None)
    return notebook


def main() -> None:
    """Run both and store them; the user's own calibration and index folders have no part in it."""
    for name in NAMES:
        with tempfile.TemporaryDirectory() as private:
            made = execute(name, {"MATCHER_DATA": private, "MATCHER_CACHE": private})
        with replacing(FOLDER / f"{name}.ipynb") as stream:
            nbformat.write(made, stream)  # type: ignore[no-untyped-call]
        print(f"notebooks/{name}.ipynb")


if __name__ == "__main__":
    main()
