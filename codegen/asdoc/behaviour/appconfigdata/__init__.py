"""What AppConfig Data does, as far as its pages tell it: sessions that poll for what AppConfig has deployed.

It reads AppConfig's own records, so both have to be given the same store and the same clock.
"""

from __future__ import annotations

from .sessions import Sessions


class AppConfigData(Sessions):
    """The behaviour of AppConfig Data. It holds no state: sessions lie in the store, and time is the call's."""
