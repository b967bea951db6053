"""Who was told what: what a person splits off takes along all that is remembered of its people."""

from datetime import UTC, datetime

from netwatch.model.names import SubscriberId
from netwatch.response.rolls import Roll

NIGHT = datetime(2026, 11, 15, 1, 30, tzinfo=UTC)


def test_whoever_is_split_off_is_as_awake_as_before() -> None:
    one, other = SubscriberId("S-1"), SubscriberId("S-2")
    roll = Roll(heard={one, other}, lately={NIGHT: {one, other}})

    assert roll.part({one}).awake(NIGHT) == {one}
