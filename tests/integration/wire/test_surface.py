"""The package's surface: what it offers, and what importing it costs."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from typing import Any

import pytest

import tryleap
from tests.support.paths import ROOT
from tryleap import models

FIXED = {
    *("APIConnectionError", "APIStatusError", "APITimeoutError", "ApiResponse", "AsyncLeap"),
    *("AuthenticationError", "BadRequestError", "ConflictError", "InternalServerError", "Leap", "LeapError"),
    *("NotFoundError", "PaymentRequiredError", "PermissionDeniedError", "RateLimitError"),
    *("ResponseDecodeError", "TrainingFailedError", "UnprocessableEntityError", "WaitTimeoutError"),
    *("WebhookVerificationError", "debug_report"),
}


def python(code: str) -> str:
    """Run code in a fresh interpreter."""
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(ROOT / "generated"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def test_fixed_names_are_offered() -> None:
    """Every name that documentation and users rely on can be imported, and all that is listed exists."""
    assert set(tryleap.__all__) >= FIXED
    assert all(getattr(tryleap, name) is not None for name in tryleap.__all__)
    assert all(getattr(models, name).__name__ == name for name in models.__all__)
    assert set(dir(tryleap)) >= set(tryleap.__all__)


def test_names_that_do_not_exist() -> None:
    """A misspelt name is an AttributeError that names it, for the package and for its models."""
    for module in (tryleap, models):
        with pytest.raises(AttributeError, match="Lepa"):
            module.Lepa  # noqa: B018 - reading the name is what is tested


@pytest.mark.parametrize("client", [tryleap.Leap, tryleap.AsyncLeap])
@pytest.mark.parametrize("name", ["api_key", "token", "auth_token"])
def test_other_names_of_the_key(client: Any, name: str) -> None:
    """What other clients call the key is refused with its name here; a subclass may have its own."""
    with pytest.raises(TypeError, match=rf"takes no '{name}': give access_token=\.\.\., or set LEAP_API_KEY"):
        client(**{name: "key"})

    class Mine(client):  # type: ignore[misc]
        def __init__(self, api_key: str, token: str = "", auth_token: str = "") -> None:
            super().__init__(api_key)

    mine = Mine(api_key="key", **({} if name == "api_key" else {name: ""}))
    assert mine.access_token == "key"
    asyncio.run(mine.close()) if client is tryleap.AsyncLeap else mine.close()


def test_errors_show_their_public_names() -> None:
    """Tracebacks name the errors as users import them."""
    assert tryleap.LeapError.__module__ == "tryleap"
    assert issubclass(tryleap.TrainingFailedError, tryleap.LeapError)
    for name in sorted(name for name in FIXED if name.endswith("Error")):
        error = getattr(tryleap, name)
        assert issubclass(error, tryleap.LeapError), name
        assert not any(part.startswith("_") for part in error.__module__.split(".")), name


def test_import_is_lazy() -> None:
    """Importing the package alone loads nothing heavy: every run of pytest loads its plugin."""
    code = "import sys, tryleap; print({'httpx', 'attr', 'attrs', 'anyio', 'asyncio'} & set(sys.modules))"

    assert python(code).strip() == "set()"


@pytest.mark.parametrize("client", ["Leap", "AsyncLeap"])
def test_no_module_is_imported_during_a_call(client: str) -> None:
    """Importing a client loads all that its calls need, so that none blocks an event loop for an import."""
    code = f"""
import sys
from tryleap import {client}
from tryleap.simulator import running
import anyio
before = set()
async def calls():
    async with AsyncLeap("key", base_url=server.base_url) as leap:
        await leap.image_models.list_all_models()
        await leap.image_models.train_model(image_sample_files=[b"image"])
        try:
            await leap.image_models.get_model("none")
        except Exception as error:
            str(error)
with running() as server:
    before |= set(sys.modules)
    if "{client}" == "AsyncLeap":
        anyio.run(calls)
    else:
        with Leap("key", base_url=server.base_url) as leap:
            leap.image_models.list_all_models()
            leap.image_models.train_model(image_sample_files=[b"image"])
            try:
                leap.image_models.get_model("none")
            except Exception as error:
                str(error)
    print(sorted(name for name in set(sys.modules) - before if name.startswith("tryleap")))
"""

    assert python(code).strip() == "[]"


def test_submodules_need_no_import_of_their_own() -> None:
    """`tryleap.errors` and its like are there at first use."""
    code = "import tryleap; print(tryleap.errors.LeapError.__name__, tryleap.models.__name__)"

    assert python(code).split() == ["LeapError", "tryleap.models"]


def test_every_module_imports() -> None:
    """No module of the package fails to import by itself."""
    root = ROOT / "generated" / "tryleap"
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        if parts[-1] != "__main__":
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
