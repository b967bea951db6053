"""Too much to do: the least important is left out first, told once, and asked again in time."""

from netwatch.model.names import DeviceId
from netwatch.pollers.lateness import Lateness
from netwatch.pollers.overload import Level, Overload
from netwatch.pollers.schedule import Errand, Kind, Schedule

ORDER = [
    (Kind.METRICS, False),
    (Kind.INVENTORY, False),
    (Kind.STATUS, True),
    (Kind.ICMP, True),
    (Kind.STATUS, False),
    (Kind.ICMP, False),
]


def hold(overload: Overload, start: int, seconds: int, lag_s: float) -> list[tuple[str, bool]]:
    return [
        (where, over)
        for second in range(start, start + seconds)
        for where, _, over in overload.note(float(second), lag_s)
    ]


def left_out(overload: Overload) -> list[bool]:
    return [overload.leaves_out(kind, home) for kind, home in ORDER]


def test_a_moment_of_lateness_leaves_nothing_out() -> None:
    overload = Overload()
    hold(overload, 0, 100, 0.1)
    hold(overload, 100, 4, 9.0)
    hold(overload, 104, 100, 0.1)
    assert overload.level is Level.NOTHING
    assert not any(left_out(overload))


def test_the_least_important_goes_first_and_the_network_itself_never() -> None:
    overload = Overload()
    steps = []
    for second in range(100):
        list(overload.note(float(second), 3.0))
        if left_out(overload) not in steps:
            steps.append(left_out(overload))
    assert steps == [
        [False, False, False, False, False, False],
        [True, False, False, False, False, False],
        [True, True, False, False, False, False],
        [True, True, True, True, False, False],
    ]


def test_each_step_is_given_time_to_show() -> None:
    overload = Overload()
    hold(overload, 0, 12, 3.0)
    assert overload.level is Level.GRAPHS


def test_the_staff_is_told_once_and_once_more_when_homes_are_left_out_and_of_the_end() -> None:
    overload = Overload()
    assert hold(overload, 0, 300, 5.0) == [
        ("polling load", False),
        ("polling load at homes", False),
    ]
    assert hold(overload, 300, 400, 0.1) == [
        ("polling load at homes", True),
        ("polling load", True),
    ]
    assert overload.level is Level.NOTHING


def test_a_load_that_comes_back_at_once_is_eased_ever_later() -> None:
    overload = Overload()
    eased = []
    second = 0
    for _ in range(4):
        while overload.level is Level.NOTHING:
            list(overload.note(float(second), 3.0))
            second += 1
        begun = second
        while overload.level is not Level.NOTHING:
            list(overload.note(float(second), 0.1))
            second += 1
        eased.append(second - begun)
    assert eased == sorted(set(eased))
    assert eased[0] < 70
    assert eased[-1] > 400


def test_what_is_left_out_keeps_its_time_and_is_counted() -> None:
    intervals = {Kind.ICMP: 10.0, Kind.METRICS: 10.0}
    plan = [Errand(kind, DeviceId("sw-1")) for kind in intervals]
    free, crowded = Schedule(intervals, plan, 0.0), Schedule(intervals, plan, 0.0)
    asked: list[float] = []
    for tenth in range(600):
        now = tenth / 10
        leave_out = (lambda errand: errand.kind is Kind.METRICS) if now < 30 else None
        for errand in crowded.due(now, leave_out):
            crowded.done(errand, now, silent=False)
            asked += [now] if errand.kind is Kind.METRICS else []
    regular = []
    for tenth in range(600):
        for errand in free.due(tenth / 10):
            free.done(errand, tenth / 10, silent=False)
            regular += [tenth / 10] if errand.kind is Kind.METRICS else []

    assert asked == [at for at in regular if at >= 30]
    assert crowded.left_out[Kind.METRICS] == len(regular) - len(asked)
    assert crowded.left_out[Kind.ICMP] == 0


def test_lateness_tells_what_an_average_would_hide() -> None:
    lateness = Lateness()
    for _ in range(980):
        lateness.note(10.0, 0.015)
    for _ in range(20):
        lateness.note(10.0, 1.2)
    assert lateness.within(0.5, 11.0) == 0.02
    assert lateness.within(0.99, 11.0) == 1.5
    assert lateness.within(0.99, 75.0) == 1.5
    assert lateness.within(0.99, 200.0) == 0.0
