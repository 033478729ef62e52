"""What is brought to every worker of a Dask cluster; loaded only where Dask is installed."""

from __future__ import annotations

import pickle
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from matcher import settings

if TYPE_CHECKING:
    from matcher.scale.work import Work


class WorkPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask carries no types
    """Hands a work to each worker, also to one that starts again after it was killed, with the settings it goes by."""

    def __init__(self, task: Work) -> None:
        """Made where the batch is, whose settings and version of this program the workers must have."""
        self._task, self._name, self._changes = pickle.dumps(task), task.name, task.changes
        self._program = version("proposal-matcher")

    def setup(self, worker: Any) -> None:
        """Take the work; RuntimeError in a worker of another version, SettingsError in one that goes by other settings."""
        if (here := version("proposal-matcher")) != self._program:
            raise RuntimeError(f"version {here} is not {self._program}")
        settings.adopt(self._changes)  # before the modules of the task are loaded, which read them
        from matcher.scale import work

        work.hold(pickle.loads(self._task))

    def teardown(self, worker: Any) -> None:
        """Forget it."""
        from matcher.scale import work

        work.release(self._name)
