"""Certificates made when the tests run: a good one, and one for each reason to refuse it."""

from __future__ import annotations

import datetime as dt
import ssl
from functools import cache

import trustme

AUTHORITY = trustme.CA()
NAMES = ("127.0.0.1", "localhost")


@cache
def trusting() -> ssl.SSLContext:
    """What a client uses that trusts our authority and nobody else."""
    context = ssl.create_default_context(cafile=None, cadata=AUTHORITY.cert_pem.bytes().decode())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@cache
def serving(kind: str) -> ssl.SSLContext:
    """What a server uses."""
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificates = {
        "good": lambda: AUTHORITY.issue_cert(*NAMES),
        "self-signed": lambda: trustme.CA().issue_cert(*NAMES),
        "wrong-host": lambda: AUTHORITY.issue_cert("elsewhere.invalid"),
        "expired": lambda: AUTHORITY.issue_cert(*NAMES, not_after=yesterday),
    }
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates[kind]().configure_cert(context)
    return context
