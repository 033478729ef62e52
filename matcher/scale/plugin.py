"""What is brought to every worker of a Dask cluster, settings first; loaded only where Dask is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from matcher import settings

if TYPE_CHECKING:
    from matcher.scale.work import Work


class SettingsPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask carries no types
    """Makes a worker go by the settings of whoever sends it rows, not by a file of its own machine."""

    def __init__(self) -> None:
        """Made where the batch is."""
        self._changes: Mapping[str, settings.Value] = settings.overrides()

    def setup(self, worker: Any) -> None:
        """Take them before any module reads its own; SettingsError in a worker that goes by others already."""
        settings.adopt(self._changes)


class WorkPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask carries no types
    """Hands a work to each worker, also to one that starts again after it was killed."""

    def __init__(self, task: Work) -> None:
        """Made where the batch is, whose version of this program the workers must have."""
        self._task, self._program = task, version("proposal-matcher")

    def setup(self, worker: Any) -> None:
        """Take the work; RuntimeError in a worker of another version."""
        if (here := version("proposal-matcher")) != self._program:
            raise RuntimeError(f"version {here} is not {self._program}")
        from matcher.scale import work  # whose modules read the settings

        work.hold(self._task)

    def teardown(self, worker: Any) -> None:
        """Forget it."""
        from matcher.scale import work

        work.release(self._task.name)
