"""The command line answers at once, explains itself, and ends with the code that was promised."""

import subprocess
import sys
from collections.abc import Callable

import click
import pytest

import netwatch.cli as command_line
from netwatch.cli import COMMANDS, SUMMARIES, cli, main
from netwatch.cli.output import AnswerIsNo, NotFoundOut, Refused, Stop, as_line, emit, safe
from netwatch.model.faults import ConfigError, NetwatchError, Place

Run = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(line: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(line.split())
        out, err = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out, err

    return _run


def test_every_command_has_a_place_and_a_line_of_help() -> None:
    assert list(COMMANDS) == list(SUMMARIES)
    for where in COMMANDS.values():
        module, _, attribute = where.partition(":")
        assert module.startswith("netwatch.cli.")
        assert attribute
    assert all(summary.endswith(".") for summary in SUMMARIES.values())


def test_help_lists_every_command(run: Run) -> None:
    code, out, err = run("--help")
    assert code == 0
    assert err == ""
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", ["incident", "why", "why-not", "publish", "replay", "completion"])
def test_each_command_helps_by_itself(run: Run, name: str) -> None:
    code, out, _ = run(f"{name} --help")
    assert code == 0
    assert out.startswith(f"Usage: netwatch {name}")


def test_help_loads_nothing_but_click() -> None:
    slow = ("pydantic", "numpy", "yaml", "rich", "jinja2", "cattrs", "babel", "apprise", "asyncio")
    program = (
        "import sys\nfrom netwatch.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {slow!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_the_version_is_said(run: Run) -> None:
    assert run("--version")[1].startswith("netwatch ")


def test_a_near_name_is_offered_for_an_unknown_command(run: Run) -> None:
    code, _, err = run("incidnt list")
    assert code == 2
    assert "did you mean 'incident'?" in err
    assert run("xyzzy")[0] == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Stop("x"), 2),
        (AnswerIsNo("x"), 1),
        (NotFoundOut("x"), 3),
        (Refused("x"), 4),
        (NetwatchError("x"), 2),
        (ConfigError(Place("a.yaml", 3, 1), "x", "do y"), 2),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_fault_ends_with_its_code_and_talks_on_stderr(
    run: Run, monkeypatch: pytest.MonkeyPatch, fault: BaseException, code: int
) -> None:
    @click.command("doctor")
    def broken() -> None:
        raise fault

    monkeypatch.setattr(command_line, "import_module", lambda _: type("M", (), {"doctor": broken}))
    ended, out, err = run("doctor")
    assert (ended, out) == (code, "")
    assert err.startswith("netwatch: ") or isinstance(fault, KeyboardInterrupt)


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("doctor")
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(command_line, "import_module", lambda _: type("M", (), {"doctor": broken}))
    with pytest.raises(ZeroDivisionError):
        main(["doctor"])


def test_completion_offers_names_without_loading_commands() -> None:
    context = click.Context(cli)
    offered = [item.value for item in cli.shell_complete(context, "in")]
    assert offered == ["incident"]
    assert "--version" in [item.value for item in cli.shell_complete(context, "--")]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(run: Run, shell: str) -> None:
    code, out, _ = run(f"completion {shell}")
    assert code == 0
    assert "_NETWATCH_COMPLETE" in out


def test_what_a_terminal_would_obey_is_taken_out() -> None:
    assert safe("a\x1b[2Jb\rc\u202ed\x00e\nf") == "a?[2Jb?c?d?e?f"
    assert safe("Dąbrowa, ul. Polna 1–19 і Krótka") == "Dąbrowa, ul. Polna 1–19 і Krótka"


def test_json_is_one_line_with_letters_kept(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"area": "Dąbrowa"}, as_json=True, human=lambda: pytest.fail("not for people"))
    assert capsys.readouterr().out == '{"area":"Dąbrowa"}\n'
    assert as_line({"a": "\x1b"}) == '{"a":"\\u001b"}'
