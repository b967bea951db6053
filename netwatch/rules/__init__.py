"""rules/*.yaml -> Rulebook."""

from netwatch.rules.reader import read_rules
from netwatch.rules.rulebook import Commitment, Rulebook, RulesReading

__all__ = [
    "Commitment",
    "Rulebook",
    "RulesReading",
    "read_rules",
]
