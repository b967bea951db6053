"""netwatch oncall brief: what goes on, for whoever comes on duty."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netwatch.cli.door import door_of, now, settings_of, zone_of
from netwatch.cli.output import config_option, emit, json_option, safe
from netwatch.cli.task import tasks_of
from netwatch.views.local_times import with_local_times

if TYPE_CHECKING:
    from netwatch.model.contacts import Wish


@click.command()
@json_option
@config_option
def brief(*, as_json: bool, config: Path | None) -> None:
    r"""Brief whoever comes on duty: what is broken, whose it is, what was promised, what is open.

    \b
    Example:
        netwatch oncall brief
    """
    from netwatch.views.brief import brief as written  # noqa: PLC0415 - for --help
    from netwatch.views.brief import sentences  # noqa: PLC0415

    door, zone = door_of(config), zone_of(config)
    answer = written(
        door.call("board"),
        door.call("status"),
        tasks=tasks_of(config, all=False),
        approvals=door.call("approvals")["approvals"],
        callbacks=[{"callback": wish.id} for wish in _waiting(config)],
        at=now(),
    )

    def read_out() -> None:
        for line in sentences(answer, zone):
            click.echo(safe(with_local_times(line, zone)))

    emit(answer, as_json, read_out)


def _waiting(config: Path | None) -> "tuple[Wish, ...]":
    """Return who waits to be called back; nobody where no contacts are kept."""
    from netwatch.service.contact_settings import contact_store  # noqa: PLC0415 - slow to load

    store = contact_store(settings_of(config))
    return () if store is None else tuple(store.read().wishes.values())
