"""Compute the tag that identifies a training's model, and the fingerprint of its arguments."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Final

TAG_LENGTH: Final = 13
FINGERPRINT_VERSION: Final = 1
_TAG: Final = re.compile(r"\[k-([a-z2-7]{13})\]\s*\Z")


def tag_of(journal_id: str, key: str) -> str:
    """Return the tag of a key: 13 characters of lower-case base32, which are 65 bits.

    It is the same in every process and different in every journal.
    """
    digest = hashlib.sha256(f"{journal_id}:{key}".encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:TAG_LENGTH].lower()


def tagged_name(name: str | None, tag: str) -> str:
    """Return the name that is sent, such as "Alex [k-3fi7akc2dq7x2]"."""
    mark = f"[k-{tag}]"
    return f"{name} {mark}" if name else mark


def tag_in(name: object) -> str | None:
    """Return the tag in the name of a model as the service has it, without its brackets; None without one."""
    found = _TAG.search(name) if isinstance(name, str) else None
    return found[1] if found else None


def fingerprint_of(
    name: str | None,
    subject_keyword: str | None,
    subject_type: str | None,
    urls: Iterable[str],
    digests: Iterable[str],
) -> str:
    """Return the fingerprint of a training's arguments: a version, a colon and a SHA-256.

    It does not depend on the order of images, the webhook URL, or the query of image URLs, because those URLs
    may be signed again for the same training.
    """
    arguments = {
        "name": name,
        "subject_keyword": subject_keyword,
        "subject_type": subject_type,
        "urls": sorted(re.split("[?#]", url, maxsplit=1)[0] for url in urls),
        "files": sorted(digests),
    }
    text = json.dumps(arguments, sort_keys=True, separators=(",", ":"))
    return f"{FINGERPRINT_VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"
