"""Journal -> what was decided: the pipeline and the facts that views need, at a start or later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from netwatch.journal.journal import Journal
from netwatch.model.facts import Fact
from netwatch.model.network import Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.service.ledger import Numbered
from netwatch.service.standing import Standing

SHAPE = 1
"""Raised whenever the standing's snapshot changes shape."""


@dataclass(slots=True)
class Memory:
    """Builds pipelines from the journal, and keeps the snapshot from which the next start goes."""

    journal: Journal
    network: Network
    rules: StageRules
    standing: Standing = field(default_factory=Standing)

    def remembered(self, pending: Sequence[Fact] = ()) -> Pipeline:
        """Return a pipeline that remembers the journal and ``pending``, and has learnt nothing."""
        pipeline = Pipeline(self.network, self.rules)
        snapshot = self.journal.latest_snapshot()
        after = 0
        if snapshot is not None and snapshot.plain.get("shape") == SHAPE:
            if pipeline.restore(snapshot.plain["pipeline"]):
                after = snapshot.seq
            else:
                pipeline = Pipeline(self.network, self.rules)
        pipeline.evolve(fact for _, fact in self.journal.read(after=after))
        pipeline.evolve(pending)
        return pipeline

    def standing_facts(self) -> list[Numbered]:
        """Return the facts that views need, in order; the standing is up to date afterwards."""
        snapshot = self.journal.latest_snapshot()
        kept: list[Numbered] = []
        after = 0
        self.standing = Standing()
        if snapshot is not None and snapshot.plain.get("shape") == SHAPE:
            self.standing = Standing.from_plain(snapshot.plain["standing"])
            numbers = self.standing.all()
            kept = [Numbered(seq, fact) for seq, fact in self.journal.read_these(numbers)]
            after = snapshot.seq
        for seq, fact in self.journal.read(after=after):
            self.standing.take(seq, fact)
            kept.append(Numbered(seq, fact))
        return kept

    def take(self, committed: Sequence[Numbered]) -> None:
        """Let committed facts matter."""
        for seq, fact in committed:
            self.standing.take(seq, fact)

    def snapshot(self, pipeline: Pipeline) -> dict[str, Any]:
        """Return what all committed facts amount to, as plain JSON values."""
        return {
            "shape": SHAPE,
            "pipeline": pipeline.snapshot(),
            "standing": self.standing.to_plain(),
        }
