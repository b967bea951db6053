#!/usr/bin/env python3
"""Tidy text: no blanks at line ends, one last newline; refuse TOML and YAML that do not parse."""

import sys
import tomllib
from pathlib import Path

import yaml

KEPT_AS_THEY_ARE = {".snmprec", ".jsonl", ".csv", ".ambr", ".svg"}


def tidy(path: Path) -> str | None:
    """Tidy one file; return what was put right or is wrong, or None."""
    if path.suffix in KEPT_AS_THEY_ARE:
        return None
    before = path.read_bytes()
    try:
        text = before.decode()
        if path.suffix == ".toml":
            tomllib.loads(text)
        if path.suffix in {".yaml", ".yml"}:
            list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as fault:
        return f"{path}: {fault}"
    hard_break = "  " if path.suffix == ".md" else ""
    lines = [
        line.rstrip() + (hard_break if hard_break and line.endswith(hard_break) else "")
        for line in text.splitlines()
    ]
    after = ("\n".join(lines).rstrip() + "\n").encode() if text.strip() else b""
    if after == before:
        return None
    path.write_bytes(after)
    return f"{path}: tidied"


def main(paths: list[str]) -> int:
    """Tidy each file; 1 when anything was put right or is wrong."""
    said = [what for path in paths if (what := tidy(Path(path)))]
    print("\n".join(said))
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
