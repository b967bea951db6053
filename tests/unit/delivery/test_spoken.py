"""What a voice says at night: what happened first, then what to press, and nothing to be read."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.render import Text
from netwatch.delivery.spoken import LONGEST, MOST_KEYS, PRESS, spoken

ALERT = Text(
    "I-12: 105 abonentów bez internetu – Górki",
    "Od 03:12: nie działa 105. Przyczyna: światłowód, l-olt-gorki (99 %).\n"
    "Przejmij: netwatch incident ack I-12\n"
    "Dowody: netwatch why I-12\n"
    "przejmuję: https://ask.dolina.example/go/a~1\n"
    "wstrzymaj komunikaty: https://ask.dolina.example/go/h~2",
)


def test_an_alert_is_said_in_half_a_minute_and_answered_by_one_key() -> None:
    call = spoken(ALERT, "pl")

    assert call.say == (
        "I-12: 105 abonentów bez internetu – Górki. Od 03:12: nie działa 105. "
        "Przyczyna: światłowód, l-olt-gorki (99 %). "
        "Naciśnij 1: przejmuję. Naciśnij 2: wstrzymaj komunikaty."
    )
    assert [(one.number, one.url.rpartition("/")[2]) for one in call.keys] == [
        ("1", "a~1"),
        ("2", "h~2"),
    ]


def test_what_is_long_ends_with_a_whole_sentence() -> None:
    call = spoken(Text("I-1: Polna", "Out since 03:12. " * 60), "en")
    assert len(call.say) <= LONGEST
    assert call.say.endswith("03:12.")


def test_words_to_be_approved_are_said_and_an_address_in_them_is_no_key() -> None:
    asked = Text(
        "A-3: may this go out by sms? – Polna",
        'I-12, to 105 people: "No internet at Polna. More: https://status.dolina.example/i12"\n'
        "Yes: netwatch publish approve A-3 – no: netwatch publish refuse A-3\n"
        "yes: https://ask.dolina.example/go/y~1\n"
        "no: https://ask.dolina.example/go/n~2",
    )
    call = spoken(asked, "en")

    assert 'I-12, to 105 people: "No internet at Polna. More' in call.say
    assert "status.dolina" not in call.say
    assert [(one.number, one.does) for one in call.keys] == [("1", "yes"), ("2", "no")]


def test_what_is_said_of_netwatch_itself_is_no_command() -> None:
    blind = Text(
        "I-4: netwatch cannot see – core-1",
        "Since 03:12 netwatch cannot ask: core-1. What it cannot ask it knows nothing of.\n"
        "Everything else goes on. What to do: netwatch doctor\n"
        "Take it: netwatch incident ack I-4",
    )
    assert spoken(blind, "en").say == (
        "I-4: netwatch cannot see – core-1. Since 03:12 netwatch cannot ask: core-1. "
        "What it cannot ask it knows nothing of. Everything else goes on."
    )


@given(
    st.text(max_size=300),
    st.lists(st.text(max_size=80), max_size=20),
    st.sampled_from([*PRESS, "xx"]),
)
def test_no_letter_that_is_not_seen_and_no_address_is_read_aloud(
    title: str, lines: list[str], language: str
) -> None:
    links = [f"{n}: https://ask.dolina.example/go/{n}" for n in range(MOST_KEYS + 3)]
    call = spoken(Text(title.replace("://", ""), "\n".join([*lines, *links])), language)

    assert call.say.isprintable()
    assert "https://ask" not in call.say
    assert 0 < len(call.keys) <= MOST_KEYS
    assert [one.number for one in call.keys] == [str(n + 1) for n in range(len(call.keys))]
