"""Calling what stands for the Lambda functions, queues, topics and event buses that actions name.

Nothing of AWS is reached from here. A map from the address of an action (its `Uri`) to a local HTTP URL or to a Python
callable says what stands for it. What is asked and answered follows AppConfig User Guide, "Creating a Lambda function
for a custom extension".
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

log = logging.getLogger("asdoc.server.actions")

Payload = dict[str, Any]
Stand = str | Callable[[Payload], "Payload | None"]
"""A URL that is posted to, or a callable."""

_WORKERS = 4
_MOST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that are read."""
_URL = ("http://", "https://")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""What stands for an action is near: no proxy that the environment names is asked for it."""


class ActionError(Exception):
    """An action could not be called, or answered with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Invoker:
    """Calls actions: at once where the caller waits for the answer, else by threads of its own.

    `stands` maps the address of an action to what stands for it; `timeout` is in seconds. An action that does not
    answer in that time has failed; it holds up nothing but, if it is a callable, the thread that called it.
    """

    def __init__(self, stands: Mapping[str, Stand] | None = None, *, timeout: float = 5.0) -> None:
        self._stands = dict(stands or {})
        self._timeout = timeout
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._idle = threading.Condition()
        self._open = 0

    def connect(self, uri: str, stand: Stand) -> None:
        """Have something stand for the action of that address, from now on."""
        self._stands[uri] = stand

    def call(self, uri: str, payload: Payload) -> Payload:
        """The answer of an action. Raises ActionError, also where the answer is an error or nothing stands for it."""
        stand = self._stands.get(uri)
        if stand is None:
            raise ActionError("NotConnected", f"Nothing stands for {uri} here, so it was not called.")
        act = partial(self._post, stand) if isinstance(stand, str) else stand
        answer = self._within(act, payload)
        if answer is None:
            return {}
        if not isinstance(answer, dict):
            raise ActionError("InvalidResponse", f"{uri} answered {type(answer).__name__}, not an object.")
        if answer.get("Error"):
            raise ActionError(str(answer["Error"])[:200], str(answer.get("Message") or "The action answered an error."))
        return answer

    def later(self, uri: str, payload: Payload, done: Callable[[ActionError | None], None]) -> None:
        """Call an action without waiting for it; `done` gets its error, or None."""

        def work() -> None:
            failed: ActionError | None = None
            try:
                self.call(uri, payload)
            except ActionError as error:
                failed = error
            done(failed)

        with self._idle:
            self._open += 1
        with self._lock:
            if len(self._threads) < _WORKERS:
                thread = threading.Thread(target=self._work, name="asdoc-actions", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._waiting.put(work)

    def settle(self, timeout: float) -> bool:
        """Wait until no call is under way; False where some still are after `timeout` seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: self._open == 0, timeout)

    def _work(self) -> None:
        while True:
            work = self._waiting.get()
            try:
                work()
            except Exception:
                log.exception("an action's end could not be noted")
            finally:
                with self._idle:
                    self._open -= 1
                    self._idle.notify_all()

    def _within(self, stand: Callable[[Payload], Payload | None], payload: Payload) -> Any:
        """What a callable gives, if it does so in time."""
        answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                answers.put((stand(json.loads(json.dumps(payload))), None))
            except BaseException as error:  # noqa: BLE001 - whatever it raises is its answer
                answers.put((None, error))

        threading.Thread(target=work, name="asdoc-action", daemon=True).start()
        try:
            answer, error = answers.get(timeout=self._timeout)
        except queue.Empty:
            raise ActionError("Timeout", f"The action did not answer within {self._timeout:g} seconds.") from None
        if isinstance(error, ActionError):
            raise error
        if error is not None:
            raise ActionError(type(error).__name__, str(error)[:500] or "The action failed.") from error
        return answer

    def _post(self, url: str, payload: Payload) -> Any:
        if not url.startswith(_URL):
            raise ActionError("NotConnected", f"{url[:200]} is not the URL of an HTTP server.")
        request = urllib.request.Request(  # noqa: S310 - http and https alone
            url, json.dumps(payload).encode(), {"content-type": "application/json"}, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=self._timeout) as response:
                body: bytes = response.read(_MOST_ANSWER)
        except urllib.error.HTTPError as error:
            raise ActionError("Unhandled", f"The action answered with status {error.code}.") from error
        except TimeoutError:
            raise ActionError("Timeout", f"The action did not answer within {self._timeout:g} seconds.") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise ActionError("Timeout", f"The action did not answer within {self._timeout:g} seconds.") from error
            raise ActionError("NotReachable", f"The action could not be reached: {error}.") from error
        try:
            return json.loads(body) if body.strip() else None
        except (ValueError, RecursionError) as error:
            raise ActionError("InvalidResponse", "The action did not answer with JSON.") from error
