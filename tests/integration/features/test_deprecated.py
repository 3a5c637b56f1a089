"""What the document advises against warns, once in a process, at the line of whoever uses it."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from tests.integration.features.conftest import Generated

ADVICE = "is deprecated in the document of the API"


@pytest.fixture
def package(generated: Callable[[str], Generated]) -> Generated:
    """The package, which has told nothing yet."""
    found = generated("features")
    deprecation: Any = found.module("_runtime.deprecation")
    deprecation._WARNED.clear()
    deprecation.warn_of_fields(found.module("models").OldThing)
    return found


@pytest.fixture
def reported() -> Iterator[list[warnings.WarningMessage]]:
    """The warnings, all that there are."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield found


def here() -> int:
    """The line from which this is called."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def said(reported: list[warnings.WarningMessage]) -> list[str]:
    """What was said, all of it as it should be, of this file."""
    assert {each.category for each in reported} <= {DeprecationWarning}
    assert {each.filename for each in reported} <= {__file__}
    return [str(each.message).removesuffix(f" {ADVICE}") for each in reported]


def test_operations_and_arguments(package: Generated, server: str, reported: Any) -> None:
    """A sync call warns of the operation and of each deprecated argument that is given, and once only."""
    with package.module().Features("key", base_url=server) as client:
        line = here() + 1
        client.old.send_deprecated(fresh="f")
        assert [each.lineno for each in reported] == [line]
        client.old.with_raw_response.send_deprecated(fresh="f", stale="s")
        client.old.send_deprecated(stale="s")
        client.parameters.send_parameters("a", 1, q="q")
        client.parameters.send_parameters("a", 1, q="q", old="o")

    assert said(reported) == [
        "old.send_deprecated",
        "old.send_deprecated(stale)",
        "parameters.send_parameters(old)",
    ]


def test_operations_that_are_awaited(package: Generated, server: str, reported: Any) -> None:
    """An async call warns at the line that awaits it."""

    async def use() -> int:
        async with package.module().AsyncFeatures("key", base_url=server) as client:
            line = here() + 1
            await client.old.send_deprecated(stale="s")
            await client.old.send_deprecated(stale="s")
        return line

    line = anyio.run(use)
    assert [each.lineno for each in reported] == [line, line]
    assert said(reported) == ["old.send_deprecated", "old.send_deprecated(stale)"]


def test_fields_that_are_read(package: Generated, server: str, reported: Any) -> None:
    """An answer is read, compared, shown, copied and written without a word; its user's reading warns."""
    with package.module().Features("key", base_url=server) as client:
        thing = client.old.get_deprecated()
    same = pickle.loads(pickle.dumps(copy.deepcopy(thing)))

    assert (same, repr(same), same.name) == (thing, repr(thing), "n")
    assert thing.to_dict() == {"name": "n", "stale": "s", "gone": "g"}
    assert reported == []
    line = here() + 1
    assert (thing.stale, thing.stale, same.stale) == ("s", "s", "s")
    assert [each.lineno for each in reported] == [line]
    assert said(reported) == ["OldThing.stale"]


def test_fields_that_are_given(package: Generated, reported: Any) -> None:
    """A model made or changed by its user warns of what is deprecated, unless that is left out."""
    model = package.module("models").OldThing
    made = model.from_dict({"name": "n", "stale": "s"})
    assert reported == []
    made.gone = "g"
    model(name="n", stale="s", gone="g")

    assert said(reported) == ["OldThing.gone", "OldThing.stale"]
    assert (made.gone, made.stale) == ("g", "s")


def test_warnings_as_errors(package: Generated, server: str) -> None:
    """Who makes warnings into errors is stopped each time, before anything is sent."""
    with warnings.catch_warnings(), package.module().Features("key", base_url=server) as client:
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(DeprecationWarning, match=ADVICE):
                client.old.send_deprecated()


def test_docstrings(package: Generated) -> None:
    """Operation, argument and attribute say it where an editor shows it."""
    resource, model = package.module("resources.old").Old, package.module("models").OldThing

    assert "Deprecated: the document advises against it." in resource.send_deprecated.__doc__
    assert "stale: `stale` of the document. Deprecated." in resource.send_deprecated.__doc__
    assert "gone: `gone` of the document. Deprecated." in model.__doc__


def test_no_cost_elsewhere(package: Generated) -> None:
    """Modules without anything deprecated know nothing of all this."""
    for path in ("operations/bodies.py", "models/thing.py"):
        assert "deprecation" not in (package.folder / package.name / path).read_text()
