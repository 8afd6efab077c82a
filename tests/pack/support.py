"""The built-in pack and its example speeches, each read once, and ways to take facts away from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from speechdraft.compose import Composition, compose
from speechdraft.draft import Draft, FactText, Gap, Inline, Section, leaves, plain
from speechdraft.facts import Given
from speechdraft.packs.folder import builtin_pack
from speechdraft.problems import Place
from speechdraft.speech import Speech
from speechdraft.speeches import Loaded, load_outline, load_speech
from speechdraft.templating.budget import Budget
from speechdraft.templating.reading import Mention
from speechdraft.values import Value

ROOT = Path(__file__).resolve().parents[2]
OUTLINES = tuple(sorted(path.stem for path in (ROOT / "outlines").glob("*.yaml")))
MACROS = "formulas"
TEMPLATES = tuple(name for name in builtin_pack().templates() if name != MACROS)

_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@cache
def example(outline: str) -> Loaded:
    """Return the complete example speech of an outline."""
    return load_speech(ROOT / "examples" / outline)


@cache
def bare(outline: str) -> Loaded:
    """Return an outline with no facts but the pack's defaults."""
    return load_outline(outline)


def fresh(speech: Speech) -> Speech:
    """Return the speech with a new budget, so that its parsed templates can be used again."""
    speech.templates._sandbox.budget = Budget()
    return speech


def composed(speech: Speech) -> Composition:
    """Return what a speech makes."""
    return compose(fresh(speech))


@cache
def full(outline: str) -> Composition:
    """Return the draft of an outline with its example's facts."""
    return composed(example(outline).speech)


@cache
def empty(outline: str) -> Composition:
    """Return the draft of an outline without any fact."""
    return composed(replace(bare(outline).speech, given={}))


def words(template: str) -> str:
    """Return the words that a template writes itself, with U+FFFC where a fact, a formula or a statement stands."""
    text = builtin_pack().templates()[template].read_text(encoding="utf-8")
    return _JINJA.sub(lambda found: "\ufffc" + "\n" * found[0].count("\n"), text)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft as it is typed: run-in heading and paragraph together, with where it comes from."""

    draft: str
    template: str
    inlines: tuple[Inline, ...]

    @property
    def text(self) -> str:
        return plain(self.inlines)

    def place(self) -> str:
        return f"{self.draft}: {self.template or 'text of the outline'}"


def lines(draft: Draft) -> Iterator[Line]:
    """Return every heading and paragraph of a draft."""
    for block in draft.blocks():
        yield Line(draft.outline, block.origin.template or "", block.inlines)


def paragraphs(draft: Draft) -> Iterator[Line]:
    """Return every paragraph of a draft."""

    def of(section: Section) -> Iterator[Line]:
        for paragraph in section.paragraphs:
            yield Line(draft.outline, paragraph.origin.template or "", paragraph.inlines)
        for child in section.sections:
            yield from of(child)

    for section in draft.sections:
        yield from of(section)


def masked(inlines: Iterable[Inline], facts: Mapping[str, int] | None = None) -> str:
    """Return the words with U+FFFC for gaps and facts; facts that ``facts`` counts once are left as they are."""
    return "".join(
        "\ufffc"
        if isinstance(leaf, Gap) or (isinstance(leaf, FactText) and (facts is None or facts.get(leaf.fact, 0) > 1))
        else leaf.text
        for leaf in leaves(tuple(inlines))
    )


# Facts, some of them taken away.


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that can be missing: a fact, or a field of an item of a list (or of a record)."""

    fact: str
    item: int | None = None
    field: str | None = None


def facts_and_fields(given: Mapping[str, Given]) -> tuple[Leaf, ...]:
    """Return everything in some facts that could be missing."""
    found: list[Leaf] = []
    for name, one in given.items():
        found.append(Leaf(name))
        for item, value in _records(one.value):
            found += [Leaf(name, item, field) for field in value]
    return tuple(found)


def _records(value: Value) -> Iterator[tuple[int | None, Mapping[str, Value | None]]]:
    match value:
        case tuple():
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield index, item
        case Mapping():
            yield None, value
        case _:
            return


