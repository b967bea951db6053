"""The reference of rule files says what holds: it is made from the schemas."""

from netwatch.delivery.wording_names import APPROVAL_NAMES, PUBLIC_NAMES, TASK_NAMES, TROUBLE_NAMES
from netwatch.rules.reference import VALUES, page
from netwatch.rules.schemas import SECTIONS


def test_every_section_and_field_is_in_the_reference() -> None:
    text = page()

    for section in SECTIONS:
        assert f"### `{section.name}`" in text
        for field in section.model.model_fields:
            assert f"| `{field}` |" in text


def test_every_value_is_explained_and_nothing_else() -> None:
    assert set(VALUES) == {*PUBLIC_NAMES, *TASK_NAMES, *TROUBLE_NAMES, *APPROVAL_NAMES}
