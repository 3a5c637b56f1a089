"""Read the defaults and limits that signatures, pages and messages state from the runtime."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from templates.runtime import backoff, options, retry, wait_policy


@frozen
class Defaults:
    """Defaults and limits of every generated client. Times are in seconds.

    Args:
        timeout: The timeouts of an attempt, by phase.
        max_retries: The default number of retries.
        max_response_mib: The largest response, in MiB.
        max_response_values: The largest number of JSON values in a response.
        wait: The default timeout of a wait.
        wait_minutes: The same in minutes.
        wait_failures: The number of consecutive failures that a wait tolerates.
        delay_growth: The growth of the delay between polls, in percent.
        first_delay: The longest delay before the first retry.
        max_delay: The longest delay before any retry.
        max_retry_after: The longest delay that a server can request.
        retried_statuses: The statuses after which an idempotent call is retried.
        refused_statuses: The statuses other than 4xx that mean that the server did nothing.
    """

    timeout: Mapping[str, str]
    max_retries: int
    max_response_mib: int
    max_response_values: int
    wait: float
    wait_minutes: str
    wait_failures: int
    delay_growth: str
    first_delay: str
    max_delay: str
    max_retry_after: str
    retried_statuses: tuple[int, ...]
    refused_statuses: tuple[int, ...]


DEFAULTS = Defaults(
    timeout={phase: f"{seconds:g}" for phase, seconds in options.DEFAULT_TIMEOUT.items()},
    max_retries=options.DEFAULT_MAX_RETRIES,
    max_response_mib=options.DEFAULT_MAX_RESPONSE_BYTES // 2**20,
    max_response_values=options.DEFAULT_MAX_RESPONSE_VALUES,
    wait=wait_policy.DEFAULT_WAIT,
    wait_minutes=f"{wait_policy.DEFAULT_WAIT / 60:g}",
    wait_failures=wait_policy.MAX_CONSECUTIVE_FAILURES,
    delay_growth=f"{(wait_policy.DELAY_GROWTH - 1) * 100:g} %",
    first_delay=f"{backoff.FIRST_DELAY:g}",
    max_delay=f"{backoff.MAX_DELAY:g}",
    max_retry_after=f"{backoff.MAX_RETRY_AFTER:g}",
    retried_statuses=tuple(sorted(retry.AMBIGUOUS_STATUSES)),
    refused_statuses=tuple(sorted(retry.NOTHING_DONE)),
)
