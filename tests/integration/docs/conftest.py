"""What the pages use beside the package: its own pytest plugin, and libraries that need not be installed."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tryleap.pytest_plugin import pytest_configure as pytest_configure  # noqa: PLC0414 - a hook, found by name


class _DataFrame:
    """Takes what pandas makes a table of: a list of dictionaries with plain values."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = json.loads(json.dumps(rows))


class _Celery:
    """Runs a task at once, on arguments that went through JSON, as Celery does with `task_always_eager`."""

    def __init__(self, name: str, *, broker: str, backend: str) -> None:
        self.conf = SimpleNamespace()

    def task(self, function: Any) -> Any:
        def delay(*arguments: Any) -> Any:
            assert self.conf.task_always_eager
            result = json.loads(json.dumps(function(*json.loads(json.dumps(arguments)))))
            return SimpleNamespace(get=lambda: result)

        function.delay = delay
        return function


@pytest.fixture(autouse=True)
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for pandas and Celery where they are not installed: their own part is not what is tested."""
    for name, contents in {"pandas": {"DataFrame": _DataFrame}, "celery": {"Celery": _Celery}}.items():
        if find_spec(name) is None:
            module = ModuleType(name)
            vars(module).update(contents)
            monkeypatch.setitem(sys.modules, name, module)
