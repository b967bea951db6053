"""Any fact whatever, made from the types alone."""

from datetime import UTC, datetime, timedelta
from typing import get_args, get_type_hints

from hypothesis import strategies as st

from netwatch.model.facts import Fact

YEAR = timedelta(days=366)

MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
    allow_imaginary=False,
).map(lambda moment: moment.replace(fold=0))
SPANS = st.timedeltas(min_value=-YEAR, max_value=YEAR)
NUMBERS = st.floats(allow_nan=False)
TEXTS = st.text(st.characters(), max_size=20)

st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(timedelta, SPANS)
st.register_type_strategy(float, NUMBERS)
st.register_type_strategy(str, TEXTS)

KINDS: tuple[type[Fact], ...] = get_args(Fact)


def facts_of(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    """Any fact of one kind; every field filled, those with defaults too."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: st.from_type(hint) for name, hint in hints.items()})


ANY_FACT = st.one_of([facts_of(kind) for kind in KINDS])
