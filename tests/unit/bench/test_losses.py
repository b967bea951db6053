"""The losses that noise is made of: as many as are said, in bursts as long as are said."""

import random

import numpy as np

from tests.bench.losses import BURST_S, LONGEST_S, LOST, ROUND_S, AtRandom, InBursts, Losses

LEAVES = 40
HOUR_S = 3600


def _turns() -> list[list[tuple[float, int]]]:
    dice = random.Random(5)  # noqa: S311 - repeatable, not secret
    turns: list[list[tuple[float, int]]] = [[] for _ in range(ROUND_S)]
    for leaf in range(LEAVES):
        turns[dice.randrange(ROUND_S)].append((dice.random(), leaf))
    return turns


def _lost_in_turn(losses: Losses, turns: list[list[tuple[float, int]]], seconds: int) -> float:
    lost = sum(int(losses.in_turn(second).sum()) for second in range(seconds))
    return lost / (sum(map(len, turns)) * seconds / ROUND_S)


def test_at_random_both_echoes_of_a_question_are_lost_one_in_four_hundred_times() -> None:
    turns = _turns()
    losses = AtRandom(turns, seed=3)

    share = _lost_in_turn(losses, turns, 4 * HOUR_S)

    assert abs(share - LOST**2) < LOST**2 / 4


def test_bursts_take_questions_for_as_long_as_they_last_beyond_the_timeout() -> None:
    turns = _turns()
    losses = InBursts(turns, seed=3)
    losses.next_day()
    mean = BURST_S * (1 - np.exp(-LONGEST_S / BURST_S))
    beyond = BURST_S * (np.exp(-1 / BURST_S) - np.exp(-LONGEST_S / BURST_S))

    share = _lost_in_turn(losses, turns, 4 * HOUR_S)

    assert abs(share - LOST * beyond / mean) < LOST * beyond / mean / 4


def test_the_same_seed_loses_the_same_over_the_change_of_an_hour_and_of_a_day() -> None:
    one, two = InBursts(_turns(), seed=9), InBursts(_turns(), seed=9)
    for _ in range(2):
        one.next_day()
        two.next_day()
    late = [*range(HOUR_S - 20, HOUR_S + 20)]

    there = [one.out_of_turn(s, range(LEAVES)).tolist() for s in late]
    back = [two.out_of_turn(s, range(LEAVES)).tolist() for s in reversed(late)]

    assert there == back[::-1]
