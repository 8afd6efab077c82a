"""The draft: a speech as a tree of sections, blocks and inlines, before any file format.

Compose makes it, writers read it; neither knows the other. Everything is frozen, so that one draft can be
written to several formats and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

__all__ = [
    "ON_ONE_LINE",
    "Block",
    "Draft",
    "FactText",
    "Gap",
    "Heading",
    "Inline",
    "Lengths",
    "Origin",
    "PackRef",
    "Paragraph",
    "Section",
    "Strong",
    "Text",
    "count_characters",
    "gaps_in",
    "leaves",
    "plain",
]

ON_ONE_LINE: Final = "line"
"""The form of a fact whose line feeds are left out, as in a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words of a template or an outline. In a title a line feed is a line break."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactText:
    """A fact's value as the speech says it.

    ``fact`` names the fact (``地区``, or ``成绩[2].标题`` for a field of a list's second item). ``form`` is empty where
    ``text`` is the value as the speech says it, else the filter that made another form of it (``month_day``), or
    ``1/3`` for the first paragraph of a long text, ``line`` for a text without its line feeds. ``remarks`` say what
    keeps the value from being final: that it is not confirmed, or of a day long past.
    """

    fact: str
    text: str
    label: str
    form: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A fact that the draft needs and does not have, with all that helps to fill it.

    ``label`` is what the gap shows, ``about`` what the dictionary says of the fact beyond its name. ``needs`` names
    the facts to ask for: the fact itself, or the missing ones that it is computed from. ``slot`` is where a value
    given in the gap's place belongs: ``成绩[1].标题`` where the whole list ``成绩`` is missing. ``form`` names what
    would stand there if that is not the value itself: a filter (``month_day``), or ``computed`` where it is worked out.
    """

    fact: str
    label: str
    unit: str = ""
    example: str = ""
    ask: str = ""
    needs: tuple[str, ...] = ()
    about: str = ""
    slot: str = ""
    form: str = ""

    @property
    def text(self) -> str:
        """The gap as it stands in every written form: 【待补：label】."""
        return f"【待补：{self.label}】"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    """Inlines in strong type."""

    inlines: tuple[Text | FactText | Gap, ...]


Inline: TypeAlias = Text | Strong | FactText | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a block comes from: the section's place in the speech (``2.3``) and its template.

    ``outline_place`` is its place in the outline's tree, which differs where sections were repeated or left out;
    ``key`` names the section by its template and those above it, and so stays when others come or go.
    """

    section: str
    template: str | None = None
    outline_place: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section's heading. ``number`` is the enumerator (``一、``, ``第一，`` or empty), ``level`` starts at 1.

    A ``run_in`` heading shares its line with the paragraph that follows; its full stop is the writer's to add
    (:attr:`stop` says which), so that a navigation pane shows the heading without it.
    """

    level: int
    number: str
    inlines: tuple[Inline, ...]
    run_in: bool
    origin: Origin

    @property
    def stop(self) -> str:
        """The mark that parts a run-in heading from its text: a full stop unless it ends in a mark already."""
        return "" if plain(self.inlines).endswith(("。", "！", "？", "：")) else "。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of the speech."""

    inlines: tuple[Inline, ...]
    origin: Origin


Block: TypeAlias = Heading | Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section that is really there, with its blocks and those of its children."""

    origin: Origin
    heading: Heading | None
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...] = ()
    minutes: float | None = None

    def blocks(self) -> Iterator[Block]:
        """Return the section's blocks in the order in which they are spoken."""
        if self.heading is not None:
            yield self.heading
        yield from self.paragraphs
        for section in self.sections:
            yield from section.blocks()

    def characters(self) -> int:
        """Return how many characters the section has with all its children, white space left aside."""
        return sum(count_characters(block) for block in self.blocks())


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How many characters a speech has that are spoken, and how many each of its sections has."""

    total: int
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """The pack that an outline came from."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole speech.

    ``pace`` is in characters a minute, ``minutes`` the whole speech's budget, ``digest`` the SHA-256 of
    everything that went in (outline, templates, facts), ``created`` the day the document bears (ISO 8601);
    ``undecided`` are the facts without which nobody knows whether a section is to stand. They are gaps in no text.
    """

    outline: str
    title: tuple[Inline, ...]
    speaker: tuple[Inline, ...]
    date: tuple[Inline, ...]
    salutation: tuple[Inline, ...]
    sections: tuple[Section, ...]
    pack: PackRef
    digest: str
    created: str
    pace: int
    minutes: float | None = None
    language: str = field(default="zh-CN")
    undecided: tuple[Gap, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Return the body's blocks in the order in which they are spoken."""
        for section in self.sections:
            yield from section.blocks()

    def runs_of_inlines(self) -> Iterator[tuple[Inline, ...]]:
        """Return every sequence of inlines of the speech: front matter first, then block by block."""
        yield from (self.title, self.speaker, self.date, self.salutation)
        for block in self.blocks():
            yield block.inlines

    def gaps(self) -> tuple[Gap, ...]:
        """Return the gaps in the order of their first mention, each fact once."""
        first: dict[str, Gap] = {}
        for inlines in self.runs_of_inlines():
            for gap in gaps_in(inlines):
                first.setdefault(gap.fact, gap)
        return tuple(first.values())

    def needed(self) -> tuple[Gap, ...]:
        """Return all that is missing: the gaps, then what sections wait for to be decided."""
        first = {gap.fact: gap for gap in self.gaps()}
        for gap in self.undecided:
            first.setdefault(gap.fact, gap)
        return tuple(first.values())

    def characters(self) -> int:
        """Return the characters that are spoken: salutation and body, white space left aside."""
        spoken = sum(len("".join(plain((inline,)).split())) for inline in self.salutation)
        return spoken + sum(section.characters() for section in self.sections)

    def lengths(self) -> Lengths:
        """Return the characters that are spoken, all of them and section by section."""
        return Lengths(total=self.characters(), sections=tuple(section.characters() for section in self.sections))


def leaves(inlines: tuple[Inline, ...]) -> Iterator[Text | FactText | Gap]:
    """Return the inlines with strong type unwrapped."""
    for inline in inlines:
        if isinstance(inline, Strong):
            yield from inline.inlines
        else:
            yield inline


def gaps_in(inlines: tuple[Inline, ...]) -> Iterator[Gap]:
    """Return the gaps among the inlines, in order."""
    return (inline for inline in leaves(inlines) if isinstance(inline, Gap))


def plain(inlines: tuple[Inline, ...]) -> str:
    """Return the inlines as plain text, gaps as 【待补：…】."""
    return "".join(inline.text for inline in leaves(inlines))


def count_characters(block: Block) -> int:
    """Return how many characters a block has, enumerator and run-in stop included, white space left aside."""
    match block:
        case Heading():
            text = block.number + plain(block.inlines) + (block.stop if block.run_in else "")
        case Paragraph():
            text = plain(block.inlines)
        case _:
            assert_never(block)
    return len("".join(text.split()))
