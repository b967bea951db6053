"""Events -> one document of marked values; what a person's file may not do is refused."""

from typing import Any, Final

from yaml import events

from netwatch.inventory.marks import Marked
from netwatch.inventory.scalars import resolve
from netwatch.model.faults import Finding, Place

MOST_DEPTH: Final = 32
MOST_VALUES: Final = 2_000_000
MOST_ALIASED_VALUES: Final = 100_000
"""How much aliases may add, counted as if each were written out."""


class StopError(Exception):
    """The file goes beyond what is read; ``finding`` says where and what to do."""

    def __init__(self, place: Place, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.finding = Finding(place, wrong, remedy)


class Composer:
    """Events -> one document. A loop with a stack: a file's depth never becomes ours."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.findings: list[Finding] = []
        self.root: Marked | None = None
        self._open: list[Marked] = []
        self._keys: list[tuple[str, int, int] | None] = []
        self._anchors: dict[str, Marked | None] = {}
        self._names: list[str | None] = []
        self._values = 0
        self._aliased = 0
        self._documents = 0

    def compose(self, parser: Any) -> None:
        while True:
            event = parser.get_event()
            kind = type(event)
            if kind is events.ScalarEvent:
                self._scalar(event)
            elif kind is events.MappingStartEvent:
                self._begin(event, {})
            elif kind is events.SequenceStartEvent:
                self._begin(event, [])
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._end()
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent:
                self._document(event)
            elif kind is events.StreamEndEvent or event is None:
                return

    def keep_whole_entries(self) -> None:
        """Keep, of what was being read, the entries of a top-level list that were complete."""
        if not self._open:
            return
        self.root, *rest = self._open
        if rest and isinstance(rest[0].value, list) and isinstance(self.root.value, dict):
            key = self._keys[0]
            if key is not None:
                self.root.value[key[0]] = rest[0]
                self.root.keys[key[0]] = key[1:]

    def _place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + 1, mark.column + 1

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise StopError(
                Place(self.shown, *self._place(event)),
                "a second document begins here",
                "keep one document in a file: remove the line '---', or split the file",
            )

    def _scalar(self, event: Any) -> None:
        text = event.value
        line, column = self._place(event)
        if event.tag is not None:
            self._refuse_tag(event.tag, line, column)
        value = resolve(text) if event.implicit[0] else text
        node = Marked(self.shown, line, column, value, text)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._put(node)

    def _begin(self, event: Any, value: "list[Marked] | dict[str, Marked]") -> None:
        line, column = self._place(event)
        if event.tag is not None:
            self._refuse_tag(event.tag, line, column)
        if len(self._open) >= MOST_DEPTH:
            raise StopError(
                Place(self.shown, line, column),
                f"lists and mappings are nested more than {MOST_DEPTH} deep",
                "close the brackets that were opened before; nothing needs this depth",
            )
        if self._open and type(self._open[-1].value) is dict and self._keys[-1] is None:
            raise StopError(
                Place(self.shown, line, column),
                "a list or mapping stands where a key belongs",
                "a key is one word followed by ': '",
            )
        self._open.append(Marked(self.shown, line, column, value))
        self._keys.append(None)
        self._names.append(event.anchor)
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _end(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        name = self._names.pop()
        if name is not None:
            self._anchors[name] = node
        self._put(node)

    def _alias(self, event: Any) -> None:
        place = Place(self.shown, *self._place(event))
        if event.anchor not in self._anchors:
            raise StopError(
                place,
                f"'*{event.anchor}' stands for nothing: no '&{event.anchor}' before it",
                "write the value out; or put it in quotes if the star is part of it",
            )
        node = self._anchors[event.anchor]
        if node is None:
            raise StopError(place, f"'*{event.anchor}' stands within itself", "write the value out")
        self._aliased += node.size
        if self._aliased > MOST_ALIASED_VALUES:
            raise StopError(
                place,
                f"aliases grow this file by more than {MOST_ALIASED_VALUES} values",
                "write the values out, or move them into a CSV file",
            )
        if self._open and type(self._open[-1].value) is dict and self._keys[-1] is None:
            raise StopError(place, "an alias stands where a key belongs", "write the key out")
        self._put(node)

    def _put(self, node: Marked) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            raise StopError(
                node.place,
                f"more than {MOST_VALUES} values stand in this file",
                "split it over several files",
            )
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        inside = parent.value
        if type(inside) is list:
            inside.append(node)
            parent.size += node.size
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = (node.text, node.line, node.column)
            return
        self._keys[-1] = None
        parent.size += node.size
        self._set(parent, key, node)

    def _set(self, parent: Marked, key: tuple[str, int, int], node: Marked) -> None:
        name, line, column = key
        inside = parent.value
        if not isinstance(inside, dict):
            raise TypeError("only a mapping has keys")
        if name in inside:
            first = parent.key_place(name)
            self.findings.append(
                Finding(
                    Place(self.shown, line, column),
                    f"key {name!r} stands twice in one mapping, first in line {first.line}",
                    "keep one of the two, or join them",
                )
            )
            return
        inside[name] = node
        parent.keys[name] = (line, column)

    def _refuse_tag(self, tag: str, line: int, column: int) -> None:
        written = tag.replace("tag:yaml.org,2002:", "!!")
        self.findings.append(
            Finding(
                Place(self.shown, line, column),
                f"the tag {written!r} has no meaning here",
                "remove it; quotes are enough to say that something is text",
            )
        )
