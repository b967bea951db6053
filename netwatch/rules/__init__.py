"""rules/*.yaml -> Rulebook."""

from netwatch.rules.reader import read_rules
from netwatch.rules.rulebook import Commitment, Person, Role, Rulebook, RulesReading
from netwatch.rules.words_check import check_words

__all__ = [
    "Commitment",
    "Person",
    "Role",
    "Rulebook",
    "RulesReading",
    "check_words",
    "read_rules",
]
