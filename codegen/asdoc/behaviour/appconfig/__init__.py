"""What AppConfig does, as far as its pages tell it; experiments are not built.

`AppConfig` has one method an operation, under the client's method name. Where the documents leave a choice, the method
says which one was made and by which page. A variant is made by overriding one of its small methods: `timeline`,
`event_log`, `allows_revert`, `check_lock`, `environment_state`.
"""

from __future__ import annotations

from .applications import Applications
from .deployments import Deployments
from .environments import Environments
from .profiles import Profiles
from .retrieval import Retrieval


class AppConfig(Deployments, Applications, Environments, Profiles, Retrieval):
    """The behaviour of AppConfig. It holds no state: records lie in the store, and time is the call's."""
