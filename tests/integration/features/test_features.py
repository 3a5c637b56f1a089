"""A document of somebody else's: it becomes a package of the same quality, which sends what it says."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from tests.integration.features.conftest import Generated
from tests.integration.features.responses import EVERYTHING, ID
from tests.support.modes import Mode


@pytest.fixture(scope="module")
def package(generated: Callable[[str], Generated]) -> Generated:
    """The package of the document of many constructs."""
    return generated("features")


@pytest.fixture
def client(package: Generated, server: str, mode: Mode) -> Any:
    """Its client, sync and async."""
    return mode.calls(package.module(), "Features", access_token="key", base_url=server, max_retries=0)


@pytest.mark.parametrize("name", ["features", "older", "security"])
def test_types_are_strict(generated: Callable[[str], Generated], name: str) -> None:
    """The package passes mypy in strict mode, also where it has no model."""
    package = generated(name)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "-p", package.name]
    done = subprocess.run(command, cwd=package.folder, capture_output=True, text=True, check=False)

    assert done.stdout == ""


def test_parameters_of_every_place(client: Any) -> None:
    """Path, query, header and cookie parameters arrive as the document says; what is left out does not."""
    reported = client.parameters.send_parameters(
        "a/b",
        7,
        q="x y",
        flag=True,
        day=dt.date(2026, 1, 31),
        uid=UUID(int=1),
        many=["a", "b"],
        joined=[1, 2],
        piped=["a", "b"],
        color="red",
        level=2,
        filter_={"a": "1"},
        x_trace="t",
        session="s",
    )

    assert reported["path"] == "/parameters/a/b/7"
    # `size` has a default: what the service assumes is left to it.
    assert reported["query"] == [
        ["q", "x y"],
        ["flag", "true"],
        ["day", "2026-01-31"],
        ["uid", str(UUID(int=1))],
        ["many", "a"],
        ["many", "b"],
        ["joined", "1,2"],
        ["piped", "a|b"],
        ["color", "red"],
        ["level", "2"],
        ["filter", '{"a":"1"}'],
    ]
    assert (reported["headers"]["x-trace"], reported["headers"]["cookie"]) == ("t", "session=s")
    assert reported["headers"]["authorization"] == "Bearer key"


def test_values_outside_a_closed_set_are_refused(client: Any) -> None:
    """An argument outside its enum is refused before anything is sent."""
    with pytest.raises(ValueError, match="color"):
        client.parameters.send_parameters("a", 7, q="x", color="blue")
    with pytest.raises(ValueError, match="level"):
        client.parameters.send_parameters("a", 7, q="x", level=3)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("filter_", {"a": "\ud800"}, "filter_ contains a lone surrogate"),
        ("x_trace", "a\nb", "x_trace: the value of the header X-Trace contains a line break"),
        ("x_trace", 5, "x_trace must be a string"),
        ("session", "\ud800", "session contains a lone surrogate"),
        ("uid", "no uuid", "uid must be"),
    ],
)
def test_messages_name_the_argument(client: Any, argument: str, value: Any, message: str) -> None:
    """A message about a parameter calls it what the caller calls it, not what goes over the wire."""
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        client.parameters.send_parameters("a", 7, **{"q": "x", argument: value})


def test_json_bodies(client: Any, package: Generated) -> None:
    """Objects are spread over arguments; arrays, scalars, maps and optional objects are one."""
    thing = package.module("models").Thing(name="inner")
    bodies = client.bodies
    sent = bodies.send_object(
        name="n", size=None, made=dt.datetime(2026, 1, 31, tzinfo=dt.UTC), parts=[thing], kind="thing"
    )

    assert json.loads(sent["body"]) == {
        "name": "n",
        "size": None,
        "made": "2026-01-31T00:00:00Z",
        "parts": [{"name": "inner"}],
        "kind": "thing",
    }
    assert sent["headers"]["content-type"] == "application/json"
    assert json.loads(bodies.send_object(name="n")["body"]) == {"name": "n"}
    assert json.loads(bodies.send_array(body=[thing])["body"]) == [{"name": "inner"}]
    assert json.loads(bodies.send_scalar(body=5)["body"]) == 5
    assert json.loads(bodies.send_map(body={"a": 1})["body"]) == {"a": 1}
    assert bodies.send_optional()["body"] == ""
    assert json.loads(bodies.send_optional(body=thing)["body"]) == {"name": "inner"}
    with pytest.raises(ValueError, match="kind"):
        bodies.send_object(name="n", kind="no thing")


def test_other_bodies(client: Any) -> None:
    """Forms, multipart with a JSON part, bytes and text are sent with their media types."""
    bodies = client.bodies
    form = bodies.send_form(name="a b", tags=["x", "y"], count=2)
    parts = bodies.send_multipart(file=b"\x89PNG\r\n\x1a\n", note="n", meta={"name": "m"})

    assert parse_qsl(form["body"]) == [("name", "a b"), ("tags", "x"), ("tags", "y"), ("count", "2")]
    assert form["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert parts["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    assert 'name="meta"\r\nContent-Type: application/json\r\n\r\n{"name":"m"}' in parts["body"]
    assert bodies.send_bytes(body=b"\x00\x01")["body"] == "\x00\x01"
    assert bodies.send_text(body="text")["headers"]["content-type"].startswith("text/plain")


def test_responses_of_every_kind(client: Any) -> None:
    """Text, bytes, nothing, several statuses and vendor JSON are read as what they are."""
    answers = client.answers

    assert answers.get_text() == "größer"
    assert answers.get_bytes() == b"\x89PNG"
    assert answers.get_nothing() is None
    assert answers.get_several("thing").name == "t"
    assert answers.get_several("list") == ["a"]
    assert answers.get_default().name == "x"
    assert answers.get_undescribed() == {"a": [1]}


def test_unions(client: Any) -> None:
    """A discriminator chooses the model, else the first that fits is taken; what fits none stays as it is."""
    dog, cat, eel = client.answers.get_pets()
    circle, square = client.answers.get_shapes()

    assert (type(dog).__name__, dog.tricks) == ("Dog", ["sit"])
    assert (type(cat).__name__, cat.lives) == ("Cat", 9)
    assert eel == {"species": "eel"}
    assert (type(circle).__name__, circle.radius) == ("Circle", 1.5)
    assert (type(square).__name__, square.side) == ("Square", 2)


def test_error_bodies(client: Any, package: Generated) -> None:
    """A documented error body is the error's data, by its status or the class of that; any other is not."""
    errors, models = package.module("errors"), package.module("models")

    def error(method: str, which: str) -> Any:
        with pytest.raises(errors.APIStatusError) as raised:
            getattr(client.answers, method)(which)
        return raised.value

    taken = error("get_problem", "taken")
    assert (type(taken).__name__, taken.data) == (
        "ConflictError",
        models.Problem.from_dict({"reason": "taken"}),
    )
    assert error("get_problem", "broken").data == ["a", "b"]
    assert error("get_several", "problem").data.reason == "tea"
    other = error("get_problem", "other")
    assert (other.data, other.body) == (None, {"reason": "undocumented"})
    html = error("get_problem", "html")
    assert (html.data, html.body) == (None, "<p>taken</p>")


