"""The rate that a client in the adaptive mode keeps to, once it has been throttled.

It is that of TCP's CUBIC, as AWS's SDKs have it: at a refusal the rate falls to seven tenths of what was really sent;
from there it climbs back to the rate of the refusal, lingers, and then goes beyond it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic

_BETA = 0.7
_SCALE = 0.4
_SMOOTHING = 0.8
_SLOWEST = 0.5
"""Requests a second."""
_SLOT = 0.5
"""Seconds over which the rate of sending is measured."""


class Rate:
    """Tokens that are filled at a rate which answers lower and raise. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._process = os.getpid()
        self._lock = threading.Lock()
        self.throttled = False
        """True from the first refusal; until then nothing is held back."""
        now = clock()
        self._tokens = 0.0
        self._capacity = 1.0
        self._fill = _SLOWEST
        self._filled = now
        self._measured = 0.0
        self._slot = now // _SLOT
        self._sent = 0
        self._last_most = 0.0
        self._last_refusal = now

    def wait(self) -> float:
        """Seconds to wait before the next sending, whose token is taken with it."""
        if not self.throttled:
            return 0.0
        with self._held():
            self._refill()
            self._tokens -= 1.0
            return max(-self._tokens / self._fill, 0.0)

    def answered(self, *, throttled: bool) -> None:
        """One attempt was answered: a refusal lowers the rate, anything else raises it."""
        with self._held():
            now = self._clock()
            self._measure(now)
            if throttled:
                rate = min(self._measured, self._fill) if self.throttled else self._measured
                self._last_most, self._last_refusal = rate, now
                self.throttled = True
                target = rate * _BETA
            else:
                zero = (self._last_most * (1 - _BETA) / _SCALE) ** (1 / 3)
                target = _SCALE * (now - self._last_refusal - zero) ** 3 + self._last_most
            self._set(min(target, 2 * self._measured))

    def _set(self, rate: float) -> None:
        self._refill()
        self._fill = max(rate, _SLOWEST)
        self._capacity = max(rate, 1.0)
        self._tokens = min(self._tokens, self._capacity)

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._filled) * self._fill)
        self._filled = now

    def _measure(self, now: float) -> None:
        slot = now // _SLOT
        self._sent += 1
        if slot > self._slot:
            rate = self._sent / ((slot - self._slot) * _SLOT)
            self._measured = rate * _SMOOTHING + self._measured * (1 - _SMOOTHING)
            self._sent, self._slot = 0, slot

    def _held(self) -> threading.Lock:
        # a thread that held the lock as the process forked is not there to give it back
        if self._process != os.getpid():
            self._lock, self._process = threading.Lock(), os.getpid()
        return self._lock
