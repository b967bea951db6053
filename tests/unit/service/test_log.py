"""What is logged stays text."""

from netwatch.service.running import _inert_trace


def test_a_trace_holds_nothing_that_a_terminal_obeys() -> None:
    event = {"event": "a bug", "exception": "Traceback\n  ValueError: sw\x1b[2J\r\u202e\x07 ż"}

    assert _inert_trace(None, "error", event)["exception"] == (
        "Traceback\n  ValueError: sw?[2J??? ż"
    )
    assert _inert_trace(None, "info", {"event": "no bug"}) == {"event": "no bug"}
