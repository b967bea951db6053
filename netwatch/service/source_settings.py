"""What ``[sources.NAME]`` and ``[contacts]`` of netwatch.toml may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, with_config

from netwatch.service.secrets import Hidden, Secret

SECRETS: Final = ("password", "token", "key", "secret")
"""Keys of sources that hold a secret, by reference."""


def _source(keys: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(keys.get("kind"), str):
        raise ValueError('has no kind; say what it is, such as kind = "lms" or "csv"')  # noqa: TRY004 - pydantic tells ValueErrors
    return {
        key: Secret(value) if key in SECRETS and isinstance(value, str) and value else value
        for key, value in keys.items()
    }


Source = Annotated[Mapping[str, Any], AfterValidator(_source)]
"""``kind`` and the keys of its importer, which looks at them itself."""


@with_config(ConfigDict(extra="forbid", arbitrary_types_allowed=True))
@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """How the contact store is sealed; without a key there is none."""

    key: Hidden | None = None
    """A secret of at least 20 characters. Without it the store cannot be read by anybody."""
