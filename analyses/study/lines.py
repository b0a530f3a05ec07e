"""Where in a TOML text every key and every element of a list stands: `tomllib` reads values and forgets their lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

Place = tuple[str | int, ...]
Lines = Mapping[Place, int]

_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))[ \t]*""")
_BETWEEN = re.compile(r"(?:\s|#[^\n]*)*")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[Place, int]:
    """The line, from 1, of every table, key and list element of a text that `tomllib` has accepted."""
    return _Scan(text).found


class _Scan:
    """One walk over the text; the text is known to be TOML, so only where things end is looked at."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.found: dict[Place, int] = {}
        self.counts: dict[Place, int] = {}
        table: Place = ()
        while self._skip():
            table = self._header() if text[self.at] == "[" else self._pair(table)

    def _skip(self) -> bool:
        match = _BETWEEN.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def _note(self, place: Place) -> None:
        self.found.setdefault(place, bisect_right(self.starts, self.at))

    def _keys(self) -> list[str]:
        keys = []
        while match := _KEY.match(self.text, self.at):
            keys.append(next(part for part in match.groups() if part is not None))
            self.at = match.end()
            if self.text[self.at : self.at + 1] != ".":
                break
            self.at += 1
        return keys

    def _header(self) -> Place:
        """[a.b], or [[a.b]]: the next table of a list."""
        start, several = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        *above, last = self._keys()
        place: Place = ()
        for key in above:
            place = (*place, key)
            place = (*place, self.counts[place]) if place in self.counts else place
        place = (*place, last)
        end, self.at = self.at, start
        self._note(place)
        if several:
            self.counts[place] = self.counts.get(place, -1) + 1
            place = (*place, self.counts[place])
            self._note(place)
        self.at = end + (2 if several else 1)
        return place

    def _pair(self, table: Place) -> Place:
        start = self.at
        keys = self._keys()
        end, self.at = self.at, start
        for depth in range(1, len(keys) + 1):
            self._note((*table, *keys[:depth]))
        self.at = end + 1  # behind the "="
        self._value((*table, *keys))
        return table

    def _value(self, place: Place) -> None:
        self._skip()
        opening = self.text[self.at]
        if opening in "[{":
            self._several(place, opening)
        else:
            match = (_STRING if opening in "\"'" else _BARE).match(self.text, self.at)
            self.at = match.end() if match else len(self.text)

    def _several(self, place: Place, opening: str) -> None:
        """A list or a table written in one."""
        self.at += 1
        number = 0
        while self._skip() and self.text[self.at] not in "]}":
            if self.text[self.at] == ",":
                self.at += 1
            elif opening == "[":
                self._note((*place, number))
                self._value((*place, number))
                number += 1
            else:
                self._pair(place)
        self.at += 1
