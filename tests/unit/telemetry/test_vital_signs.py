"""One table declares every number about netwatch; Prometheus accepts its names."""

import re

import pytest

from netwatch.telemetry.vital_signs import DECLARED, Kind, VitalSign


@pytest.mark.parametrize("sign", DECLARED, ids=lambda sign: sign.name)
def test_a_sign_says_what_it_is_and_its_name_says_its_unit(sign: VitalSign) -> None:
    assert re.fullmatch(r"netwatch(_[a-z]+)+", sign.name)
    assert sign.name.endswith("_total") is (sign.kind is Kind.COUNTER)
    for text in (sign.means, *filter(None, [sign.remedy])):
        assert text.endswith(".")
        assert "|" not in text


def test_most_signs_say_what_to_do_when_they_are_bad() -> None:
    assert sum(bool(sign.remedy) for sign in DECLARED) > 0.8 * len(DECLARED)
