"""Lengths of time, texts for one line, and errors in two."""

from __future__ import annotations

import pytest
import typer

from tryleap._cli import terminal
from tryleap._cli.parsers import given, seconds


@pytest.mark.parametrize(
    ("text", "length"), [("90", 90), ("90s", 90), ("45m", 2700), ("1.5h", 5400), (" 2 ", 2), ("0.05", 0.05)]
)
def test_lengths_of_time(text: str, length: float) -> None:
    """Seconds, or a number with its unit."""
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0", "-1", "soon", "1d", "1 m", "nan", "inf", "1e3"])
def test_no_lengths_of_time(text: str) -> None:
    """Everything else is refused with the way to write it."""
    with pytest.raises(typer.BadParameter, match=r"write 90, 90s, 45m or 1.5h"):
        seconds(text)


def test_only_what_was_given() -> None:
    """None and empty lists were not given; false values of other kinds were."""
    assert given(a=None, b=[], c=0, d=False, e="") == {"c": 0, "d": False, "e": ""}


def test_one_line() -> None:
    """Line breaks become blanks, and what could steer a terminal is made visible."""
    assert terminal.one_line(" a\n\tb  c ") == "a b c"
    assert terminal.one_line("\x1b[2J\x9b\u202e\ud800") == "\ufffd[2J\ufffd\ufffd\ufffd"


def test_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is blanked out wherever it appears; a stand-in of a letter or two is not."""
    monkeypatch.setattr(terminal, "_secrets", set())
    terminal.keep_secret(" sk-12345678\n")
    terminal.keep_secret("k")
    terminal.keep_secret(None)

    assert terminal.one_line("key sk-12345678!") == "key [secret]!"


def test_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever an error says, it takes two lines."""
    terminal.report_error("one\ntwo", "three\n\nfour")

    assert capsys.readouterr() == ("", "error: one two\n  three four\n")
