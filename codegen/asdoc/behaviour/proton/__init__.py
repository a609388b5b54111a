"""What Proton does with environments and their templates, as far as its pages tell it.

`Proton` has one method an operation, under the client's method name; services, components, repositories, connections
and the rest of Proton are not built, and are answered as not implemented. Where the documents leave a choice, the
method says which one was made. A variant is made by overriding one of its small methods: `deployment_outcome`,
`cancel_outcome`, `registers`, `recommended`, `recommended_minor`, `check_settled`.
"""

from __future__ import annotations

from .deployments import Deployments
from .environments import Environments


class Proton(Environments, Deployments):
    """The behaviour of Proton. It holds no state: records lie in the store, and time is the call's."""
