"""What AppConfig does, as far as its pages tell it.

`AppConfig` has one method an operation, under the client's method name. Where the documents leave a choice, the method
says which one was made and by which page. A variant is made by overriding one of its small methods: `timeline`,
`event_log`, `allows_revert`, `check_lock`, `environment_state`.
"""

from __future__ import annotations

from .applications import Applications
from .deployments import Deployments
from .environments import Environments
from .experiments_runs import ExperimentRuns
from .profiles import Profiles


class AppConfig(Deployments, Applications, Environments, Profiles, ExperimentRuns):
    """The behaviour of AppConfig. It holds no state: records lie in the store, and time is the call's."""
