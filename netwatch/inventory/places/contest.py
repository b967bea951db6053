"""Lines and their candidates -> one spot a line; never two households on one ONU."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.evidence import Candidate, Spot

Together = Callable[[LineKey, LineKey, Spot], bool]
"""Says whether two lines may share an ONU."""


def settle(
    wishes: Mapping[LineKey, Sequence[Candidate]], together: Together
) -> tuple[dict[LineKey, Candidate], dict[LineKey, set[Spot]], dict[Spot, set[LineKey]]]:
    """Give each ONU to the household with the best odds; the others take their next candidate.

    Households that claim an ONU by the same odds all lose it: nothing tells who is right. The order
    of lines does not matter, since all ask at once and all who lose a round lose it together.

    Returns:
        What each line got; what each lost; and the ONUs that nobody got, with who claimed them.
    """
    at = dict.fromkeys(wishes, 0)
    bar: dict[Spot, int] = {}
    lost: dict[LineKey, set[Spot]] = defaultdict(set)
    tied: dict[Spot, set[LineKey]] = defaultdict(set)
    held: dict[Spot, set[LineKey]] = defaultdict(set)
    asking = {line for line, candidates in wishes.items() if candidates}
    while asking:
        asked: set[Spot] = set()
        for line in asking:
            spot = wishes[line][at[line]].spot
            if spot.serial:
                held[spot].add(line)
                asked.add(spot)
        asking = set()
        for spot in asked:
            losers = _losers(
                spot,
                lines=held[spot],
                wishes=wishes,
                at=at,
                bar=bar,
                together=together,
                tied=tied,
            )
            held[spot] -= losers
            for line in losers:
                lost[line].add(spot)
                at[line] += 1
                if at[line] < len(wishes[line]):
                    asking.add(line)
    got = {
        line: candidates[at[line]]
        for line, candidates in wishes.items()
        if at[line] < len(candidates)
    }
    return got, lost, tied


def _losers(
    spot: Spot,
    *,
    lines: set[LineKey],
    wishes: Mapping[LineKey, Sequence[Candidate]],
    at: Mapping[LineKey, int],
    bar: dict[Spot, int],
    together: Together,
    tied: dict[Spot, set[LineKey]],
) -> set[LineKey]:
    score = {line: wishes[line][at[line]].score for line in lines}
    below = {line for line in lines if score[line] <= bar.get(spot, -1)}
    left = lines - below
    if not left:
        return below
    best = max(score[line] for line in left)
    first = sorted(line for line in left if score[line] == best)
    if any(not together(first[0], other, spot) for other in first[1:]):
        bar[spot] = best
        tied[spot].update(first)
        return below | left
    return below | {line for line in left if not together(first[0], line, spot)}
