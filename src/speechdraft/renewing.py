"""A draft that people have edited, brought up to outline, templates and facts as they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from speechdraft.compose import Composition, compose
from speechdraft.draft import Draft, Lengths
from speechdraft.i18n import _
from speechdraft.ink import Fact
from speechdraft.ledger import ledger
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.pulling import Pulled, pull, unsettled_keys, with_changes
from speechdraft.refreshing import refresh
from speechdraft.remarks import with_remarks
from speechdraft.returned_facts import Outcome, Step
from speechdraft.sayings import Sayings
from speechdraft.speech import Speech
from speechdraft.word.cleaning import cleaned, comments_left_out, obstacles
from speechdraft.word.controls import Stored, split_key
from speechdraft.word.layouts import LAYOUTS, Layout
from speechdraft.word.measuring import lengths_of
from speechdraft.word.omissions import omissions
from speechdraft.word.package import pack, repacked
from speechdraft.word.properties import CORE, CUSTOM, LAYOUT, OUTLINE, entitled, made_from, moment, property_of
from speechdraft.word.regions import has_marks, regions, w
from speechdraft.word.returned import Returned, open_docx, read_parts, text_in
from speechdraft.word.seal import is_untouched
from speechdraft.word.storing import add_store, store_parts
from speechdraft.word.updating import Updated, Written, update
from speechdraft.word.writer import to_docx, to_parts

__all__ = ["Renewed", "clean_copy", "doubts_of", "layout_of", "open_questions_of", "renewed"]

_NOTHING = "-"
"""Begins the name of an entry that is none any more; no fact's name does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """An edited draft brought up to date, with what was done to it and what was found in it.

    ``speech`` is what it was brought up to: with the values that people typed into it. ``lengths`` are those of the
    document, which has the words of a hand, too.
    ``outcomes`` are the facts of which the document has another value than the facts file. The composition is without
    the sections that a hand took out of the document; ``taken_out`` are the places in the outline that thereby went.
    """

    data: bytes
    speech: Speech
    paragraphs: tuple[Written, ...]
    composition: Composition
    lengths: Lengths
    outcomes: tuple[Outcome, ...]
    notes: tuple[Problem, ...]
    taken_out: frozenset[str] = frozenset()


def renewed(data: bytes, speech: Speech, file: str, *, any_outline: bool = False) -> Renewed:
    """Return a draft brought up to a speech; values that people typed into it go before the facts file's.

    A draft in which nobody has changed anything is written anew. ``file`` is its name in messages. Raises ProblemError:
    those of :func:`speechdraft.word.returned.open_docx`, ``other-outline`` (unless ``any_outline``), ``no-marks``.
    """
    returned = open_docx(data, file)
    _require_ours(returned, speech, file, any_outline=any_outline)
    pulled = pull(returned, speech)
    current = with_changes(speech, pulled.changes) if pulled.changes else speech
    layout, title = layout_of(returned), _title(returned)
    whole, fresh = _fresh(speech, current, (), layout, returned, file)
    omitted = omissions(returned, fresh, whole.draft)
    composition = whole
    if omitted.keys:
        composition, fresh = _fresh(speech, current, omitted.keys, layout, returned, file)
    draft = composition.draft
    updated = update(
        returned,
        fresh,
        omitted,
        unsettled_keys(returned, pulled.outcomes) | _unsaid_keys(returned, fresh, pulled),
        moment(draft),
    )
    if is_untouched(data):
        done = Renewed(
            data=to_docx(draft, layout),
            speech=current,
            paragraphs=updated.paragraphs,
            composition=composition,
            lengths=draft.lengths(),
            outcomes=pulled.outcomes,
            notes=returned.notes,
        )
    else:
        new_data = _with_facts(updated, returned, fresh, pulled, speech, current, title, file)
        there = open_docx(new_data, file)
        done = Renewed(
            data=new_data,
            speech=current,
            paragraphs=_as_they_stand(updated.paragraphs, there),
            composition=composition,
            lengths=lengths_of(there, draft),
            outcomes=(*pulled.outcomes, *_stale(there, current, {outcome.path for outcome in pulled.outcomes})),
            notes=returned.notes,
            taken_out=_places(whole.draft) - _places(composition.draft),
        )
    return done


def _fresh(  # noqa: PLR0913  (what it is made of, and what it is to go with)
    speech: Speech, current: Speech, without: Collection[str], layout: Layout, known: Returned, file: str
) -> tuple[Composition, Returned]:
    """Return what the current speech composes to without some sections, as a document with another's entries first."""
    composition = compose(current, without)
    # The document says of what it was made: of the facts file, whatever people typed.
    digest = composition.draft.digest if current is speech else compose(speech, without).draft.digest
    draft = replace(with_remarks(composition.draft, ledger(current)), digest=digest)
    written = read_parts(to_parts(draft, layout, known=tuple(known.stored)), file)
    return replace(composition, draft=draft), written


