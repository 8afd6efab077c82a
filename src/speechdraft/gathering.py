"""Forms that came back, read as facts and merged into a speech's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from speechdraft.facts import Layer
from speechdraft.facts_reading import read_facts
from speechdraft.forms import FormPart, read_form
from speechdraft.i18n import _
from speechdraft.merging import Contribution, Merge, given_in_speech, merge, read_takes, with_source
from speechdraft.problems import Place, Problem, Problems, Severity
from speechdraft.speeches import Loaded

__all__ = ["Gathered", "gather"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What some forms gave: the merge, and what in them is worth a look."""

    merge: Merge
    problems: tuple[Problem, ...]
    unread: int
    """How many values could not be read; each is a problem."""


def gather(loaded: Loaded, forms: Sequence[Path], takes: Iterable[str] = (), source: str = "") -> Gathered:
    """Return what forms that came back bring to a speech; nothing is written.

    A value that cannot be read leaves the others as they are: it is a warning with its place. Raises ProblemError where
    a whole file cannot be read, or ``takes`` make no sense: then nobody's values are merged.
    """
    fatal, worth_a_look = Problems(), Problems()
    speech = loaded.speech
    contributions: list[Contribution] = []
    unread = 0
    for path in forms:
        found = Problems()
        for part in read_form(path, speech.dictionary, found):
            _check_outline(part, speech.outline.outline.id, found)
            given = read_facts(part.node, Layer.SPEECH, speech.dictionary, found)
            contributions.append(with_source(Contribution(giver=part.giver, given=given), source))
        unread += sum(problem.severity is Severity.ERROR for problem in found.all())
        worth_a_look.extend(replace(problem, severity=Severity.WARNING) for problem in found.all())
    settled = read_takes(takes, contributions, speech.dictionary, fatal)
    fatal.raise_errors()
    merged = merge(given_in_speech(speech.given), contributions, speech.dictionary, settled)
    return Gathered(merge=merged, problems=worth_a_look.all(), unread=unread)


def _check_outline(part: FormPart, outline: str, problems: Problems) -> None:
    if part.outline and part.outline != outline:
        problems.add(
            Problem(
                code="other-outline",
                message=_(
                    "this form was written for the outline “{other}”, and the speech is after “{outline}”"
                ).format(other=part.outline, outline=outline),
                place=Place(file=part.giver.file),
                hint=_("facts of the same name were merged all the same"),
                severity=Severity.WARNING,
            )
        )
