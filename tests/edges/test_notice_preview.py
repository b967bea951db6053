"""`netwatch notice preview`, as a person types it."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.edges import warm

ROOT = Path(__file__).parents[2]
DOLINA = ("--inventory", str(ROOT / "inventory"), "--rules", str(ROOT / "rules"))


def preview(*options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return warm.run("notice", "preview", *options, cwd=cwd)


def answer(*options: str) -> dict[str, Any]:
    done = preview(*DOLINA, "--json", *options)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_an_sms_comes_with_its_encoding_segments_and_price() -> None:
    told = answer("--area", "dabrowa", "--language", "pl", "--channel", "sms")

    assert list(told) == ["text", "encoding", "characters", "segments", "price"]
    assert (told["encoding"], told["segments"], told["price"]) == ("GSM-7", 1, 0.09)
    assert told["characters"] == len(told["text"]) <= 160
    assert "Dabrowa, ul. Polna 1-19 i Krotka" in told["text"]


def test_cyrillic_takes_two_segments() -> None:
    told = answer("--area", "dabrowa", "--language", "uk", "--channel", "sms")

    assert (told["encoding"], told["segments"], told["price"]) == ("UCS-2", 2, 0.18)


def test_the_website_has_no_encoding_and_no_price() -> None:
    told = answer("--area", "polna", "--cause", "power-homes", "--language", "cs")

    assert told["encoding"] is told["segments"] is told["price"] is None
    assert told["text"].startswith("V okolí zřejmě nejde proud – sídliště Polna\n\n")


@pytest.mark.parametrize("phase", ["suspected", "update", "restored", "corrected", "planned"])
def test_every_phase_has_words_for_the_terminal(phase: str) -> None:
    done = preview(*DOLINA, "--area", "polna", "--phase", phase, "--language", "en")

    assert done.returncode == 0, done.stderr
    assert "Polna estate" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_price_stands_under_an_sms_in_the_terminal() -> None:
    done = preview(*DOLINA, "--area", "polna", "--language", "pl", "--channel", "sms")

    assert "1 SMS (GSM-7, " in done.stdout
    assert "0.09 PLN" in done.stdout


def test_the_person_on_duty_can_be_previewed_too() -> None:
    done = preview(*DOLINA, "--area", "polna", "--language", "en", "--channel", "duty")

    assert "netwatch incident ack I-1" in done.stdout


def test_an_unknown_area_is_wrong_usage_with_the_near_word() -> None:
    done = preview(*DOLINA, "--area", "dabrwa")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "no area 'dabrwa'; did you mean 'dabrowa'?" in done.stderr


def test_a_language_without_words_is_wrong_usage() -> None:
    done = preview(*DOLINA, "--area", "polna", "--language", "xx")

    assert done.returncode == 2
    assert "no words in 'xx'; there are: cs de en pl ru sk uk" in done.stderr


def test_a_misspelt_cause_is_wrong_usage() -> None:
    assert preview(*DOLINA, "--area", "polna", "--cause", "fiber").returncode == 2


def test_broken_rules_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "rules" / "checks").mkdir(parents=True)
    (tmp_path / "rules" / "checks" / "a.yaml").write_text("streeks: []\n")

    done = preview(
        "--inventory", str(ROOT / "inventory"), "--rules", "rules", "--area", "polna", cwd=tmp_path
    )

    assert done.returncode == 2
    assert "rules/checks/a.yaml:1:1: checks/ has no section 'streeks'" in done.stderr


@pytest.mark.parametrize(
    ("phase", "about", "word"),
    [
        ("planned", "remind", "Przypominamy"),
        ("planned", "cancelled", "odwołane"),
        ("restored", "never-told", "18:02"),
        ("update", "apart", "W większości"),
        ("confirmed", "situation", "4 awarie naraz"),
    ],
)
def test_what_counts_more_than_the_cause_has_words_too(phase: str, about: str, word: str) -> None:
    done = preview(
        *DOLINA, "--area", "polna", "--language", "pl", "--phase", phase, "--about", about
    )

    assert done.returncode == 0, done.stderr
    assert word in done.stdout or about == "never-told"


def test_what_does_not_go_together_is_refused_with_the_way_out() -> None:
    done = preview(*DOLINA, "--area", "polna", "--about", "remind")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "netwatch: --about remind is told in: planned; add --phase\n"


def test_an_sms_of_two_is_shown_as_it_is_cut() -> None:
    done = preview(*DOLINA, "--area", "dabrowa", "--language", "uk", "--channel", "sms")

    lines = done.stdout.splitlines()
    cut = [line.partition("|")[2].rstrip("|") for line in lines if re.match(r"\d/2 \|", line)]
    assert len(cut) == 2
    assert lines[0].startswith(cut[0].strip())
    assert lines[-1].startswith("2 SMS (UCS-2, ")


def test_all_words_are_written_to_a_page(tmp_path: Path) -> None:
    done = preview(*DOLINA, "--area", "dabrowa", "--html", str(tmp_path / "words.html"))

    assert (done.returncode, done.stdout) == (0, "")
    whole = (tmp_path / "words.html").read_text(encoding="utf-8")
    assert "Dąbrowa, ul. Polna 1–19 і Krótka" in whole
    nowhere = preview(*DOLINA, "--area", "dabrowa", "--html", str(tmp_path / "no" / "x.html"))
    assert nowhere.returncode == 2
    assert "no such file or directory" in nowhere.stderr


def test_without_rules_the_words_that_ship_hold() -> None:
    done = preview(
        "--inventory", str(ROOT / "inventory"), "--area", "polna", "--channel", "sms", "--json"
    )

    assert json.loads(done.stdout)["price"] is None


def test_an_operator_puts_words_of_their_own_in_the_place_of_some_and_keeps_the_others(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "rules" / "notices"
    rules.mkdir(parents=True)
    (rules / "ours.yaml").write_text(
        "language: pl\n"
        "operator: {phone: 555 010 100, pages: {any: dolina.example}}\n"
        "sms: {price: 0.07, currency: PLN}\n"
        "readers: [{by: 'Ewa, 2026-11-20'}]\n"
        "phrases:\n  - {id: crew.alerted, text: nasz monter już wie}\n"
        "words:\n"
        "  - {phase: restored, channel: sms, body: '{{ name }}: już działa, {{ areas }}.'}\n"
        "  - {phase: update, cause: apart, channel: facebook, remove: true}\n",
        encoding="utf-8",
    )
    ours = ("--inventory", str(ROOT / "inventory"), "--rules", str(tmp_path / "rules"))

    def said(phase: str, channel: str, *more: str) -> str:
        done = preview(
            *ours, "--area", "polna", "--language", "pl", "--phase", phase, "--channel", channel,
            *more,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said("restored", "sms").startswith("netwatch: już działa, os. Polna.\n")
    assert "0.07 PLN" in said("restored", "sms")
    assert "nasz monter już wie" in said("confirmed", "mail")
    assert "prosimy go nie resetować" in said("confirmed", "mail")
    assert "W większości naprawione" in said("update", "facebook", "--about", "apart")

    checked = warm.run("check", *ours)
    assert (checked.returncode, checked.stdout) == (0, "")
