"""How it stands with each fact of a draft that came back: in the document, in the facts file, and in between.

Three texts meet at every fact, as at every paragraph in :mod:`speechdraft.word.updating`: what was written, what stands
in the document now, and what the speech says now. Whichever side changed alone goes before the other; where both did,
nobody's is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from speechdraft.ink import Fact
from speechdraft.sayings import WHOLE_FORMS, Sayings, part_of
from speechdraft.word.controls import Stored, split_key
from speechdraft.word.returned import Mention, Returned

__all__ = ["Outcome", "ReturnedFact", "ReturnedForm", "Step", "returned_facts"]


class Step(StrEnum):
    """What became of one fact."""

    NEW = "new"
    """It had no value in the file; the document's is taken."""
    CHANGED = "changed"
    """The document's value goes before the file's, which nobody has changed since."""
    CONFLICT = "conflict"
    """Changed on both sides, or differently at two mentions; left alone on both."""
    REFUSED = "refused"
    """What stands on one side cannot be taken over to the other; left alone."""
    IN_WORD = "in-word"
    """Changed in the document and not in the file; a pull would take it."""
    REFRESHED = "refreshed"
    """The file's value was put into the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one fact: its path, the file's value, the document's, and what there is to say of it."""

    path: str
    step: Step
    in_file: str
    in_word: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedForm:
    """An entry of the store: a fact in one of its forms, with its mentions."""

    key: str
    stored: Stored
    mentions: tuple[Mention, ...]
    sayings: Sayings

    @property
    def form(self) -> str:
        """The form that the fact is said in: an empty text for all of it; see :mod:`speechdraft.sayings`."""
        return split_key(self.key)[1]

    @property
    def said(self) -> str | None:
        """What the speech says for it now; see :meth:`Sayings.text`."""
        return self.sayings.text(self.key)

    def meant(self, text: str) -> str:
        """Return what a text means as this form, so that two ways of typing the same compare equal."""
        return self.sayings.meant(self.key, text)

    def is_written(self, mention: Mention) -> bool:
        """Return whether a mention is as it was written."""
        if mention.is_empty:
            return not self.stored.written
        return bool(self.stored.written) and self.meant(mention.text) == self.meant(self.stored.written)

    def is_said(self, mention: Mention) -> bool:
        """Return whether a mention says what the speech says now."""
        return bool(self.said) and not mention.is_empty and self.meant(mention.text) == self.meant(self.said or "")

    @property
    def typed(self) -> tuple[str, ...]:
        """The texts that a hand put there, each meaning once."""
        found = {self.meant(m.text): m.text for m in self.mentions if not m.is_empty and not self.is_written(m)}
        return tuple(found.values())

    @property
    def is_emptied(self) -> bool:
        """Return whether a hand emptied it wherever it stands."""
        return bool(self.stored.written and self.mentions) and all(mention.is_empty for mention in self.mentions)

    @property
    def changed_in_file(self) -> bool:
        """Return whether the speech says something else than what was written, or nothing like it any more."""
        if self.said is None:
            return self.sayings.fact(split_key(self.key)[0]) is not None
        written = self.stored.written
        return bool(self.said) != bool(written) or self.meant(self.said) != self.meant(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedFact:
    """How it stands with one fact: its entries in the document, in all forms."""

    path: str
    sayings: Sayings
    entries: list[ReturnedForm] = field(default_factory=list)

    @property
    def in_file(self) -> str:
        """The fact's text as the facts file has it, or an empty one."""
        fact = self.sayings.fact(self.path)
        return fact.text if isinstance(fact, Fact) else ""

    @property
    def parts(self) -> list[ReturnedForm]:
        """The paragraphs of a long text, in order."""
        found = [(part, entry) for entry in self.entries if (part := part_of(entry.form)) is not None]
        return [entry for _part, entry in sorted(found, key=lambda one: one[0])]

    @property
    def has_other_paragraphs(self) -> bool:
        """Return whether the text is of another number of paragraphs now than it was when it was written."""
        if any(entry.said is None for entry in self.parts):
            return True
        return any(
            entry.form == "" and "\n" in (entry.said or "") and "\n" not in entry.stored.written
            for entry in self.entries
            if not all(map(entry.is_said, entry.mentions))
        )

    @property
    def changed_in_file(self) -> bool:
        """Return whether the speech says something else of it than what was written."""
        return self.has_other_paragraphs or any(entry.changed_in_file for entry in self.entries)

    def joined(self) -> str | None:
        """Return the paragraphs of a long text as one text again, or None where mentions of one of them disagree."""
        now: list[str] = []
        fact = self.sayings.fact(self.path)
        lines = str(fact.value).split("\n") if isinstance(fact, Fact) and isinstance(fact.value, str) else []
        for number, entry in enumerate(self.parts):
            typed = entry.typed
            if len(typed) > 1:
                return None
            # What nobody touched stays as somebody typed it, without the full stop that the speech adds.
            same = len(lines) == len(self.parts) and not entry.changed_in_file
            there = lines[number] if same else entry.stored.written
            now.append(typed[0] if typed else there)
        return "\n".join(now)

    def whole_texts(self) -> tuple[str, ...]:
        """Return what a hand made of the fact, each meaning once: from the forms that say all of it."""
        found: dict[str, str] = {}
        for entry in self.entries:
            # A heading has a text of several lines on one: what is typed there does not say where they end.
            if entry.form in WHOLE_FORMS and (entry.form == "" or "\n" not in self.in_file):
                found |= {entry.meant(text): text.replace("\n", "") if entry.form else text for text in entry.typed}
        if any(entry.typed for entry in self.parts):
            joined = self.joined()
            if joined is None:
                found |= {text: text for entry in self.parts for text in entry.typed}
            else:
                found[self.sayings.meant(self.path, joined)] = joined
        return tuple(found.values())

    def unsaid(self) -> tuple[str, ...]:
        """Return what a hand made of the fact and the speech does not say."""
        if self.says_it_all():
            return ()
        return tuple(
            text
            for entry in self.entries
            for text in entry.typed
            if not entry.said or entry.meant(text) != entry.meant(entry.said)
        )

    def says_it_all(self) -> bool:
        """Return whether the document has a long text as the speech has it, in whichever paragraphs."""
        return bool(self.parts and self.in_file) and self.sayings.meant(self.path, self.joined() or "") == self.in_file

    def other_texts(self) -> Iterator[tuple[ReturnedForm, str]]:
        """Return what a hand made of the fact's other forms, such as 2月10日."""
        for entry in self.entries:
            lines = entry.form in WHOLE_FORMS - {""} and "\n" in self.in_file
            if lines or (entry.form not in WHOLE_FORMS and part_of(entry.form) is None):
                yield from ((entry, text) for text in entry.typed)


def returned_facts(returned: Returned, sayings: Sayings) -> list[ReturnedFact]:
    """Return how it stands with each fact of the document's store, in its order."""
    found: dict[str, ReturnedFact] = {}
    for key, stored in returned.stored.items():
        path = split_key(key)[0]
        standing = found.setdefault(path, ReturnedFact(path=path, sayings=sayings))
        standing.entries.append(ReturnedForm(key=key, stored=stored, mentions=returned.mentions[key], sayings=sayings))
    return list(found.values())
