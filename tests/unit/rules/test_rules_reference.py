"""The reference of rule files says what holds: it is made from the schemas."""

from pathlib import Path

from netwatch.delivery.wording_names import PUBLIC_NAMES, STAFF_NAMES, TROUBLE_NAMES
from netwatch.rules.reference import PAGE, VALUES, page
from netwatch.rules.schemas import SECTIONS

ROOT = Path(__file__).parents[3]


def test_the_reference_page_is_what_the_schemas_say() -> None:
    told = "python -m netwatch.rules.reference > docs/reference/rules.md"

    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), f"make it anew: {told}"


def test_every_section_and_field_is_in_the_reference() -> None:
    text = page()

    for section in SECTIONS:
        assert f"### `{section.name}`" in text
        for field in section.model.model_fields:
            assert f"| `{field}` |" in text


def test_every_value_is_explained_and_nothing_else() -> None:
    assert set(VALUES) == {*PUBLIC_NAMES, *STAFF_NAMES, *TROUBLE_NAMES}
