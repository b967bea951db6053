"""Whoever babbles is held back; whoever was quiet is heard, whatever the others do."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.unasked.allowance import Allowance, Bucket


@given(st.floats(1, 1000), st.floats(1, 1000), st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_a_bucket_never_gives_more_than_its_burst_and_what_came_back(
    per_second: float, burst: float, pauses: list[float]
) -> None:
    bucket, now, taken = Bucket(per_second, burst), 100.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now)
    assert taken <= burst + sum(pauses) * per_second + 1e-6


def test_a_quiet_device_is_heard_while_all_others_use_up_what_there_is() -> None:
    allowance = Allowance(all_per_second=100, all_burst=100)
    heard = 0
    for step in range(5000):
        heard += allowance.may_speak(f"babbler {step % 500}", 10 + step / 1000)
    assert heard <= 100 + 500 + 500
    assert not any(allowance.may_speak(f"babbler {n}", 15.0) for n in range(0, 500, 50))
    assert allowance.may_speak("quiet", 15.0)


def test_a_device_alone_has_its_own_rate_and_no_more() -> None:
    allowance = Allowance(per_second=10, burst=50)
    heard = sum(allowance.may_speak("sw-1", n / 1000) for n in range(10_000))
    assert 148 <= heard <= 151


def test_strangers_share_one_small_bucket() -> None:
    allowance = Allowance(strangers_per_second=5, strangers_burst=20)
    assert sum(allowance.may_knock(n / 1000) for n in range(10_000)) in range(68, 72)


def test_those_who_left_the_inventory_leave_no_bucket_behind() -> None:
    allowance = Allowance()
    for number in range(100):
        allowance.may_speak(str(number), 0.0)
    allowance.keep_only({"7"})
    assert set(allowance._sources) == {"7"}