def test_models_of_every_kind(client: Any) -> None:
    """allOf, anyOf, nullable, dates, UUIDs, maps and free fields are read, and written back as they came."""
    found = client.answers.get_everything()

    assert (found.extended.id, found.extended.extra) == (UUID(ID), "e")
    assert (found.union, found.day, found.uid) == (dt.date(2026, 1, 31), dt.date(2026, 1, 31), UUID(ID))
    assert (found.nullable, found.nullable_thing.kind) == (None, "thing")
    assert found.nullable_thing.parts[0].parts[0].name == "pp"
    # Neither a number outside its enum nor a text outside an open set spoils the rest.
    assert (found.level, found.state) == (3, "later")
    assert (found.counts, found.things["t"].name, found.matrix) == ({"a": 1}, "t", [[1, 2.5]])
    assert (found.free, found.anything) == ({"b": [1]}, [None, {"c": 2}])
    assert (type(found.model).__name__, found.model.id, found.fields[0].any_) == ("Model_", "i", "a")
    assert found.additional_properties == {"more": 7}
    assert found.to_dict() == EVERYTHING


def test_a_fragment_of_a_path_is_not_sent(client: Any) -> None:
    """A path with a fragment, which tells operations of one address apart, is sent without it."""
    reported = client.answers.get_beside_fragment(q="x")

    assert (reported["path"], reported["query"]) == ("/answers/echo", [["q", "x"]])


