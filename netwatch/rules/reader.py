"""rules/*.yaml -> Rulebook: every mistake of every file in one run, or the whole rulebook."""

import hashlib
from pathlib import Path

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.sources import Digest
from netwatch.model.faults import Place
from netwatch.model.network import Network
from netwatch.pipeline import StageRules
from netwatch.rules import build
from netwatch.rules.build_words import words
from netwatch.rules.files import SHIPPED, Layer, Rules, shipped
from netwatch.rules.rulebook import Rulebook, RulesReading


def read_rules(directory: Path | None, network: Network | None = None) -> RulesReading:
    """Read the operator's rules over those that ship.

    Nothing in the files can make this raise. Paths in findings begin with ``directory`` as given.

    Args:
        directory: the operator's rules; None: those that ship hold.
        network: the inventory they will work with, when it could be read; what in the rules does
            not fit it is noted.
    """
    findings, rules = Findings(), Rules()
    digests = [Digest(shipped())]
    Layer(rules, findings, digests[0]).read(shipped(), SHIPPED)
    if directory is not None:
        digests.append(Digest(directory))
        Layer(rules, findings, digests[1]).read(directory, str(directory))
    root = Place(str(directory) if directory is not None else SHIPPED)
    book = _book(rules, findings, root, _joined(digests))
    if network is not None:
        _warn_of_plans(rules, network, findings)
    return RulesReading(rulebook=None if findings.failed else book, findings=findings.in_order())


def _book(rules: Rules, findings: Findings, root: Place, digest: str) -> Rulebook:
    return Rulebook(
        stages=StageRules(
            detection=build.detection(rules),
            correlation=build.correlation(rules, findings),
            response=build.response(rules, findings),
        ),
        words=words(rules, findings, root),
        people=build.people(rules),
        roles=build.roles(rules, findings),
        commitments=build.commitments(rules),
        digest=digest,
    )


def _joined(digests: list[Digest]) -> str:
    texts = "\n".join(digest.text() for digest in digests)
    return f"sha256:{hashlib.sha256(texts.encode()).hexdigest()}"


def _warn_of_plans(rules: Rules, network: Network, findings: Findings) -> None:
    plans = {subscriber.plan for subscriber in network.subscribers.values()}
    for ruled in rules.entries("commitments"):
        for place, plan in enumerate(ruled.entry.plans):
            if plan not in plans:
                remedy = did_you_mean(plan, plans, "no subscriber has it; remove it")
                wrong = f"the inventory has no plan {plan!r}"
                findings.warn(ruled.mark.find(["plans", place]), wrong, remedy)
