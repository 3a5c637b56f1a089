"""Release the last commit: check everything a release needs, rehearse it, and tag it.

The version is the one in generator-config.yaml. If any step fails, nothing is tagged. Nothing is pushed or
published: the last line of the output says how to do that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from attrs import frozen

from ..contract.check_compat import CompatError, judge
from . import changelog, versions
from .checkout import Checkout
from .options import command_parser
from .problems import DistributionError, ending_in_order, run


@frozen
class Step:
    """One thing that has to go well.

    Args:
        name: what it sees to.
        go: does it; raises DistributionError where it does not go well.
    """

    name: str
    go: Callable[[Checkout, str], None]


def insist_on_clean(checkout: Checkout, _version: str) -> None:
    """Only what is committed can be released."""
    checkout.insist_on_clean("what is released is what is committed")


def insist_on_new_tag(checkout: Checkout, version: str) -> None:
    """A version is released once."""
    if checkout.has_tag(f"v{version}"):
        raise DistributionError(
            f"there is a tag v{version} already: what is new needs a new number, "
            "which make version VERSION=<number> gives it"
        )


def insist_on_changelog(checkout: Checkout, version: str) -> None:
    """The changelog begins with this version and says what it brings."""
    number = changelog.number(version)
    sections = changelog.read(checkout.root)
    if sections[0].version is None:
        raise DistributionError(
            f"{changelog.PLACE} begins with `{sections[0].heading}`, not with {version} and a date: "
            f"make version VERSION={version} gives it both, or a later number"
        )
    changelog.insist_on_agreement(sections, number)
    if not sections[0].text:
        raise DistributionError(f"{changelog.PLACE} says nothing of {version}: write what changes for users")


def insist_on_no_drift(checkout: Checkout, _version: str) -> None:
    """What is generated is what the sources give."""
    run(
        [sys.executable, "-m", "scripts.generate", "--check"],
        "generated/ is not what the sources give (see above)",
        folder=checkout.root,
    )


def insist_on_enough(checkout: Checkout, version: str) -> None:
    """The version is large enough for what changed since the last release."""
    last = checkout.last_tag()
    if last is None:
        print("release:    there is no earlier release to compare with")
        return
    try:
        verdict = judge(checkout.root, last)
    except CompatError as error:
        raise DistributionError(f"{error}\nthe last commit cannot be compared with {last}") from error
    if verdict is None:
        print(f"release:    {last} has no document to compare with")
        return
    if not verdict.is_enough:
        raise DistributionError(
            f"{verdict}\n{verdict.advice}\n{version} is too small a step from {last} (see above)"
        )
    print(f"release:    {verdict.summary}")


def rehearse(checkout: Checkout, _version: str) -> None:
    """The package can be built, uploaded, installed and used."""
    # What it needs is in the environment of check-all alone.
    from .rehearse import rehearse_commit

    with ending_in_order():
        rehearse_commit(checkout)


STEPS = (
    Step("everything is committed", insist_on_clean),
    Step("the version is not released yet", insist_on_new_tag),
    Step("the changelog begins with it", insist_on_changelog),
    Step("generated/ is what the sources give", insist_on_no_drift),
    Step("the version is large enough for what changed", insist_on_enough),
    Step("the package can be uploaded, installed and used", rehearse),
)


def release(checkout: Checkout, steps: tuple[Step, ...]) -> str:
    """Go through the steps, and tag the commit when all went well.

    Args:
        checkout: what to release.
        steps: what has to go well, in this order.

    Returns:
        The name of the tag.

    Raises:
        DistributionError: something did not go well; there is then no tag.
    """
    version = versions.declared(checkout.root)
    commit, tag = checkout.commit(), f"v{version}"
    print(f"release: {version}, from commit {commit}. Steps:")
    for count, step in enumerate(steps, start=1):
        print(f"release:   {count}. see that {step.name}")
    print(f"release:   {len(steps) + 1}. tag the commit as {tag}", flush=True)
    for count, step in enumerate(steps, start=1):
        step.go(checkout, version)
        print(f"release: {count}. {step.name}: yes", flush=True)
    if checkout.commit() != commit:
        raise DistributionError("another commit was made meanwhile: run it again")
    insist_on_clean(checkout, version)
    text = f"tryleap {version}\n\n{changelog.read(checkout.root)[0].text}\n"
    # --cleanup=whitespace keeps headings of the changelog, which look like git's comments.
    checkout.git(
        *("tag", "--annotate", "--cleanup=whitespace", "--file=-", tag, commit),
        failure="git could not make the tag (see above)",
        text=text,
    )
    print(f"release: {len(steps) + 1}. tagged {commit} as {tag}")
    return tag


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release", __doc__)
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
