"""What `start` records and sends, and what becomes of it when that goes wrong."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tryleap import (
    APIConnectionError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    LeapError,
    PaymentRequiredError,
)
from tryleap.simulator import Simulator
from tryleap.trainings import TrainingConflictError
from tryleap.trainings._tags import tag_in, tag_of

from .conftest import PNG, Blocking, Opener


def test_a_key_is_sent_once(trainings: Blocking, simulator: Simulator, picture: Path) -> None:
    """The second start with a key returns what the first has recorded, and sends nothing."""
    first = trainings.start("order-1", name="Alex", subject_keyword="@me", image_sample_files=[picture])
    second = trainings.start("order-1", name="Alex", subject_keyword="@me", image_sample_files=[picture])

    assert first == second == trainings.get("order-1")
    assert (first.state, first.attempts, first.files) == ("started", 1, (("me-1.png", len(PNG)),))
    assert [each.model_id for each in simulator.uploads] == [first.model_id]
    assert first.created_at <= first.sent_at


def test_the_name_bears_the_tag(trainings: Blocking, simulator: Simulator) -> None:
    """The tag follows from the journal and the key; the journal keeps the name without it."""
    named = trainings.start("order-1", name="Alex", image_sample_urls=["https://example.com/me.jpg"])
    unnamed = trainings.start("order-2", image_sample_urls=["https://example.com/me.jpg"])
    sent = [each.fields["name"][0] for each in simulator.uploads]

    assert sent == [f"Alex [k-{named.tag}]", f"[k-{unnamed.tag}]"]
    assert named.tag == tag_of(trainings.inner._journal.journal_id, "order-1") == tag_in(sent[0])
    assert named.tag != unnamed.tag
    assert (named.name, unnamed.name) == ("Alex", None)


def test_what_a_fingerprint_leaves_out(trainings: Blocking, simulator: Simulator, tmp_path: Path) -> None:
    """Order of images, names of files, the webhook and signatures of URLs may differ the second time."""
    other = tmp_path / "other.png"
    other.write_bytes(PNG + b"2")
    moved = tmp_path / "moved.png"
    moved.write_bytes(PNG)
    trainings.start("files", image_sample_files=[PNG, other], webhook_url="https://example.com/a?token=1")
    trainings.start("files", image_sample_files=[other, moved], webhook_url="https://example.com/b")
    trainings.start("urls", image_sample_urls=["https://a.example/1?signed=1", "https://a.example/2"])
    trainings.start("urls", image_sample_urls=["https://a.example/2", "https://a.example/1?signed=2"])

    assert len(simulator.uploads) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Bob"}, "name differ"),
        ({"subject_keyword": "@you", "subject_type": "cat"}, "subject_keyword and subject_type differ"),
        ({"image_sample_files": [PNG + b"!"]}, "the images differ"),
    ],
)
def test_other_arguments_conflict(
    trainings: Blocking, simulator: Simulator, changed: dict[str, Any], said: str
) -> None:
    """A key stands for one training: other arguments are refused, and the error says which differ."""
    given = {"name": "Alex", "image_sample_files": [PNG]}
    first = trainings.start("order-1", **given)
    with pytest.raises(TrainingConflictError, match=said) as caught:
        trainings.start("order-1", **{**given, **changed})

    assert caught.value.training == first
    assert caught.value.model == first.model
    assert len(simulator.uploads) == 1


@pytest.mark.parametrize(
    ("key", "arguments", "said"),
    [
        ("", {"image_sample_files": [PNG]}, "key has 0 characters"),
        ("x" * 201, {"image_sample_files": [PNG]}, "key has 201 characters"),
        ("a\nb", {"image_sample_files": [PNG]}, "printable"),
        (7, {"image_sample_files": [PNG]}, "key must be a string, not int"),
        ("k", {}, "exactly one of"),
        ("k", {"image_sample_files": [PNG], "image_sample_urls": ["https://a.example"]}, "exactly one of"),
        ("k", {"image_sample_files": []}, "image_sample_files"),
        ("k", {"image_sample_files": "me.jpg"}, "image_sample_files"),
        ("k", {"image_sample_files": ["no-such-file.jpg"]}, r"image_sample_files\[0\]"),
        ("k", {"image_sample_files": [PNG], "nam": "Alex"}, "unknown argument 'nam'"),
        ("k", {"image_sample_files": [PNG], "name": 7}, "name"),
        ("k", {"image_sample_files": [PNG], "deadline": 0}, "deadline is 0"),
        ("k", {"image_sample_files": [PNG], "deadline": "1"}, "deadline must be a number"),
    ],
)
def test_wrong_arguments_leave_no_trace(
    trainings: Blocking, simulator: Simulator, key: Any, arguments: dict[str, Any], said: str
) -> None:
    """What cannot be sent is refused before the journal hears of it."""
    with pytest.raises((ValueError, TypeError), match=said):
        trainings.start(key, **arguments)

    assert trainings.list() == []
    assert not simulator.requests


def test_a_stream_is_refused(trainings: Blocking, tmp_path: Path) -> None:
    """Files are read twice: to recognise the training, and to send it."""
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read, "rb") as stream, pytest.raises(ValueError, match=r"\[0\] can be read only once"):
        trainings.start("k", image_sample_files=[stream])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"\[1\] can be read only once"):
        trainings.start("k", image_sample_files=[PNG, tmp_path / "pipe"])

    assert trainings.list() == []


def test_every_kind_of_file(trainings: Blocking, simulator: Simulator, picture: Path) -> None:
    """Whatever the client takes, the journal digests from its present position, and sends whole."""
    opened = io.BytesIO(b"skipped" + PNG)
    opened.seek(7)
    given = [str(picture), PNG, bytearray(PNG), opened, ("named.png", picture), ("b.png", PNG, "image/png")]
    training = trainings.start("k", image_sample_files=given)
    received = simulator.uploads[0].files

    assert {each.size for each in received} == {len(PNG)}
    assert len({each.sha256 for each in received}) == 1
    assert [name for name, _ in training.files] == ["me-1.png", None, None, None, "named.png", "b.png"]
    assert not opened.closed


LOOK = "Training 'k' is unknown in the journal. Call reconcile() to look for its model."
NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("fault", "error", "state", "note"),
    [
        ({"status": 400}, BadRequestError, "rejected", "Training 'k' is rejected in the journal."),
        ({"status": 401}, AuthenticationError, "rejected", "Training 'k' is rejected in the journal."),
        ({"status": 500}, InternalServerError, "unknown", LOOK),
        ({"reset": True, "carried_out": True}, APIConnectionError, "unknown", LOOK),
        (None, APIConnectionError, "pending", "Training 'k' is pending in the journal."),
    ],
    ids=["refused", "no key", "failed", "lost", "not sent"],
)
def test_an_error_is_recorded(  # noqa: PLR0917 - fixtures and parameters
    open_trainings: Opener, simulator: Simulator, fault: Any, error: type[LeapError], state: str, note: str
) -> None:
    """What was refused or not sent may be started again; what the service may have acted on is not sent."""
    if fault:
        simulator.faults.add("train_model", **fault)
    trainings = open_trainings(base_url="" if fault else NOWHERE)
    with pytest.raises(error) as caught:
        trainings.start("k", image_sample_files=[PNG])
    recorded, sent = trainings.get("k"), len(simulator.uploads)
    again = open_trainings().start("k", image_sample_files=[PNG])

    assert recorded == caught.value.training
    assert recorded.state == state
    assert str(caught.value) == recorded.error
    assert caught.value.__notes__[-1] == note
    assert (again.state, again.attempts) == (("unknown", 1) if state == "unknown" else ("started", 2))
    assert len(simulator.uploads) - sent == (state != "unknown")


def test_a_training_as_json(trainings: Blocking, simulator: Simulator) -> None:
    """What `to_dict` returns is what json can write, before and after the training has begun."""
    simulator.faults.add("train_model", status=402)
    with pytest.raises(PaymentRequiredError):
        trainings.start("k", name="Alex", image_sample_files=[PNG])
    rejected = json.loads(json.dumps(trainings.get("k").to_dict()))
    started = json.loads(json.dumps(trainings.start("k", name="Alex", image_sample_files=[PNG]).to_dict()))

    assert (rejected["state"], rejected["model"], rejected["ended_at"]) == ("rejected", None, None)
    assert (started["key"], started["state"], started["name"]) == ("k", "started", "Alex")
    assert started["model"]["id"] == started["model_id"]
    assert started["sent_at"] > rejected["sent_at"] > rejected["created_at"] == started["created_at"]


def test_a_file_that_changes_is_not_sent(
    trainings: Blocking, simulator: Simulator, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was digested is what is uploaded: a file that was replaced since ends the attempt."""
    journal = trainings.inner._journal
    claim = journal.claim

    def replaced_meanwhile(*args: Any, **kwargs: Any) -> Any:
        other = picture.with_suffix(".new")
        other.write_bytes(PNG[::-1])
        other.replace(picture)
        return claim(*args, **kwargs)

    monkeypatch.setattr(journal, "claim", replaced_meanwhile)
    with pytest.raises((LeapError, ValueError), match="has changed since the training was recorded"):
        trainings.start("k", image_sample_files=[picture])

    assert trainings.get("k").state in ("pending", "unknown")
    assert not simulator.uploads


def test_progress_is_passed_on(trainings: Blocking, picture: Path) -> None:
    """The caller's own progress function is called, and what it raises leaves the training unknown."""
    reported: list[tuple[int, int | None]] = []
    trainings.start("k", image_sample_files=[picture], on_upload_progress=lambda *seen: reported.append(seen))

    def raises(sent: int, total: int | None) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        trainings.start("other", image_sample_files=[picture], on_upload_progress=raises)

    assert reported[0][0] == 0
    assert reported[-1][0] == reported[-1][1]
    assert trainings.get("other").state == "unknown"
    assert trainings.get("other").error == "RuntimeError"