def _places(draft: Draft) -> frozenset[str]:
    """Return the places in the outline of all sections of a draft."""
    found: set[str] = set()
    waiting = list(draft.sections)
    while waiting:
        section = waiting.pop()
        found.add(section.origin.outline_place)
        waiting += section.sections
    return frozenset(found)


def _as_they_stand(paragraphs: tuple[Written, ...], there: Returned) -> tuple[Written, ...]:
    """Return the report with the kept paragraphs as they stand now, with their facts."""
    found, _copies = regions(there.document)
    texts = {region.mark.name: region.text() for region in found}
    return tuple(replace(paragraph, text=texts.get(paragraph.mark, paragraph.text)) for paragraph in paragraphs)


def _stale(there: Returned, speech: Speech, told: Collection[str]) -> Iterator[Outcome]:
    """Return the facts that still stand in kept paragraphs as the speech says them no more; not those already told."""
    sayings = Sayings(speech)
    found: dict[str, list[str]] = {}
    for key, mentions in there.mentions.items():
        path, said = split_key(key)[0], sayings.text(key)
        if path in told or sayings.fact(path) is None:
            continue
        texts = [mention.text for mention in mentions if not mention.is_empty]
        found.setdefault(path, []).extend(
            text for text in texts if not said or sayings.meant(key, text) != sayings.meant(key, said)
        )
    for path, texts in found.items():
        fact = sayings.fact(path)
        in_file = fact.text if isinstance(fact, Fact) else ""
        reason = (
            _("the facts file has something else, which cannot be put there")
            if in_file
            else _("the facts file has no value for it any more")
        )
        if texts:
            in_word = tuple(dict.fromkeys(texts))
            yield Outcome(path=path, step=Step.REFUSED, in_file=in_file, in_word=in_word, reason=reason)


def _unsaid_keys(returned: Returned, fresh: Returned, pulled: Pulled) -> frozenset[str]:
    """Return the entries of facts that were taken over from the document and that the new draft says nowhere."""
    taken = {outcome.path for outcome in pulled.outcomes if outcome.step in {Step.NEW, Step.CHANGED}}
    taken -= {split_key(key)[0] for key, mentions in fresh.mentions.items() if mentions}
    return frozenset(key for key in returned.stored if split_key(key)[0] in taken)


def open_questions_of(done: Renewed, file: str) -> list[Problem]:
    """Return all that keeps an edited draft, ``file``, from being final, the facts of its speech aside.

    Facts of which it has a value that could not be taken over, and what stands in its text that no clean copy has.
    """
    problems = [
        Problem(
            code="not-final",
            message=_("“{name}” is {value} in the draft: {reason}").format(
                name=outcome.path, value=" / ".join(outcome.in_word), reason=outcome.reason
            ),
            place=Place(file=file),
        )
        for outcome in done.outcomes
        if outcome.step in {Step.CONFLICT, Step.REFUSED}
    ]
    return problems + obstacles(open_docx(done.data, file), file)


def doubts_of(done: Renewed, file: str) -> list[Problem]:
    """Return what asks for a look before the clean copy of an edited draft, ``file``, is taken for final."""
    return comments_left_out(open_docx(done.data, file), file)


def clean_copy(done: Renewed, file: str) -> bytes:
    """Return the clean copy of an edited draft. Raises ProblemError where something keeps it from being one."""
    return cleaned(open_docx(done.data, file), file)


def layout_of(returned: Returned) -> Layout:
    """Return the layout that the draft was written in."""
    return LAYOUTS.get(property_of(returned.parts.get(CUSTOM, b""), LAYOUT), LAYOUTS["gbt9704"])


