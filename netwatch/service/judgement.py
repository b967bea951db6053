"""Files and settings -> the rules that the stages obey, in service and in a replay alike."""

from dataclasses import replace

from netwatch.pipeline import StageRules
from netwatch.pollers.unasked.signs import sign_of
from netwatch.service.files import Files
from netwatch.service.settings import Settings


def stage_rules(settings: Settings, files: Files) -> StageRules:
    """Return the rules in force: the files' judgement, and how far the settings let us speak."""
    stages = files.rulebook.stages
    return replace(
        stages,
        correlation=replace(stages.correlation, means=sign_of),
        response=replace(stages.response, mode=settings.publishing.mode),
    )
