"""What all that stands in rule files is made of."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from netwatch.model.names import ID_PATTERN
from netwatch.model.spans import span

Span = Annotated[timedelta, BeforeValidator(span), Field(json_schema_extra={"written": "span"})]
Name = Annotated[str, Field(pattern=f"^{ID_PATTERN.pattern}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")]
Chance = Annotated[float, Field(gt=0, lt=1)]
Odds = Annotated[float, Field(gt=1, le=1e12)]
Count = Annotated[int, Field(ge=1, le=1000)]
Line = Annotated[str, Field(max_length=200)]


class Entry(BaseModel):
    """What every entry and section has in common: nothing but what is declared, kept as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
