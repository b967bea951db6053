"""A conversation is not slowed down, a flood of answers is taken in by the armful."""

from netwatch.pollers.turns import Turns


class Hands:
    """Time that moves only when somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def test_the_first_turns_follow_each_other_at_once() -> None:
    hands = Hands()
    turns = Turns(hands.monotonic, hands.sleep)
    for _ in range(100):
        turns.rest(0.01)
    assert hands.now == 0.0


def test_under_load_there_are_no_more_turns_than_their_length_allows() -> None:
    hands = Hands()
    turns = Turns(hands.monotonic, hands.sleep)
    count = 0
    while hands.now < 10.0:
        turns.rest(0.01)
        hands.now += 0.001
        count += 1
    assert 1000 <= count <= 1200


def test_who_works_longer_than_a_turn_does_not_rest() -> None:
    hands = Hands()
    turns = Turns(hands.monotonic, hands.sleep)
    for _ in range(500):
        turns.rest(0.01)
        hands.now += 0.02
    assert hands.now == 500 * 0.02 or abs(hands.now - 10.0) < 1e-9
