"""A table in both languages that is drawn on paper and written on a page alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo import Label
from maps import gallery, safe_text


@dataclass(frozen=True)
class Block:
    """A table: ``rows`` of cells, the first cell the row's name; ``colors`` beside rows where they have one."""

    name: str
    title: Label
    head: Sequence[Label]
    rows: Sequence[Sequence[Label]]
    notes: Sequence[Label] = ()
    colors: Sequence[str] = ()


def block_html(block: Block, lang: str) -> str:
    """The table as a part of a page of text."""
    heads = "".join(f"<th>{gallery.both(one, lang)}</th>" for one in block.head)
    shown = [*block.colors, *[""] * len(block.rows)]
    rows = "\n".join(_row(row, color, lang) for row, color in zip(block.rows, shown, strict=False))
    notes = "".join(f'<p class="note">{gallery.both(note, lang)}</p>' for note in block.notes if note.vi)
    table = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>'
    return f'<section id="{safe_text.escaped(block.name)}"><h2>{gallery.both(block.title, lang)}</h2>{table}{notes}</section>'


def _row(row: Sequence[Label], color: str, lang: str) -> str:
    mark = f'<svg width="14" height="10"><rect width="14" height="10" fill="{safe_text.escaped(color)}"/></svg> ' if color else ""
    cells = "".join(f"<td>{mark if at == 0 else ''}{gallery.both(cell, lang)}</td>" for at, cell in enumerate(row))
    return f"<tr>{cells}</tr>"
