"""click; thin: parse, call, print.

Commands are imported when they are called, so that ``netwatch --help`` costs no more than click.
"""

import os
import select
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NoReturn

import click
from click.shell_completion import CompletionItem

from netwatch import __version__
from netwatch.cli.output import FINE, INTERRUPTED, USAGE, exit_code_of, silence_stdout
from netwatch.model.faults import NetwatchError

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "netwatch.cli.demo:demo",
        "check": "netwatch.cli.check:check",
        "plan": "netwatch.cli.plan:plan",
        "run": "netwatch.cli.run:run",
        "reload": "netwatch.cli.run:reload",
        "doctor": "netwatch.cli.doctor:doctor",
        "heartbeat": "netwatch.cli.run:heartbeat",
        "incident": "netwatch.cli.incident:incident",
        "task": "netwatch.cli.task:task",
        "why": "netwatch.cli.why:why",
        "why-not": "netwatch.cli.why:why_not",
        "maintenance": "netwatch.cli.maintenance:maintenance",
        "oncall": "netwatch.cli.oncall:oncall",
        "drill": "netwatch.cli.drill:drill",
        "desk": "netwatch.cli.desk:desk",
        "publish": "netwatch.cli.publish:publish",
        "notice": "netwatch.cli.notice:notice",
        "discover": "netwatch.cli.discover:discover",
        "places": "netwatch.cli.places:places",
        "import": "netwatch.cli.importing:import_",
        "contacts": "netwatch.cli.contacts:contacts",
        "poll": "netwatch.cli.poll:poll",
        "probe": "netwatch.cli.probe:probe",
        "cli": "netwatch.cli.command_line:command_line",
        "graph": "netwatch.cli.graph:graph",
        "replay": "netwatch.cli.replay:replay",
        "facts": "netwatch.cli.run:facts",
        "lab": "netwatch.cli.lab:lab",
        "web": "netwatch.cli.web:web",
        "account": "netwatch.cli.account:account",
        "traps": "netwatch.cli.traps:traps",
        "completion": "netwatch.cli.completion:completion",
    }
)
"""Where each command lives, in the order in which ``--help`` lists them."""

SUMMARIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "See a fibre cut become a published notice, on a simulated ISP.",
        "check": "Find every mistake in inventory, rules and settings.",
        "plan": "Fail everything once, on paper, and list what would go wrong.",
        "run": "Watch the network and tell people: the service.",
        "reload": "Bring changed inventory and rules into force.",
        "doctor": "Say what this machine lacks, and how to mend it.",
        "heartbeat": "Tell the outside world that netwatch lives.",
        "incident": "See and steer incidents.",
        "task": "See what is to be done by whom, and say what is done.",
        "why": "Show the evidence for an incident and what was rejected.",
        "why-not": "Say why nothing was said about a device.",
        "maintenance": "Plan works, so that what they take is no outage.",
        "oncall": "Say who is on duty, and take over a duty.",
        "drill": "Rehearse an outage with the real staff; customers hear nothing.",
        "desk": "Bring in what customers report, and hear how their line stands.",
        "publish": "See, hold and resume all public words.",
        "notice": "Read a notice as its audience would.",
        "discover": "Look who is at some addresses, and propose inventory for it.",
        "places": "Say who hangs where: sources joined, differences, what is not placed.",
        "import": "Read another system and show what it says that it did not say before.",
        "contacts": "Keep, export and erase how customers are reached.",
        "poll": "Ask devices once and say what it cost.",
        "probe": "Ask one device, say all that netwatch understands of it.",
        "cli": "Ask devices on their command lines, and read what they say.",
        "graph": "Draw what was measured: in the terminal, as SVG or PNG.",
        "replay": "Play a recording: what would have happened.",
        "facts": "Print what was decided, as it is decided.",
        "lab": "Run a simulated ISP and break it.",
        "web": "Serve the public page and the console.",
        "account": "Say who may log in to the console, and as what.",
        "traps": "Receive SNMP traps.",
        "completion": "Print the completion script for a shell.",
    }
)
"""Each command's first line of help, here so that listing them imports none of them."""


class Commands(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        """Return the names, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click calls it so
        cmd_name: str,
    ) -> click.Command | None:
        """Import and return one command; None when there is no such name."""
        where = COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, _, attribute = where.partition(":")
        command = getattr(import_module(module), attribute)
        return _with_examples(command) if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; that nobody reads its answer any more is no fault."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_with_the_reader()
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; of an unknown one say which name was near."""
        near = get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}; did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer names and options without importing a command."""
        names = [
            CompletionItem(name, help=summary)
            for name, summary in SUMMARIES.items()
            if name.startswith(incomplete)
        ]
        return names or click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click calls it so
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


def _with_examples(command: click.Command) -> click.Command:
    r"""Let the examples in raw docstrings stand as they were written, line for line.

    click wants the character that ``\b`` stands for; in a raw docstring it is two.
    """
    command.help = command.help and command.help.replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _with_examples(one)
    return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="netwatch %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Watch an ISP's network and tell the people concerned, within a minute.

    Start with: netwatch demo
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(
            None if arguments is None else list(arguments),
            prog_name="netwatch",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except click.Abort:
        click.echo("netwatch: interrupted", err=True)
        return INTERRUPTED
    except NetwatchError as fault:
        click.echo(f"netwatch: {fault}", err=True)
        return exit_code_of(fault, USAGE)
    except BrokenPipeError:
        _leave_with_the_reader()
        raise
    return code if isinstance(code, int) else FINE


def _leave_with_the_reader() -> None:
    """End quietly when it was the reader of stdout who left (``netwatch facts | head``)."""
    stdout = select.poll()
    stdout.register(sys.stdout.fileno(), 0)
    if any(events & select.POLLERR for _, events in stdout.poll(0)):
        silence_stdout()
        sys.exit(FINE)
