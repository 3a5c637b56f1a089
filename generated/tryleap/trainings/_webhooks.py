"""Create and verify webhook URLs, which are signed and contain the training's tag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from ..webhooks import WebhookBodyError, WebhookVerificationError, sign_url, verify_url
from ._training import Training

# Real bodies have less than a kilobyte.
MAX_BODY_BYTES: Final = 64 * 1024
# A week, because a training may be queued and the service keeps a model for at least 7 days.
EXPIRES_IN: Final = 7 * 86400.0

Secret: TypeAlias = str | bytes | Sequence[str | bytes]

_PARAMETER: Final = "leap_training"
_TAG: Final = re.compile(rf"[?&]{_PARAMETER}=([a-z2-7]{{13}})(?:&|$)")


def url_for(base: str, tag: str, secret: Secret | None, expires_in: float) -> str:
    """Return the signed webhook URL of a training.

    Raises:
        ValueError: There is no secret, or `base` cannot be signed.
    """
    separator = "&" if "?" in base else "?"
    return sign_url(f"{base}{separator}{_PARAMETER}={tag}", _required(secret), expires_in=expires_in)


def tag_of_url(url: str, secret: Secret | None) -> str:
    """Verify a webhook URL and return its tag.

    Raises:
        WebhookVerificationError: It was not signed with the secret, has expired, or names no training.
        ValueError: There is no secret.
    """
    verify_url(url, _required(secret))
    found = _TAG.findall(url)
    if len(found) != 1:
        raise WebhookVerificationError(
            f"the URL has no parameter {_PARAMETER}: pass what webhook_url() returned as webhook_url"
        )
    tag: str = found[0]
    return tag


def other_model(training: Training, model_id: str) -> WebhookBodyError:
    """Create the error for a body whose model does not belong to the training."""
    return WebhookBodyError(
        f"the webhook's body names model {model_id!r}, which is not that of training {training.key!r}"
    )


def _required(secret: Secret | None) -> Secret:
    if secret is None:
        raise ValueError("webhooks need a secret: pass webhook_secret=... to the journal's class")
    return secret
