"""A push is rehearsed each quarter; doctor tells when it is due, and of what failed."""

from datetime import timedelta
from pathlib import Path

from netwatch.service.rehearsals import FILE, FOLDER, record, rehearsals
from netwatch.service.settings_schema import Settings
from netwatch.service.verdicts import State
from netwatch.service.website_settings import Website
from tests.unit.views.tales import NIGHT

LINE = "sftp://status@far.example/page?password=env:SECRET"
DAY = timedelta(days=1)


def told(state: Path, days: float, line: str = LINE) -> tuple[State, str]:
    settings = Settings(name="Dolina", state=state, website=Website(push=(line,)))
    [verdict] = rehearsals(settings, NIGHT + days * DAY)
    return verdict.state, verdict.text


def test_a_rehearsal_holds_for_a_quarter(tmp_path: Path) -> None:
    assert told(tmp_path, 0)[0] is State.WARNING
    record(tmp_path, {LINE: ""}, NIGHT)

    assert told(tmp_path, 90) == (
        State.OK,
        "the push to sftp://far.example/page was rehearsed 90 days ago",
    )
    assert told(tmp_path, 91)[0] is State.WARNING


def test_a_failure_is_told_until_it_went_well_again(tmp_path: Path) -> None:
    record(tmp_path, {LINE: ""}, NIGHT)
    record(tmp_path, {LINE: "no space"}, NIGHT + DAY)
    assert told(tmp_path, 2) == (
        State.WARNING,
        "the push to sftp://far.example/page failed its last rehearsal: no space",
    )

    record(tmp_path, {LINE: ""}, NIGHT + 2 * DAY)
    assert told(tmp_path, 3)[0] is State.OK


def test_a_line_that_was_changed_is_to_be_rehearsed_anew(tmp_path: Path) -> None:
    record(tmp_path, {LINE: ""}, NIGHT)

    assert told(tmp_path, 1, LINE.replace("SECRET", "OTHER"))[0] is State.WARNING


def test_rubbish_in_the_state_is_no_rehearsal_and_secrets_are_not_in_it(tmp_path: Path) -> None:
    record(tmp_path, {LINE: ""}, NIGHT)
    kept = tmp_path / FOLDER / FILE
    assert "SECRET" not in kept.read_text()
    for rubbish in ("", "[]", "{", '{"a": 1}', '{"a": {"ok_at": 7}}', "[" * 100_000):
        kept.write_text(rubbish)
        assert told(tmp_path, 1)[0] is State.WARNING


def test_nothing_is_said_where_nothing_is_pushed() -> None:
    assert list(rehearsals(None, NIGHT)) == []
    assert list(rehearsals(Settings(name="Dolina"), NIGHT)) == []
