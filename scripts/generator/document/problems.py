"""Define problems of a document, each with a place, a description and advice."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen
class Place:
    """A place inside a document.

    Args:
        pointer: A JSON pointer that starts with ``#``; "" if the problem is not in the document.
        file: The file's name as the user gave it; None until it is located.
        line: The line in the file, counted from 1; None if it is unknown.
    """

    pointer: str = ""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Format the place as compilers do, so that editors can jump to it."""
        position = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (position, self.pointer) if part)


@frozen
class Problem:
    """One thing that stops the generator.

    Args:
        place: Where it is.
        what: What is wrong, with the value that was found.
        way_out: What to do about it.
    """

    place: Place
    what: str
    way_out: str

    def __str__(self) -> str:
        """Format the problem as two lines; the second is the advice."""
        where = str(self.place)
        return f"{where}: {self.what}\n    {self.way_out}" if where else f"{self.what}\n    {self.way_out}"


class GenerationError(Exception):
    """Nothing can be generated, and nothing was written.

    Args:
        problems: All problems that were found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each problem once."""
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def stop(pointer: str, what: str, way_out: str) -> GenerationError:
    """Return the error of a single problem.

    Args:
        pointer: The place, as a JSON pointer.
        what: What is wrong.
        way_out: What to do about it.

    Returns:
        The error, for the caller to raise.
    """
    return GenerationError([Problem(Place(pointer), what, way_out)])
