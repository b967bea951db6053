"""A file of YAML 1.2 -> marked values: what a person wrote, and where they wrote it.

The events come from libyaml's C parser; what YAML 1.1 would make of them (``no`` as False, 12:30:00
as a number) does not happen here. Mappings refuse duplicate keys, aliases are counted as if written
out, and depth and size are limited: the files are a person's, and may be anybody's.
"""

from pathlib import Path

from yaml import YAMLError
from yaml._yaml import CParser

from netwatch.inventory.compose import Composer, StopError
from netwatch.inventory.files import MOST_YAML_BYTES, read_text
from netwatch.inventory.marks import Marked
from netwatch.inventory.yaml_faults import explain
from netwatch.model.faults import Finding

__all__ = ["Marked", "load_marked", "parse_marked"]


def load_marked(path: Path, shown: str) -> tuple[Marked | None, list[Finding]]:
    """Read one YAML file, keeping the place of each value.

    Args:
        path: the file.
        shown: its path as the person knows it; it stands in the findings.

    Returns:
        The document, and what is wrong with it. None: the file is empty or cannot be read. After a
        mistake that ends the reading, the document holds the whole entries of the lists before it.
    """
    data, findings = read_text(path, shown, MOST_YAML_BYTES)
    if data is None:
        return None, findings
    return parse_marked(data, shown)


def parse_marked(data: bytes, shown: str) -> tuple[Marked | None, list[Finding]]:
    """Do as ``load_marked`` with the bytes of a file that are known to be UTF-8."""
    composer = Composer(shown)
    try:
        composer.compose(CParser(data))
    except YAMLError as fault:
        composer.findings.append(explain(fault, data, shown))
        composer.keep_whole_entries()
    except StopError as fault:
        composer.findings.append(fault.finding)
        composer.keep_whole_entries()
    return composer.root, composer.findings
