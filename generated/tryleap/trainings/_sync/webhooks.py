# Made from ../_async by `make generate`: change that.
"""Handle a webhook: verify its URL, and get the model that its body names from the service."""

from __future__ import annotations

from ...errors import NotFoundError
from ...webhooks import WebhookVerificationError, parse
from .._concurrency_sync import LeapClient, run_blocking
from .._journal import Journal
from .._tags import tag_in
from .._training import Training
from .._webhooks import MAX_BODY_BYTES, Secret, other_model, tag_of_url


def handle(journal: Journal, leap: LeapClient, secret: Secret | None, url: str, body: bytes) -> Training:
    """Handle a webhook; see `AsyncTrainings.handle_webhook`."""
    tag = tag_of_url(url, secret)
    named = parse(body, max_bytes=MAX_BODY_BYTES)
    training = run_blocking(lambda: journal.by_tag(tag))
    if training is None:
        raise WebhookVerificationError("the URL belongs to a training that this journal does not have")
    if training.model_id not in (None, named.id):
        raise other_model(training, named.id)
    try:
        model = leap.image_models.get_model(named.id)
    except NotFoundError:
        if training.model_id is None:
            raise other_model(training, named.id) from None
        return run_blocking(lambda: journal.vanished(training.key, named.id))
    # A model that a person chose may have no tag; any other must have this training's tag.
    if model.id != named.id or (training.model_id is None and tag_in(model.name) != tag):
        raise other_model(training, named.id)
    run_blocking(lambda: journal.observe([model]))
    return run_blocking(lambda: journal.get(training.key)) or training
