"""Calls of an emulator's control API, as the guide ControlAPI describes it."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from typing import Any, Mapping, Optional, Union

from ._names import in_python

Body = Union[None, str, dict[str, Any], list[Any]]


class EmulatorError(Exception):
    """The emulator could not be started or asked, or it refused a question; the message says what was expected."""

    # So a report says where people import it from.
    __module__ = "redirect_emulator"


class Control:
    """The control API at an address such as `http://127.0.0.1:4010/_emulator`."""

    def __init__(self, url: str, key: Optional[str] = None) -> None:
        wrong = EmulatorError(f"{url!r} is not an address of a control API; expected http://HOST:PORT/_emulator")
        try:
            parts = urllib.parse.urlsplit(url)
            port = parts.port or 80
        except ValueError as error:
            raise wrong from error
        if parts.scheme != "http" or not parts.hostname or not parts.path.strip("/"):
            raise wrong
        # What a test's own resource is reached by: an inner test session needs a resource of its own beside it.
        path = parts.path.split("/resources/")[0].rstrip("/")
        self.url = f"http://{parts.netloc}{path}"
        self._host, self._port, self._path = parts.hostname, port, path
        self._fields = {"x-emulator-key": key} if key else {}

    def send(
        self, method: str, path: str, body: Body = None, content_type: str = "application/json", timeout: float = 30
    ) -> tuple[int, Any]:
        """The status and the JSON of a response. It never uses a proxy. `timeout` is in seconds."""
        fields = dict(self._fields)
        data = None
        if body is not None:
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            fields["Content-Type"] = content_type
        status, content = self._exchange(method, path, data, fields, timeout)
        try:
            return status, json.loads(content) if content else None
        except ValueError as error:
            raise self._silent(method, path, error) from error

    def _exchange(self, method: str, path: str, data: Optional[bytes], fields: dict[str, str], timeout: float) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        try:
            connection.request(method, self._path + path, data, fields)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(method, path, error) from error
        finally:
            connection.close()

    def _silent(self, method: str, path: str, error: Exception) -> EmulatorError:
        return EmulatorError(f"{method} {self.url}{path}: no response of an emulator: {error}")

    def ask(
        self, method: str, path: str, body: Body = None, timeout: float = 30, targets: Optional[Mapping[str, str]] = None
    ) -> Any:
        """The JSON of a response. Raises `EmulatorError` with the emulator's words where it refuses.

        `targets` has Python's names for the members of the body, by which a refusal names them.
        """
        __tracebackhide__ = True
        status, answer = self.send(method, path, body, timeout=timeout)
        if status >= 400:
            raise EmulatorError(refusal(answer, targets=targets) or f"{method} {self.url}{path}: status {status}")
        return answer

    def document(self, path: str) -> bytes:
        """The bytes of a document that is no JSON."""
        status, content = self._exchange("GET", path, None, self._fields, 60)
        if status != 200:
            raise EmulatorError(f"GET {self.url}{path}: status {status}")
        return content


def refusal(answer: Any, file: Optional[str] = None, targets: Optional[Mapping[str, str]] = None) -> str:
    """The emulator's words about what it refused; what is wrong in a scenario with line and column, and the file if there is one."""
    error = (answer or {}).get("error") or {}
    places = [
        f"{file or 'scenario'}:{detail['line']}:{detail['column']}: {detail['message']}"
        if detail.get("line")
        else detail["message"]
        for detail in error.get("details") or []
    ]
    return "\n".join(places) or in_python(error.get("message") or "", error.get("target"), targets or {})
