"""Define problems: each has a place, a description and advice."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen
class Place:
    """A place inside a document.

    Args:
        pointer: The path inside the document as a JSON pointer that starts with ``#``; "" where it is not a
            problem of the document.
        file: The file's name as the user gave it; None until the loader's locator has been asked.
        line: The line in the file, counted from 1; None where it is unknown.
    """

    pointer: str = ""
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Write the place as compilers do, so that editors can jump to it."""
        position = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (position, self.pointer) if part)


@frozen
class Problem:
    """One thing that stops the generator.

    Args:
        place: Where it is.
        what: What is wrong, with the value that was seen.
        way_out: What the reader can do about it.
    """

    place: Place
    what: str
    way_out: str

    def __str__(self) -> str:
        """Format the problem as two lines, the second of which is the advice."""
        where = str(self.place)
        return f"{where}: {self.what}\n    {self.way_out}" if where else f"{self.what}\n    {self.way_out}"


class GenerationError(Exception):
    """The generator stopped. Nothing was written.

    Args:
        problems: All that was found, in the order of the document where that is known.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, without repetitions."""
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def stop(pointer: str, what: str, way_out: str) -> GenerationError:
    """Make the error of a single problem at a pointer.

    Args:
        pointer: The place, as a JSON pointer.
        what: What is wrong.
        way_out: What to do about it.

    Returns:
        The error, to be raised.
    """
    return GenerationError([Problem(Place(pointer), what, way_out)])
