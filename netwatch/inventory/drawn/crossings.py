"""How often outlines may cross, told before they are laid over each other.

An overlay has a point at each crossing: two combs of thousands of teeth, laid across each other in
a file of few MiB, have more of them than any memory holds. A crossing costs about 8 us and 1.2 KiB.
"""

from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

MOST_AT_ONCE: Final = 500_000
MOST: Final = 2_000_000
"""Of all areas; a border that two areas share counts about three times its points."""
_A_BATCH: Final = 4_000_000
"""So many pairs of edges are held at once at most."""

Edges = npt.NDArray[Any]


class TangleError(Exception):
    """Outlines cross too often to be laid over each other."""


class Crossings:
    """What may still be laid over each other."""

    def __init__(self, at_once: int = MOST_AT_ONCE, left: int = MOST) -> None:
        """Begin with nothing looked at.

        Args:
            at_once: so often outlines may cross that are laid over each other.
            left: and all of them together.
        """
        self._at_once, self._left = at_once, left

    def within(self, pieces: Any) -> None:
        """Take it that polygons are joined.

        Raises:
            TangleError: their edges meet too often.
        """
        edges = _edges(pieces)
        self._spend(edges, shapely.STRtree(edges), once=True)

    def between(self, one: "Edged", other: "Edged") -> None:
        """Take it that one outline is laid over another.

        Raises:
            TangleError: their edges meet too often.
        """
        self._spend(one.edges, other.tree)

    def _spend(self, some: Edges, tree: shapely.STRtree, *, once: bool = False) -> None:
        most, met = min(self._at_once, self._left), 0
        step = max(1, _A_BATCH // len(tree))
        for begin in range(0, len(some), step):
            here, there = tree.query(some[begin : begin + step])
            met += int((here + begin < there).sum()) if once else len(here)
            if met > most:
                raise TangleError
        self._left -= met


class Edged:
    """The edges of one outline, laid out for looking up when they are asked for."""

    def __init__(self, outline: Any) -> None:
        """Know the outline."""
        self._outline = outline

    @cached_property
    def edges(self) -> Edges:
        """Return its edges."""
        return _edges(self._outline)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Return its edges by where they are."""
        return shapely.STRtree(self.edges)


def _edges(outlines: Any) -> Edges:
    """Return the edges of outlines; where their boxes meet they may cross, elsewhere never."""
    rings = shapely.get_rings(shapely.get_parts(outlines))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    ends = np.stack((points[:-1][inside], points[1:][inside]), axis=1)
    return np.asarray(shapely.linestrings(ends))
