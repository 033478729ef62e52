"""The plugin that brings a work to every worker of a Dask cluster; loaded only where Dask is installed."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from distributed import WorkerPlugin

from matcher.scale import work
from matcher.scale.work import Work


class WorkPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask carries no types
    """Hands a work to each worker, also to one that starts again after it was killed."""

    def __init__(self, task: Work) -> None:
        """Made where the batch is, whose version of this program the workers must have."""
        self._task, self._program = task, version("proposal-matcher")

    def setup(self, worker: Any) -> None:
        """Take the work; RuntimeError in a worker of another version."""
        if (here := version("proposal-matcher")) != self._program:
            raise RuntimeError(f"version {here} is not {self._program}")
        work.hold(self._task)

    def teardown(self, worker: Any) -> None:
        """Forget it."""
        work.release(self._task.name)
