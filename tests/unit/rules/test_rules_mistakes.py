"""A mistake in a rule file is told with its place, what is wrong, and the way out."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.rules import read_rules

Broken = tuple[str, str, str]
"""File, its text, and what must be said of it (place within the directory, wrong, remedy)."""

BROKEN: dict[str, Broken] = {
    "unknown section": (
        "checks/a.yaml",
        "streeks:\n- {id: icmp}\n",
        "checks/a.yaml:1:1: checks/ has no section 'streeks'\n    did you mean 'streaks'?",
    ),
    "section of another folder": (
        "checks/a.yaml",
        "policy: []\n",
        (
            "checks/a.yaml:1:1: checks/ has no section 'policy'\n"
            "    it belongs into the folder notices/"
        ),
    ),
    "unknown folder": (
        "notice/a.yaml",
        "words: []\n",
        "notice/a.yaml:1:1: 'notice' is no folder of rules\n    did you mean 'notices'?",
    ),
    "no folder": (
        "a.yaml",
        "words: []\n",
        (
            "a.yaml:1:1: lies too high up\n"
            "    put it into one of: checks correlation response notices commitments people"
        ),
    ),
    "unknown field": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp, bad_in_row: 3}\n",
        "checks/a.yaml:2:14: streaks has no field 'bad_in_row'\n    did you mean 'bad_in_a_row'?",
    ),
    "missing field": (
        "checks/a.yaml",
        "limits:\n- {id: x, column: rx_dbm, below: -26}\n",
        "checks/a.yaml:2:3: 'check' is missing here\n    add it: check: ...",
    ),
    "missing id": (
        "checks/a.yaml",
        "streaks:\n- {bad_in_a_row: 3}\n",
        "checks/a.yaml:2:3: 'id' is missing here\n    add it: id: ...",
    ),
    "not a number": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp, bad_in_a_row: three}\n",
        (
            "checks/a.yaml:2:28: 'bad_in_a_row' is 'three': "
            "should be a valid integer, unable to parse string as an integer\n"
            "    write a whole number"
        ),
    ),
    "out of range": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp, bad_in_a_row: 0}\n",
        (
            "checks/a.yaml:2:28: 'bad_in_a_row' is '0': should be greater than or equal to 1\n"
            "    see the reference of rules"
        ),
    ),
    "misspelt severity": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp, severity: majr}\n",
        "checks/a.yaml:2:24: 'severity' cannot be 'majr'\n    did you mean 'major'?",
    ),
    "misspelt phase": (
        "notices/a.yaml",
        "words:\n- {phase: confrmed, language: pl, body: x}\n",
        "notices/a.yaml:2:11: 'phase' cannot be 'confrmed'\n    did you mean 'confirmed'?",
    ),
    "no hours": (
        "notices/a.yaml",
        "policy:\n- {id: x, channel: website, phase: update, hours: 7-22}\n",
        (
            "notices/a.yaml:2:51: 'hours': '7-22' are no hours; write them like 07:00-22:00\n"
            "    see the reference of rules"
        ),
    ),
    "a post for some": (
        "notices/a.yaml",
        "policy:\n- {id: x, channel: facebook, phase: confirmed, to: critical}\n",
        ("notices/a.yaml:2:52: everybody sees what stands on 'facebook'\n    write to: public"),
    ),
    "an SMS for all": (
        "notices/a.yaml",
        "policy:\n- {id: x, channel: sms, phase: confirmed, to: public}\n",
        (
            "notices/a.yaml:2:47: 'sms' reaches subscribers, not the public\n"
            "    write to: everyone, critical or told"
        ),
    ),
    "a channel for all and for some": (
        "notices/a.yaml",
        (
            "policy:\n- {id: x, channel: chat, phase: suspected}\n"
            "- {id: y, channel: chat, phase: confirmed, to: everyone}\n"
        ),
        (
            "notices/a.yaml:3:48: 'chat' speaks to everybody already, by 'x'\n"
            "    use another channel for subscribers"
        ),
    ),
    "fewer for two people than for one": (
        "notices/a.yaml",
        (
            "policy:\n- {id: x, channel: sms, phase: confirmed, one_person_above: 9, "
            "two_people_above: 5}\n"
        ),
        (
            "notices/a.yaml:2:3: 'two_people_above' must not be less than 'one_person_above'\n"
            "    see the reference of rules"
        ),
    ),
    "a misspelt channel": (
        "notices/a.yaml",
        "approvals: {then: {facbook: goes}}\n",
        "notices/a.yaml:1:20: there is no channel 'facbook'\n    did you mean 'facebook'?",
    ),
    "a price that is none": (
        "notices/a.yaml",
        "prices: {sms: cheap}\n",
        (
            "notices/a.yaml:1:15: 'sms' is 'cheap': should be a valid number, unable to parse "
            "string as a number\n    write a number"
        ),
    ),
    "no span": (
        "notices/a.yaml",
        "policy:\n- {id: x, channel: website, phase: update, after: 10}\n",
        (
            "notices/a.yaml:2:51: 'after': '10' is no span of time; "
            "write it like 90s, 5m, 1h30m or 2d\n    see the reference of rules"
        ),
    ),
    "a promise nobody can keep": (
        "notices/a.yaml",
        "promises:\n- {id: any, within: 2m}\n",
        (
            "notices/a.yaml:2:3: a promise of news within less than 10m cannot be kept by people\n"
            "    see the reference of rules"
        ),
    ),
    "a limit of nothing": (
        "checks/a.yaml",
        "limits:\n- {id: x, check: optics, column: rx_dbm}\n",
        "checks/a.yaml:2:3: a limit needs 'above' or 'below'\n    see the reference of rules",
    ),
    "a list where a mapping belongs": (
        "correlation/a.yaml",
        "confidence: [settle]\n",
        (
            "correlation/a.yaml:1:13: 'confidence' must be a mapping\n"
            "    write confidence: and its fields below"
        ),
    ),
    "a mapping where a list belongs": (
        "checks/a.yaml",
        "streaks: {id: icmp}\n",
        "checks/a.yaml:1:10: 'streaks' must be a list\n    begin each entry with '- '",
    ),
    "an entry that is a word": (
        "checks/a.yaml",
        "streaks:\n- icmp\n",
        "checks/a.yaml:2:3: an entry of 'streaks' is a mapping\n    write {id, ...}",
    ),
    "a file that is a list": (
        "checks/a.yaml",
        "- {id: icmp}\n",
        (
            "checks/a.yaml:1:1: a rule file is a mapping of sections\n"
            "    begin with one of: streaks limits flapping blindness"
        ),
    ),
    "an id twice": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp}\n- {id: icmp}\n",
        (
            "checks/a.yaml:3:3: streaks 'icmp' stands twice, first in DIR/checks/a.yaml:2:3\n"
            "    keep one of the two"
        ),
    ),
    "nothing to remove": (
        "checks/a.yaml",
        "streaks:\n- {id: main, remove: true}\n",
        "checks/a.yaml:2:3: there is no streaks 'main' to remove\n    did you mean 'mains'?",
    ),
    "removed and replaced": (
        "checks/a.yaml",
        "streaks:\n- {id: mains, remove: true, bad_in_a_row: 2}\n",
        (
            "checks/a.yaml:2:29: 'remove: true' stands beside 'bad_in_a_row'\n"
            "    an entry is removed, or replaced: keep one of the two"
        ),
    ),
    "a device of no kind": (
        "correlation/a.yaml",
        "priors:\n- {id: swtch, log_chance: -8}\n",
        "correlation/a.yaml:2:8: 'swtch' is no kind of device\n    did you mean 'switch'?",
    ),
    "nobody of that name": (
        "response/a.yaml",
        "staff: {tell: [on-cal]}\n",
        (
            "response/a.yaml:1:16: nobody is called 'on-cal' among roles and people\n"
            "    did you mean 'on-call'?"
        ),
    ),
    "a role without its people": (
        "people/a.yaml",
        "people: [{id: marek}]\nroles:\n- {id: on-call, people: [marke]}\n",
        "people/a.yaml:3:26: nobody is called 'marke' among people\n    did you mean 'marek'?",
    ),
    "a clock of nowhere": (
        "people/a.yaml",
        "clock: {zone: Europe/Warsw}\n",
        "people/a.yaml:1:15: 'zone': 'Europe/Warsw' is no time zone; write Europe/Warsaw",
    ),
    "a rota of somebody unknown": (
        "people/a.yaml",
        (
            "clock: {zone: Europe/Warsaw}\npeople: [{id: marek}]\n"
            "rotas:\n- {id: w, role: on-call, people: [marke], starts: 2026-01-05}\n"
        ),
        "people/a.yaml:4:35: nobody is called 'marke' among people\n    did you mean 'marek'?",
    ),
    "a rota without a clock": (
        "people/a.yaml",
        (
            "people: [{id: marek}]\n"
            "rotas:\n- {id: w, role: on-call, people: [marek], starts: 2026-01-05}\n"
        ),
        (
            "people/a.yaml:3:3: nothing says of which time zone these times are\n"
            "    write into a file of people/: clock: {zone: Europe/Warsaw}"
        ),
    ),
    "an hour without minutes": (
        "people/a.yaml",
        (
            "rotas:\n- {id: w, role: on-call, people: [m], starts: 2026-01-05,\n"
            "   shifts: [{opens: 8}]}\n"
        ),
        "people/a.yaml:3:21: 'shifts': 8 is no time of a day; write it like 16:00",
    ),
    "turns of half a day": (
        "people/a.yaml",
        "rotas:\n- {id: w, role: on-call, people: [marek], starts: 2026-01-05, every: 12h}\n",
        "people/a.yaml:2:3: 'every' is a number of whole days: 1d, 7d, 14d",
    ),
    "a shift that is written otherwise": (
        "people/a.yaml",
        (
            "rotas:\n- {id: w, role: on-call, people: [m], starts: 2026-01-05,\n"
            "   shifts: [{opens: 08:00, shuts: 16:00}]}\n"
        ),
        "people/a.yaml:3:28: shifts has no field 'shuts'",
    ),
    "an absence that ends before it starts": (
        "people/a.yaml",
        "people:\n- {id: marek, away: [{starts: 2026-12-05, ends: 2026-12-03}]}\n",
        "people/a.yaml:2:22: 'away': it ends before it starts",
    ),
    "a role that is a person": (
        "people/a.yaml",
        "people: [{id: on-call}]\n",
        (
            "role 'on-call' is also a person, in DIR/people/a.yaml:1:10\n"
            "    give one of the two another id"
        ),
    ),
    "an unknown value in words": (
        "notices/a.yaml",
        "words:\n- phase: confirmed\n  language: pl\n  body: 'Awaria: {{ aeras }}'\n",
        "notices/a.yaml:4:9: there is no value 'aeras' to put in\n    did you mean 'areas'?",
    ),
    "a value for staff in public words": (
        "notices/a.yaml",
        "words:\n- {phase: confirmed, language: pl, body: '{{ root_cause }}'}\n",
        "notices/a.yaml:2:42: there is no value 'root_cause' to put in\n    did you mean 'cause'?",
    ),
    "a template that is none": (
        "notices/a.yaml",
        "words:\n- {phase: confirmed, language: pl, body: '{{ areas '}\n",
        (
            "notices/a.yaml:2:42: the text is no template: unexpected end of template, "
            "expected 'end of print statement'.\n    see the reference of words"
        ),
    ),
    "a template that counts": (
        "notices/a.yaml",
        "words:\n- {phase: confirmed, language: pl, body: '{{ 7*7 }}'}\n",
        (
            "notices/a.yaml:2:42: the text uses a mul, which templates may not\n"
            "    a template holds values, {% if %} and {% else %}, == and != only"
        ),
    ),
    "no cause": (
        "notices/a.yaml",
        "words:\n- {phase: confirmed, cause: fiber, language: pl, body: x}\n",
        "notices/a.yaml:2:29: 'fiber' is no cause\n    did you mean 'fibre'?",
    ),
    "a staff phase for customers": (
        "notices/a.yaml",
        "words:\n- {phase: alert, language: pl, body: x}\n",
        (
            "notices/a.yaml:2:11: phase 'alert' is not for customers (channel 'website')\n"
            "    one of: suspected confirmed update restored corrected planned"
        ),
    ),
    "words removed for good": (
        "notices/a.yaml",
        "words:\n- {phase: restored, language: cs, remove: true}\n",
        (
            "no words are left for restored on website in 'cs'\n"
            "    give some: phase: restored, cause: any, channel: website"
        ),
    ),
    "no language": (
        "notices/a.yaml",
        "words:\n- {phase: confirmed, language: polish!, body: x}\n",
        (
            "'language' is 'polish!': should match pattern '^[a-z]{2,3}(-[A-Za-z]{2,8})?$'\n"
            "    write a code like pl, cs, uk or en"
        ),
    ),
    "half edited": (
        "checks/a.yaml",
        "streaks:\n- {id: icmp, bad_in_a_row: 3\n",
        "checks/a.yaml:2:3: a bracket is opened here and not closed",
    ),
    "the same key twice": (
        "checks/a.yaml",
        "blindness: {in_a_row: 3}\nblindness: {in_a_row: 4}\n",
        "checks/a.yaml:2:1: key 'blindness' stands twice in one mapping, first in line 1",
    ),
    "a field twice over two files": (
        "checks/b.yaml",
        "blindness: {in_a_row: 4}\n",
        (
            "checks/b.yaml:1:13: blindness.in_a_row stands twice, first in DIR/checks/0.yaml:1:13\n"
            "    keep one of the two"
        ),
    ),
    "not text": (
        "checks/a.yaml",
        "streaks: \x00\n",
        "checks/a.yaml:1:10: an unprintable character (0x00) stands here",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_file_is_told_with_place_and_remedy(name: str, tmp_path: Path) -> None:
    file, text, said = BROKEN[name]
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if "two files" in name:
        (path.parent / "0.yaml").write_text("blindness: {in_a_row: 3}\n")

    reading = read_rules(tmp_path, None)

    told = [str(finding).replace(str(tmp_path), "DIR") for finding in reading.findings]
    assert reading.rulebook is None
    assert any(said in finding for finding in told), told


def test_all_mistakes_of_all_files_are_told_in_one_run_sorted_by_place(tmp_path: Path) -> None:
    for name, (file, text, _) in BROKEN.items():
        if file.count("/") == 1 and "half" not in name and "not text" not in name:
            path = tmp_path / file.replace("a.yaml", f"{name.replace(' ', '-')}.yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    findings = read_rules(tmp_path, None).findings

    assert len(findings) >= 25
    assert list(findings) == sorted(findings)


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    (finding,) = read_rules(tmp_path / "gone", None).findings

    assert finding.wrong == "there is no such directory"
    assert finding.remedy == "name the rules with --rules DIR"


def test_a_file_where_a_directory_belongs_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("x")

    (finding,) = read_rules(tmp_path / "rules", None).findings

    assert finding.wrong == "is not a directory"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["checks", "correlation", "response", "notices", "people", "commitments"]),
    st.text(alphabet="abc:-[]{}\n ,'\"&*!|>#12%", max_size=120),
)
def test_whatever_a_file_holds_reading_ends_in_findings_or_rules(
    tmp_path_factory: pytest.TempPathFactory, folder: str, text: str
) -> None:
    directory = tmp_path_factory.mktemp("rules")
    (directory / folder).mkdir()
    (directory / folder / "a.yaml").write_text(text, encoding="utf-8")

    reading = read_rules(directory, None)

    assert (reading.rulebook is None) == any(
        finding.level.value == "error" for finding in reading.findings
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "remove", "phase", "language", "x"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["words", "phrases", "policy", "sms", "operator", "promises"]), VALUES)
def test_whatever_shape_a_section_has_reading_ends_in_findings_or_rules(
    tmp_path_factory: pytest.TempPathFactory, section: str, value: object
) -> None:
    import json  # noqa: PLC0415 - only this test writes YAML as JSON

    directory = tmp_path_factory.mktemp("rules")
    (directory / "notices").mkdir()
    (directory / "notices" / "a.yaml").write_text(json.dumps({section: value}), encoding="utf-8")

    read_rules(directory, None)
