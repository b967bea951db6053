"""rules/*.yaml -> Rulebook."""

from netwatch.rules.reader import read_rules
from netwatch.rules.rulebook import Commitment, Person, Role, Rulebook, RulesReading

__all__ = [
    "Commitment",
    "Person",
    "Role",
    "Rulebook",
    "RulesReading",
    "read_rules",
]
