"""Areas that lie in areas."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netwatch.model.names import AreaId
from netwatch.model.network import Network


@dataclass(frozen=True, slots=True)
class Circles:
    """Which areas lie in which, as the inventory in force says it."""

    around: Mapping[AreaId, frozenset[AreaId]] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network) -> "Circles":
        """Read a network."""
        return cls({area: network.areas_around(area) for area in network.areas})

    def touch(self, one: AreaId, other: AreaId) -> bool:
        """Say whether one of two areas lies in the other, or they are the same."""
        return (
            one == other or one in self.around.get(other, ()) or other in self.around.get(one, ())
        )
