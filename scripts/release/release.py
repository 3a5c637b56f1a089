"""Release the last commit: check it, rehearse it and tag it.

The version is the one in generator-config.yaml. If a step fails, nothing is tagged. Nothing is pushed or
published; the last line of the output says how to do that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from attrs import frozen

from ..contract.check_compat import CompatError, compare_with
from ..options import command_parser
from . import changelog, versions
from .checkout import Checkout
from .problems import DistributionError, ending_in_order, run


@frozen
class Step:
    """One step of a release.

    Args:
        name: What must be true.
        go: Checks it or brings it about; raises DistributionError if it cannot.
    """

    name: str
    go: Callable[[Checkout, str], None]


def insist_on_clean(checkout: Checkout, _version: str) -> None:
    """Refuse uncommitted changes."""
    checkout.insist_on_clean("what is released is what is committed")


def insist_on_new_tag(checkout: Checkout, version: str) -> None:
    """Refuse a version that is already released."""
    if checkout.has_tag(f"v{version}"):
        raise DistributionError(
            f"the tag v{version} already exists: set a new version with make version VERSION=<number>"
        )


def insist_on_changelog(checkout: Checkout, version: str) -> None:
    """Refuse a changelog that does not begin with an entry of the version."""
    number = changelog.number(version)
    sections = changelog.read(checkout.root)
    if sections[0].version is None:
        raise DistributionError(
            f"{changelog.PLACE} begins with `{sections[0].heading}`, not with {version} and a date: "
            f"run make version VERSION={version}, or with a later number"
        )
    changelog.insist_on_agreement(sections, number)
    if not sections[0].text:
        raise DistributionError(f"the entry of {version} in {changelog.PLACE} is empty: describe the changes")


def insist_on_no_drift(checkout: Checkout, _version: str) -> None:
    """Refuse output that is not up to date with its sources."""
    run(
        [sys.executable, "-m", "scripts.generate", "--check"],
        "generated/ is not up to date (see above)",
        folder=checkout.root,
    )


def insist_on_enough(checkout: Checkout, version: str) -> None:
    """Refuse a version that is too low for the changes since the last release."""
    last = checkout.last_tag()
    if last is None:
        print("release:    there is no earlier release to compare with")
        return
    try:
        verdict = compare_with(checkout.root, last)
    except CompatError as error:
        raise DistributionError(f"{error}\nthe last commit cannot be compared with {last}") from error
    if verdict is None:
        print(f"release:    {last} has no document to compare with")
        return
    if not verdict.is_enough:
        raise DistributionError(
            f"{verdict}\n{verdict.advice}\n{version} is too low for the changes since {last} (see above)"
        )
    print(f"release:    {verdict.summary}")


def rehearse(checkout: Checkout, _version: str) -> None:
    """Build, upload, install and use the package."""
    # Its dependencies are only in the environment of check-all.
    from .rehearse import rehearse_commit

    with ending_in_order():
        rehearse_commit(checkout)


STEPS = (
    Step("everything is committed", insist_on_clean),
    Step("the version is not released yet", insist_on_new_tag),
    Step("the changelog begins with it", insist_on_changelog),
    Step("generated/ is up to date", insist_on_no_drift),
    Step("the version is high enough for the changes", insist_on_enough),
    Step("the package can be uploaded, installed and used", rehearse),
)


def release(checkout: Checkout, steps: tuple[Step, ...]) -> str:
    """Run the steps in order, and tag the commit.

    Args:
        checkout: The checkout.
        steps: The steps.

    Returns:
        The name of the tag.

    Raises:
        DistributionError: A step failed; there is no tag then.
    """
    version = versions.declared(checkout.root)
    commit, tag = checkout.commit(), f"v{version}"
    print(f"release: {version}, from commit {commit}. Steps:")
    for count, step in enumerate(steps, start=1):
        print(f"release:   {count}. check that {step.name}")
    print(f"release:   {len(steps) + 1}. tag the commit as {tag}", flush=True)
    for count, step in enumerate(steps, start=1):
        step.go(checkout, version)
        print(f"release: {count}. {step.name}: yes", flush=True)
    if checkout.commit() != commit:
        raise DistributionError("there was another commit in the meantime: run this again")
    insist_on_clean(checkout, version)
    text = f"tryleap {version}\n\n{changelog.read(checkout.root)[0].text}\n"
    # --cleanup=whitespace keeps headings of the changelog, which look like git's comments.
    checkout.git(
        *("tag", "--annotate", "--cleanup=whitespace", "--file=-", tag, commit),
        failure="git could not create the tag (see above)",
        text=text,
    )
    print(f"release: {len(steps) + 1}. tagged {commit} as {tag}")
    return tag


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release.release", __doc__, has_root=True)
    options = parser.parse_args(arguments)
    try:
        tag = release(Checkout(options.root), STEPS)
    except DistributionError as error:
        print(f"release: {error}\nrelease: nothing was tagged", file=sys.stderr)
        return 1
    print(
        f"Next: `git push origin {tag}`, and the workflow publishes it; or, without a workflow, "
        "`make publish REPOSITORY=testpypi`, then `make publish REPOSITORY=pypi`."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
