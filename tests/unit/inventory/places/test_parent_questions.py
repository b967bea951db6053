"""What companions say of gear without a link is asked, in bunches, until somebody speaks."""

from netwatch.inventory.places.companions import Candidate
from netwatch.inventory.places.parent_questions import MOST_ASKED, MOST_IN_ONE, parent_questions
from netwatch.model.names import DeviceId

NIGHT_S = 1_794_700_800  # 2026-11-15 00:00 UTC
TIMES = (NIGHT_S, NIGHT_S + 86_400, NIGHT_S + 2 * 86_400)


def may(parent: str, permille: int = 940, port: str = "", apart: int = 0) -> Candidate:
    return Candidate(
        parent=DeviceId(parent), port=port, permille=permille, times=TIMES, apart=apart
    )


def gear(*names: str) -> list[DeviceId]:
    return [DeviceId(name) for name in names]


def test_gear_that_fell_with_one_switch_is_one_question_in_words() -> None:
    found = {one: [may("sw-7")] for one in gear("cpe-1", "cpe-2")}
    found |= {DeviceId("cpe-3"): [may("sw-7", 900, apart=1)]}

    (asked,) = parent_questions(found, {})

    assert asked.id == "hangs|sw-7|cpe-1+cpe-2+cpe-3"
    assert (asked.owner, asked.lines, asked.answers) == ("network", 3, ("known", "no"))
    assert asked.examples == ("cpe-1", "cpe-2", "cpe-3")
    assert asked.text == (
        "Do 3 devices without a link hang on sw-7 (90 %)? They fell and rose together 3 times "
        "(2026-11-15 00:00 UTC, 2026-11-16 00:00 UTC, 2026-11-17 00:00 UTC); once one went on "
        "answering. Or they share its power: look before you write uplink: [sw-7], then answer "
        "known; or no."
    )


def test_a_port_that_fell_with_it_is_named() -> None:
    (asked,) = parent_questions({DeviceId("cpe-1"): [may("sw-7", 990, "ge-0/0/7")]}, {})

    assert asked.text.startswith("Does cpe-1 hang on sw-7 (99 %) (cpe-1 at ge-0/0/7)? ")


def test_what_is_less_than_likely_or_happened_once_is_not_asked() -> None:
    once = Candidate(parent=DeviceId("sw-7"), permille=800, times=TIMES[:1])
    found = {DeviceId("a"): [once], DeviceId("b"): [may("sw-7", 550)]}

    assert parent_questions(found, {}) == []


def test_what_was_denied_is_not_asked_again_and_another_parent_is() -> None:
    found = {DeviceId("a"): [may("sw-7", 940), may("sw-8", 620)], DeviceId("b"): [may("sw-7")]}
    denied = {"hangs|sw-7|a": "no"}

    assert [one.id for one in parent_questions(found, denied)] == ["hangs|sw-7|b", "hangs|sw-8|a"]


def test_what_somebody_writes_down_is_not_asked_again_whatever_happens() -> None:
    found = {DeviceId("a"): [may("sw-9")], DeviceId("b"): [may("sw-7")]}

    assert [one.id for one in parent_questions(found, {"hangs|sw-7|a": "known"})] == [
        "hangs|sw-7|b"
    ]
    assert len(parent_questions(found, {"hangs|sw-7": "known", "gear|x|y": "none"})) == 2


def test_many_groups_are_asked_in_their_turn_and_large_ones_in_parts() -> None:
    found = {DeviceId(f"cpe-{n:03}"): [may("sw-00")] for n in range(MOST_IN_ONE + 5)}
    found |= {DeviceId(f"gw-{n:02}"): [may(f"sw-{n + 1:02}")] for n in range(20)}

    asked = parent_questions(found, {})

    assert [one.lines for one in asked] == [MOST_IN_ONE, 5, *[1] * (MOST_ASKED - 2), 10]
    assert asked[-1].id.startswith("hangs-more|")
    assert parent_questions(found, {one.id: "known" for one in asked[:-1]})[0].lines == 1
