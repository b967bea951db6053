"""Pictures in files: whole, the same each time, and deaf to what names try."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from tests.unit.telemetry.graph.test_terminal import picture, ramp, silent

figure = pytest.importorskip("netwatch.telemetry.graph.figure", reason="matplotlib is not there")

UTC = ZoneInfo("UTC")


def test_an_svg_shows_curve_outage_and_numbers() -> None:
    shown = picture(ramp() | silent())

    svg = figure.painted(shown, zone=UTC, kind="svg").decode()

    assert svg.rstrip().endswith("</svg>")
    assert "sw-1: port.octets.in_octets, bit/s" in svg
    assert "min 26.67 kbit/s" in svg
    assert "not reached 2026-11-14 13:40" in svg
    assert svg == figure.painted(shown, zone=UTC, kind="svg").decode()


def test_a_png_is_one() -> None:
    png = figure.painted(picture(ramp()), zone=UTC, kind="png")

    assert png.startswith(b"\x89PNG\r\n")
    assert png.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    "name", ["$x^{2$", "_hidden", "<script>alert(1)</script>", "\x1b[2J\n日本", ""]
)
def test_names_are_text_and_nothing_else(name: str) -> None:
    shown = replace(picture(ramp(name)), device=name)

    svg = figure.painted(shown, zone=UTC, kind="svg").decode()

    assert "<script" not in svg
    assert "\x1b" not in svg
    assert figure.painted(shown, zone=UTC, kind="png").startswith(b"\x89PNG")
