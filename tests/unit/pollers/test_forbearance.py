"""A weak OLT is given its time, a prompt one is not, and one that may be gone is not waited for."""

from netwatch.pollers.forbearance import LOSSY, PROMPT, SLOW, Forbearance, Kind
from netwatch.pollers.questions import Patience

USUAL = Patience(1.0, 1)


def olt(*took_s: float | None, echoes: bool = True) -> Forbearance:
    """Return what is thought of an OLT after such answers; None: a conversation in silence."""
    one = Forbearance()
    for turn, took in enumerate(took_s):
        if took is not None:
            one.answered(took)
        one.over(15.0 * turn, USUAL, silent=took is None)
        if echoes:
            one.echoed(15.0 * turn + 5)
    return one


def test_a_prompt_one_is_asked_as_any_other() -> None:
    assert olt(0.1, 0.9, 0.2).patience(USUAL) == USUAL


def test_one_that_answers_echoes_alone_is_asked_once_and_waited_for() -> None:
    mute = olt(0.1, None, None)
    assert mute.patience(USUAL) == Patience(SLOW.timeout_s, 0)
    assert mute.slow
    assert not mute.rests


def test_one_that_may_be_gone_is_not_waited_for() -> None:
    assert olt(0.1, None, None, echoes=False).patience(USUAL) == USUAL


def test_one_that_died_between_an_echo_and_a_question_is_not_waited_for() -> None:
    one = olt(0.1)
    one.echoed(12.0)
    one.over(15.0, USUAL, silent=True)
    one.gone()
    one.echoed(25.0)
    assert one.patience(USUAL) == USUAL


def test_a_late_answer_makes_a_slow_one_and_a_prompt_one_a_lossy_one() -> None:
    assert olt(None, 35.0).kind is Kind.SLOW
    assert olt(None, 35.0, None, None).patience(USUAL) == SLOW
    lossy = olt(None, 0.1)
    assert lossy.patience(USUAL) == LOSSY
    assert not lossy.slow


def test_one_that_is_prompt_for_long_is_asked_as_any_other_again_and_later_the_next_time() -> None:
    assert olt(None, *[0.1] * (2 * PROMPT - 1)).kind is Kind.LOSSY
    assert olt(None, *[0.1] * (2 * PROMPT)).kind is Kind.USUAL
    again = [None, *[0.1] * (2 * PROMPT), None]
    assert olt(*again, *[0.1] * (2 * PROMPT)).kind is Kind.LOSSY
    assert olt(*again, *[0.1] * (4 * PROMPT)).kind is Kind.USUAL


def test_nobody_waits_less_than_the_settings_say() -> None:
    patient = Patience(90.0, 5)
    for one in (olt(None), olt(None, 0.1)):
        assert one.patience(patient).timeout_s == 90.0
