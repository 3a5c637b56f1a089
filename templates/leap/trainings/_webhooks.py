"""The URLs of webhooks: each is signed, and names its training by the tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from ..webhooks import WebhookBodyError, WebhookVerificationError, sign_url, verify_url
from ._training import Training

# The largest body that is read: those of the service have less than a kilobyte.
MAX_BODY_BYTES: Final = 64 * 1024
# A week: a training may have to queue, and the service keeps a model for 7 days at least.
EXPIRES_IN: Final = 7 * 86400.0

Secret: TypeAlias = str | bytes | Sequence[str | bytes]

_PARAMETER: Final = "leap_training"
_TAG: Final = re.compile(rf"[?&]{_PARAMETER}=([a-z2-7]{{13}})(?:&|$)")


def url_for(base: str, tag: str, secret: Secret | None, expires_in: float) -> str:
    """Return the signed URL that the service is to call when a training has ended.

    Args:
        base: The public URL of the receiver.
        tag: The training's tag.
        secret: What it is signed with.
        expires_in: Seconds for which it is good.

    Raises:
        ValueError: There is no secret, or `base` cannot be signed.
    """
    separator = "&" if "?" in base else "?"
    return sign_url(f"{base}{separator}{_PARAMETER}={tag}", _needed(secret), expires_in=expires_in)


def tag_of_url(url: str, secret: Secret | None) -> str:
    """Return the tag in a webhook's URL, once the URL is verified.

    Args:
        url: The public URL of the call.
        secret: What it must be signed with.

    Raises:
        WebhookVerificationError: It was not signed with the secret, has expired, or names no training.
        ValueError: There is no secret.
    """
    verify_url(url, _needed(secret))
    found = _TAG.findall(url)
    if len(found) != 1:
        raise WebhookVerificationError(
            f"the URL has no parameter {_PARAMETER}: pass what webhook_url() returned as webhook_url"
        )
    tag: str = found[0]
    return tag


def other_model(training: Training, model_id: str) -> WebhookBodyError:
    """Make the error for a body that names a model which is not the training's."""
    return WebhookBodyError(
        f"the webhook's body names model {model_id!r}, which is not that of training {training.key!r}"
    )


def _needed(secret: Secret | None) -> Secret:
    if secret is None:
        raise ValueError("webhooks need a secret: give the journal's class webhook_secret=...")
    return secret
