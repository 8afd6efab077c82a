"""``new``: a speech's folder with its outline and a form for its facts."""

from __future__ import annotations

import json
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.edge import console
from speechdraft.files import shown, write_new
from speechdraft.forms import wanted, yaml_form
from speechdraft.i18n import _
from speechdraft.ledger import Standing, ledger
from speechdraft.outline import json_schema
from speechdraft.packs.lock import LOCK, lock_of
from speechdraft.speeches import FACTS, OUTLINE, load_outline

__all__ = ["new_command"]

_SCHEMA = "outline.schema.json"
_EDITOR_LINE = f"# yaml-language-server: $schema={_SCHEMA}\n"


def new_command(name: str, folder: Path, *, unlocked: bool) -> None:
    """Make a speech's folder; what stands there already is left alone."""
    loaded = load_outline(name, unlocked=unlocked)
    outline = loaded.speech.outline
    entries = ledger(loaded.speech)
    asked = [entry.standing for entry in wanted(entries)]
    left_out = asked.count(Standing.LEFT_OUT)
    text = outline.text
    if "yaml-language-server" not in text:
        text = _EDITOR_LINE + text
    files = {
        OUTLINE: text.encode(),
        FACTS: yaml_form(outline.outline.id, outline.outline.title, entries).encode(),
        _SCHEMA: (json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode(),
        LOCK: lock_of(loaded.packs),
    }
    write_new(folder, files)
    terminal = console()
    place = shown(folder)
    terminal.print(escape(_("{folder}: a speech after “{title}”").format(folder=place, title=outline.outline.title)))
    terminal.print(escape(_("  {file}  the outline, yours to edit").format(file=OUTLINE.ljust(len(LOCK)))))
    told = _("  {file}  {count} facts to fill in").format(file=FACTS.ljust(len(LOCK)), count=len(asked) - left_out)
    if left_out:
        told += _(", {count} more that can be left out").format(count=left_out)
    terminal.print(escape(told))
    packs = _(", ").join(str(pack.manifest) for pack in loaded.packs)
    terminal.print(escape(_("  {file}  the packs that it is drafted with: {packs}").format(file=LOCK, packs=packs)))
    terminal.print(f"[dim]{escape(_('then: speechdraft draft {folder}').format(folder=place))}[/]")