def without(given: Mapping[str, Given], missing: Iterable[Leaf]) -> dict[str, Given]:
    """Return the facts without some; what is left of a list or record that lost all is left out, as in a file."""
    gone = set(missing)
    left: dict[str, Given] = {}
    for name, one in given.items():
        if Leaf(name) in gone:
            continue
        value = _without(name, one.value, gone)
        if value is not None:
            left[name] = replace(one, value=value)
    return left


def _without(name: str, value: Value, gone: set[Leaf]) -> Value | None:
    match value:
        case tuple():
            items = [
                _fields(name, index, item, gone) if isinstance(item, Mapping) else item
                for index, item in enumerate(value)
            ]
            return tuple(item for item in items if item is not None) or None
        case Mapping():
            return _fields(name, None, value, gone)
        case _:
            return value


def _fields(
    name: str, item: int | None, record: Mapping[str, Value | None], gone: set[Leaf]
) -> Mapping[str, Value | None] | None:
    kept = {field: None if Leaf(name, item, field) in gone else value for field, value in record.items()}
    return kept if any(value is not None for value in kept.values()) else None


def some_of(everything: tuple[Leaf, ...]) -> st.SearchStrategy[frozenset[Leaf]]:
    """Return what may be missing: a few things, all but a few, or any half."""
    if not everything:
        return st.just(frozenset())
    few = st.frozensets(st.sampled_from(everything), max_size=8)
    half = st.lists(st.booleans(), min_size=len(everything), max_size=len(everything)).map(
        lambda mask: frozenset(leaf for leaf, gone in zip(everything, mask, strict=True) if gone)
    )
    return few | few.map(lambda kept: frozenset(everything) - kept) | half


def replaced(speech: Speech, given: Mapping[str, Given]) -> Speech:
    """Return the same speech with other facts."""
    return replace(speech, given=given)


_NOWHERE = Place()


def always_read(speech: Speech) -> tuple[frozenset[str], frozenset[str]]:
    """Return the facts that the sections without a condition read, and those that they always print.

    A fact is always printed where neither a clause nor a condition covers its absence.
    """
    outline, templates = speech.outline.outline, fresh(speech).templates
    mentions: list[Mention] = []
    for _key, text in outline.speech:
        mentions += templates.usage_of_text(text, _NOWHERE).mentions
    conditional: list[tuple[int, ...]] = []
    for path, section in outline.walk():
        if section.when:
            conditional.append(path)
        if any(path[: len(above)] == above for above in conditional):
            continue
        own = {"item", "index", "count", "parts", "number", *section.with_}
        found: list[Mention] = []
        if section.heading:
            found += templates.usage_of_text(section.heading, _NOWHERE).mentions
        if section.text:
            found += templates.usage_of_text(section.text, _NOWHERE).mentions
        elif section.template:
            found += templates.usage(section.template, _NOWHERE).mentions
        if section.each:
            mentions += templates.usage_of_expression(section.each, _NOWHERE).mentions
        mentions += [mention for mention in found if mention.name not in own]
    read = {mention.name for mention in mentions if mention.name in speech.dictionary}
    printed = {
        mention.name for mention in mentions if mention.printed and not mention.guarded and not mention.tentative
    }
    return frozenset(read), frozenset(read & printed)


def sources(speech: Speech, names: Iterable[str]) -> frozenset[str]:
    """Return the facts that computed ones are computed from."""
    found: set[str] = set()
    waiting = [name for name in names if speech.dictionary[name].formula]
    while waiting:
        formula = speech.dictionary[waiting.pop()].formula
        new = {
            name for name in fresh(speech).templates.usage_of_expression(formula, _NOWHERE).names() if name not in found
        }
        found |= new
        waiting += [name for name in new if speech.dictionary[name].formula]
    return frozenset(found)


def fact_of(reference: str) -> str:
    """Return the fact of a reference: ``成绩`` for ``成绩[2].标题``."""
    return re.split(r"[\[.]", reference, maxsplit=1)[0]
