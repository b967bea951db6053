"""What the settings and the rules say reaches those who speak to people."""

from pathlib import Path

import pytest

from netwatch.delivery.words import Operator
from netwatch.model.facts import Audience
from netwatch.model.names import NoticeKey
from netwatch.service.files import Files, read_files
from netwatch.service.settings import Settings
from netwatch.service.wiring import voice
from netwatch.views.owed import Debt
from tests.unit.views.tales import alert

INVENTORY = "devices: [{id: core-1, kind: router, address: 192.0.2.1}]\n"
OPERATOR = "operator: {phone: 555 010 100, report: 'https://dolina.example/report'}\n"
PEOPLE = """\
people: [{id: magda, language: pl}, {id: tomas, language: en}]
roles: [{id: on-call, people: [tomas, magda]}, {id: desk, people: [magda]}, {id: field}]
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name, text in {
        "inventory/a.yaml": INVENTORY,
        "rules/notices/operator.yaml": OPERATOR,
        "rules/people/staff.yaml": PEOPLE,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    read = read_files(tmp_path / "inventory", tmp_path / "rules")
    assert read.files is not None, read.findings
    return read.files


def test_readers_of_the_page_are_told_how_to_reach_the_operator(files: Files) -> None:
    site = voice(Settings(), files).site

    assert (site.phone, site.report) == ("555 010 100", "https://dolina.example/report")
    assert files.rulebook.words.operator == Operator(phone=site.phone, report=site.report)


@pytest.mark.parametrize(
    ("recipient", "language"),
    [("on-call", "en"), ("magda", "pl"), ("desk", "pl"), ("field", "cs"), ("nobody", "cs")],
)
@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.DESK])
def test_each_of_the_staff_reads_their_own_language(
    files: Files, recipient: str, language: str, audience: Audience
) -> None:
    recipients = voice(Settings(languages=("cs", "en")), files).recipients
    due = alert(audience=audience, recipients=(recipient,))
    debt = Debt(NoticeKey("k"), due, recipient)

    assert recipients.address(debt).language == language
