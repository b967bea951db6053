"""Files and settings -> the rules that the stages obey, in service and in a replay alike."""

from dataclasses import replace

from netwatch.model.names import ChannelName
from netwatch.pipeline import StageRules
from netwatch.pollers.unasked.signs import sign_of
from netwatch.response.rules import To
from netwatch.rules.words_size import segments_at_most
from netwatch.service.contact_settings import unwilling
from netwatch.service.files import Files
from netwatch.service.settings import Settings


def stage_rules(settings: Settings, files: Files, *, every_channel: bool = False) -> StageRules:
    """Return the rules in force: the files' judgement, and how far the settings let us speak.

    Args:
        settings: what netwatch.toml says.
        files: inventory and rules.
        every_channel: there is no netwatch.toml, so all channels of the policy count as set up.
    """
    stages = files.rulebook.stages
    prices, words = stages.response.prices, files.rulebook.words
    sizes = segments_at_most(words, settings.name, settings.languages) if prices else {}
    singly = {rule.channel for rule in stages.response.policy if rule.to is not To.PUBLIC}
    set_up = None if every_channel else frozenset(map(ChannelName, settings.channels))
    return replace(
        stages,
        correlation=replace(stages.correlation, means=sign_of),
        response=replace(
            stages.response,
            mode=settings.publishing.mode,
            timezone=settings.timezone,
            set_up=set_up,
            segments=sizes,
            unwilling=unwilling(settings, singly),
        ),
    )
