"""rules/*.yaml -> Rulebook: every mistake of every file in one run, or the whole rulebook."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.sources import Digest
from netwatch.model.faults import Finding, Place
from netwatch.model.network import Network
from netwatch.pipeline import StageRules
from netwatch.rules import build
from netwatch.rules.build_drills import drills, warn_of_drills
from netwatch.rules.build_people import places
from netwatch.rules.build_words import words
from netwatch.rules.files import SHIPPED, Layer, Rules, shipped
from netwatch.rules.rulebook import Rulebook, RulesReading

if TYPE_CHECKING:
    from netwatch.pollers.library import Own


def read_rules(directory: Path | None, network: Network | None = None) -> RulesReading:
    """Read the operator's rules over those that ship.

    Nothing in the files can make this raise. Paths in findings begin with ``directory`` as given.

    Args:
        directory: the operator's rules; None: those that ship hold.
        network: the inventory they will work with, when it could be read; what in the rules does
            not fit it is noted.
    """
    rules, digests, faults = _shipped()
    findings = Findings()
    findings.extend(list(faults))
    rules = rules.copy()
    own: Own = {}
    if directory is not None:
        digest = Digest(directory)
        layer = Layer(rules, findings, digest)
        layer.read(directory, str(directory))
        if layer.families:
            from netwatch.rules.families import families  # noqa: PLC0415 - few have any

            own = families(layer.families, findings)
        digests = (*digests, digest.text())
    root = Place(str(directory) if directory is not None else SHIPPED)
    book = replace(_book(rules, findings, root, _joined(digests)), families=own)
    if network is not None:
        _warn_of_plans(rules, network, findings)
        _warn_of_sites(rules, network, findings)
        warn_of_drills(rules, network, findings)
    return RulesReading(rulebook=None if findings.failed else book, findings=findings.in_order())


@cache
def _shipped() -> tuple[Rules, tuple[str, ...], tuple[Finding, ...]]:
    """Read the rules that ship, once: no process outlives them."""
    rules, findings, digest = Rules(), Findings(), Digest(shipped())
    Layer(rules, findings, digest, ships=True).read(shipped(), SHIPPED)
    return rules, (digest.text(),), findings.in_order()


def _book(rules: Rules, findings: Findings, root: Place, digest: str) -> Rulebook:
    return Rulebook(
        stages=StageRules(
            detection=build.detection(rules),
            correlation=build.correlation(rules, findings),
            response=build.response(rules, findings),
        ),
        words=words(rules, findings, root),
        commitments=build.commitments(rules),
        accepted=build.accepted(rules),
        drills=drills(rules),
        places=places(rules),
        digest=digest,
    )


def _joined(digests: tuple[str, ...]) -> str:
    return f"sha256:{hashlib.sha256(' '.join(digests).encode()).hexdigest()}"


def _warn_of_plans(rules: Rules, network: Network, findings: Findings) -> None:
    plans = {subscriber.plan for subscriber in network.subscribers.values()}
    for ruled in rules.entries("commitments"):
        for place, plan in enumerate(ruled.entry.plans):
            if plan not in plans:
                remedy = did_you_mean(plan, plans, "no subscriber has it; remove it")
                wrong = f"the inventory has no plan {plan!r}"
                findings.warn(ruled.mark.find(["plans", place]), wrong, remedy)


def _warn_of_sites(rules: Rules, network: Network, findings: Findings) -> None:
    for ruled in rules.entries("people"):
        site = ruled.entry.site
        if site is not None and site not in network.sites:
            remedy = did_you_mean(site, network.sites, "add the site, or remove it here")
            wrong = f"the inventory has no site {site!r}"
            findings.warn(ruled.mark.find(["site"]), wrong, remedy)
