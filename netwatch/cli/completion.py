"""netwatch completion: let the shell finish commands."""

import click
from click.shell_completion import get_completion_class

from netwatch.cli.output import Stop


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    r"""Print the completion script for SHELL.

    \b
    Examples:
        netwatch completion bash > /etc/bash_completion.d/netwatch
        netwatch completion zsh > "${fpath[1]}/_netwatch"
        netwatch completion fish > ~/.config/fish/completions/netwatch.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise Stop(f"no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, "netwatch", "_NETWATCH_COMPLETE").source())