def _require_ours(returned: Returned, speech: Speech, file: str, *, any_outline: bool) -> None:
    """Raise ProblemError for a draft of another speech, and for one whose paragraphs nobody knows any more."""
    outline, before = speech.outline.outline.id, property_of(returned.parts.get(CUSTOM, b""), OUTLINE)
    problems: list[Problem] = []
    if before not in {"", outline} and not any_outline:
        message = _("this draft was written from the outline “{before}”, and the speech has “{outline}”")
        hint = _("name the speech that the draft is of; with --force it is brought up to this one all the same")
        told = message.format(before=before, outline=outline)
        problems.append(Problem(code="other-outline", message=told, place=Place(file=file), hint=hint))
    if not has_marks(returned.document):
        message = _("no paragraph of this document is known as one of the draft's: its bookmarks are lost")
        hint = _("its facts can still be renewed: speechdraft facts refresh {file}").format(file=file)
        problems.append(Problem(code="no-marks", message=message, place=Place(file=file), hint=hint))
    if problems:
        raise ProblemError(problems)


def _with_facts(  # noqa: PLR0913  (the three texts, and what each is made from)
    updated: Updated,
    before: Returned,
    fresh: Returned,
    pulled: Pulled,
    speech: Speech,
    current: Speech,
    title: str,
    file: str,
) -> bytes:
    """Return the document with its store, its properties, and the facts of kept paragraphs as they are now."""
    parts, words = updated.parts, updated.register.words()
    part = before.store_part or add_store(parts, before.document_part)
    parts |= store_parts(parts, before.document_part, part, fresh.stored, words)
    there = read_parts(parts, file)
    entries = _entries(there, before, fresh)
    parts |= store_parts(parts, before.document_part, part, entries, words)
    if CUSTOM in parts:
        parts[CUSTOM] = made_from(parts[CUSTOM], fresh.parts[CUSTOM])
    if CORE in parts:
        parts[CORE] = entitled(parts[CORE], fresh.parts[CORE], title)
    data = pack(parts)
    there = read_parts(parts, file)
    printed = {key: entry for key, entry in fresh.stored.items() if fresh.mentions[key]}
    data = refresh(there, data, printed, current, file).data
    return _with_what_was_written(data, before, pulled, speech, file)


def _entries(there: Returned, before: Returned, fresh: Returned) -> dict[str, Stored]:
    """Return the entries that a store is to have before the facts of kept paragraphs are put in.

    Where all mentions say what the speech says, that counts as written; where one does not, what counted before: of a
    document that had lost its store, nothing. An entry that nothing mentions any more keeps its place, on which the
    others' numbers depend, but not its name.
    """
    entries: dict[str, Stored] = {}
    is_lost = not before.store_part
    for number, (key, entry) in enumerate(fresh.stored.items(), start=1):
        mentions = there.mentions[key]
        agree = all(
            mention.is_empty if not entry.value else mention.text.replace("\n", "") == entry.value.replace("\n", "")
            for mention in mentions
        )
        if not mentions and not fresh.mentions[key]:
            entries[f"{_NOTHING}{number}"] = Stored(written="", value="")
        elif agree and (fresh.mentions[key] or is_lost):
            entries[key] = entry
        elif key in before.stored:
            entries[key] = before.stored[key]
        else:
            entries[key] = Stored(written="", value="") if is_lost else entry
    return entries


def _with_what_was_written(data: bytes, before: Returned, pulled: Pulled, speech: Speech, file: str) -> bytes:
    """Return the document so that it still tells which values people typed in it that the facts file does not have."""
    taken = {outcome.path for outcome in pulled.outcomes if outcome.step in {Step.NEW, Step.CHANGED}}
    if not taken:
        return data
    there = open_docx(data, file)
    sayings = Sayings(speech)
    entries = {
        key: entry
        if split_key(key)[0] not in taken
        else replace(entry, written=before.stored[key].written if key in before.stored else sayings.text(key) or "")
        for key, entry in there.stored.items()
    }
    written = store_parts(there.parts, there.document_part, there.store_part, entries, there.order)
    return repacked(data, written)


def _title(returned: Returned) -> str:
    """Return the title that a document had, on one line: what its first paragraph said."""
    first = next(returned.document.iter(w("p")), None)
    return "" if first is None else text_in(first).replace("\n", "")
