"""Who signs: keys, where they are found, and how they are renewed before they end.

`Credentials` is the value, `Source` gives the ones that hold now, and `chain` knows every place that AWS tools look at.
The places are imported when they are asked.
"""

from .source import Source
from .values import Credentials, from_arguments

__all__ = ["Credentials", "Source", "from_arguments"]
