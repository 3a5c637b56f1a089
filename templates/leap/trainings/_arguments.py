"""Check the arguments of a training and hash its files, before the journal records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from .._runtime.request.files import FileTypes, ProgressCallback
from ..operations import image_models as operations
from ._digests import DigestedFile, digest, refuse_streams
from ._schema import KEY_LENGTH
from ._tags import fingerprint_of, tagged_name

if TYPE_CHECKING:
    from .._runtime.options import TimeoutTypes

# Seconds for one attempt if no deadline is given: enough for 200 MB at 1 Mbit/s.
DEFAULT_DEADLINE: Final = 1800.0


class TrainArguments(TypedDict, total=False):
    """The keyword arguments of `start`, and of each row of `run` in addition to its key."""

    name: str | None
    subject_keyword: str | None
    subject_type: str | None
    webhook_url: str | None
    image_sample_urls: Sequence[str] | None
    image_sample_files: Sequence[FileTypes] | None
    timeout: TimeoutTypes
    deadline: float | None
    extra_headers: Mapping[str, str] | None
    on_upload_progress: ProgressCallback | None


_OPTIONS: Final = ("timeout", "deadline", "extra_headers", "on_upload_progress")
_NAMES: Final = tuple(TrainArguments.__annotations__)


class Prepared:
    """A training that is ready to be recorded and sent.

    Args:
        key: Its key.
        fields: The arguments that are sent.
        options: The options of the call.
        files: Its image files.
    """

    def __init__(
        self, key: str, fields: dict[str, Any], options: dict[str, Any], files: list[DigestedFile]
    ) -> None:
        self.key = key
        self.name: str | None = fields.get("name")
        self.subject_keyword: str | None = fields.get("subject_keyword")
        self.subject_type: str | None = fields.get("subject_type")
        self.files = files
        self.on_upload_progress: ProgressCallback | None = options.get("on_upload_progress")
        deadline = options.get("deadline")
        self.deadline: float = DEFAULT_DEADLINE if deadline is None else deadline
        self._fields = fields
        self._options = options
        self.fingerprint = fingerprint_of(
            self.name,
            self.subject_keyword,
            self.subject_type,
            fields.get("image_sample_urls") or (),
            (each.stats.sha256 for each in files),
        )

    def arguments(self, tag: str) -> dict[str, Any]:
        """Return the arguments for `train_model`, with a tag appended to the name."""
        sent = {**self._fields, **self._options, "deadline": self.deadline, "max_retries": 0}
        sent["name"] = tagged_name(self.name, tag)
        if self.files:
            sent["image_sample_files"] = [each.upload for each in self.files]
        return sent

    def close(self) -> None:
        """Close the files that were opened for it."""
        for each in self.files:
            each.close()


def checked_key(key: object) -> str:
    """Check a key and return it.

    Raises:
        TypeError: It is not a string.
        ValueError: It is empty or too long, or contains characters that are not printable.
    """
    if not isinstance(key, str):
        raise TypeError(f"key must be a string, not {type(key).__name__}")
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError(f"key has {len(key)} characters: use 1 to {KEY_LENGTH}")
    if not key.isprintable():
        raise ValueError(f"key is {key!r}: use only printable characters")
    return key


def prepare(key: object, arguments: Mapping[str, Any]) -> Prepared:
    """Check the arguments of a training and read its files. This blocks.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: An argument has a value that cannot be sent, or a file cannot be read.
    """
    checked = checked_key(key)
    unknown = sorted(set(arguments) - set(_NAMES))
    if unknown:
        raise TypeError(f"unknown argument {unknown[0]!r}: a training accepts {', '.join(_NAMES)}")
    options = {name: arguments[name] for name in _OPTIONS if arguments.get(name) is not None}
    _check_deadline(options.get("deadline"))
    fields = {name: value for name, value in arguments.items() if name not in _OPTIONS and value is not None}
    files = fields.pop("image_sample_files", None)
    if files is None:
        operations.train_model(**fields)
        return Prepared(checked, fields, options, [])
    # A string is a sequence too; the client's own check rejects it with a message.
    listed: Any = list(files) if isinstance(files, Sequence) and not isinstance(files, str) else files
    if isinstance(listed, list):
        refuse_streams(listed)
    call = operations.train_model(image_sample_files=listed, **fields)
    if call.body is not None:
        call.body.inspect()
    return Prepared(checked, fields, options, digest(listed))


def _check_deadline(deadline: Any) -> None:
    # Checked here too, because the lease is computed from it before the client checks it.
    if deadline is None:
        return
    if isinstance(deadline, bool) or not isinstance(deadline, int | float):
        raise TypeError(f"deadline must be a number of seconds, not {type(deadline).__name__}")
    if not 0 < deadline < 1e7:
        raise ValueError(f"deadline is {deadline}: pass a positive number of seconds, less than 1e7")


__all__ = ["Prepared", "TrainArguments", "Unpack", "checked_key", "prepare"]