def test_alternatives_of_one_python_type(package: Generated, server: str, mode: Mode) -> None:
    """Alternatives that are all strings, or lists of them, stay apart: none of their values departs."""
    reported: list[Any] = []
    options: dict[str, Any] = {"access_token": "key", "base_url": server, "on_drift": reported.append}
    found = mode.calls(package.module(), "Features", **options).answers.get_everything()
    assert [each.path for each in reported if not each.is_addition] == ["level"]

    assert (found.known, found.either) == ("pink", ["off", None, "on"])
    assert (found.rows, found.pair) == ([dt.date(2026, 1, 31)], ["first", "second", 3])
    # A date alone is no date and time, or its alternative would never be chosen.
    assert (type(found.when), found.when) == (dt.date, dt.date(2026, 1, 31))
    hints = package.module("models").Everything.__annotations__
    assert hints["known"] == "Color | str | None"
    assert hints["pair"] == "list[Literal['first'] | str | float] | None"


def test_names_of_the_document_win(client: Any, package: Generated) -> None:
    """Keywords and builtins get an underscore, and our own names give way to those of the document."""
    odd = package.module("models").Odd
    made = odd.from_dict_({"class": "c", "from_dict": "f", "field": "d", "a-b": "1", "größe": "g", "x": 1})

    assert (made.class_, made.from_dict, made.field, made.größe) == ("c", "f", "d", "g")
    assert made.to_dict_() == {"class": "c", "from_dict": "f", "field": "d", "a-b": "1", "größe": "g", "x": 1}
    assert client.names.import_("p", timeout="document's", timeout_=5.0).to_dict_()["path"] == "/names/p"


def test_equal_names_are_distinguished(client: Any, package: Generated) -> None:
    """Two fields, or two parameters, that would have one name in Python have two."""
    odd = package.module("models").Odd.from_dict_({"+1": 1, "-1": 2, "a-b": "3", "a_b": "4"})
    assert (odd.plus_1, odd.minus_1, odd.ab, odd.a_b) == (1, 2, "3", "4")
    reported = client.names.import_("p", class_query="q", body="b").to_dict_()

    assert (reported["path"], reported["query"]) == ("/names/p", [["class", "q"], ["body", "b"]])


def test_names_of_the_generated_modules(client: Any) -> None:
    """What a document calls like our own functions gets an underscore, and works."""
    reported = client.names.path_value_("p", operations_="o", call_="c", dt=dt.date(2026, 1, 31), len_="l")

    assert reported["path"] == "/names/ours/p"
    assert reported["query"] == [["operations", "o"], ["call", "c"], ["dt", "2026-01-31"], ["len", "l"]]


def test_odd_names_in_a_path(client: Any) -> None:
    """A placeholder of any characters is filled, in the order of the path."""
    reported = client.names.get_odd_path("u", "v/w", 5, "g", "f")

    assert reported["path"] == "/odd-path/u/v/w/5/xgy/f"


def test_tags(client: Any) -> None:
    """A missing tag, one given twice, one of signs and one like a method of the client become resources."""
    assert client.shape.send_shape(body=[])["path"] == "/like-a-model"
    assert client.circle.get_circle(ratio=0.5)["query"] == [["ratio", "0.5"]]
    with pytest.raises(ValueError, match="ratio"):
        client.circle.get_circle(ratio=0.7)
    assert client.default.get_untagged()["path"] == "/untagged"
    assert client.close_.close()["path"] == "/odd-tags"
    assert client.x_2_nd_thing_gr_er_class.get_odd_tag()["path"] == "/odd-tags"


def test_nullable_of_the_older_standard(
    generated: Callable[[str], Generated], server: str, mode: Mode
) -> None:
    """`nullable: true` is null in both directions, and not the same as left out."""
    module = generated("older").module()
    client: Any = mode.calls(module, "Older", base_url=server, strict=True)
    part = generated("older").module("models").Part(id="p")
    given = {"name": None, "color": None, "size": None, "part": part, "parts": None}

    whole = client.things.send_thing(**given)
    assert (whole.name, whole.color, whole.size, whole.part, whole.parts) == (None, None, None, part, None)
    assert whole.to_dict() == {**given, "part": {"id": "p"}}
    assert client.things.send_thing(name="n", color="red").to_dict() == {"name": "n", "color": "red"}


def test_the_table_of_constructs() -> None:
    """Every test and document that the table of constructs names is there."""
    here = Path(__file__).parent
    tests = "".join(each.read_text() for each in here.glob("test_*.py"))
    named = re.findall(r"`([a-z_.]+)`", (here / "constructs.md").read_text())

    missing = [
        name
        for name in named
        if (name.endswith((".yaml", ".py")) and not (here / name).is_file())
        or (name.startswith("test_") and not name.endswith(".py") and f"def {name}(" not in tests)
    ]
    assert missing == []
