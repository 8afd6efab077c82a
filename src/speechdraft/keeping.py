"""A draft and its facts kept in step: values typed into the document come back, changed facts go into it.

Three texts meet at every fact, as at every paragraph in :mod:`speechdraft.word.updating`: what was written, what stands
in the document now, and what the speech says now. Whichever side changed alone goes before the other; where both did,
nobody's is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from speechdraft.facts import Given, Layer, node_of, read_value
from speechdraft.i18n import _
from speechdraft.ink import Fact
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.recording import Change
from speechdraft.sayings import WHOLE_FORMS, Meaning, Sayings, part_of
from speechdraft.slots import list_indices, name_of, put, steps_of
from speechdraft.source import Plain
from speechdraft.speech import Speech
from speechdraft.values import Person
from speechdraft.word.controls import TITLE_FORM, Stored, can_be_bound, split_key
from speechdraft.word.package import repacked
from speechdraft.word.patching import Filling, patched
from speechdraft.word.returned import Mention, Returned
from speechdraft.word.seal import is_untouched, resealed
from speechdraft.word.storing import store_parts

__all__ = ["Outcome", "Pulled", "Refreshed", "Step", "pull", "refresh", "unsettled_keys", "with_changes"]


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
class Pulled:
    """What a document brings back: the changes for the facts file, and what became of each fact that differs."""

    changes: Mapping[str, Change]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A document with the facts put in, and what became of each fact that differs."""

    data: bytes
    outcomes: tuple[Outcome, ...]


# One fact in the document, beside what the speech says of it.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of the store: a fact in one of its forms, with its mentions."""

    key: str
    stored: Stored
    mentions: tuple[Mention, ...]
    sayings: Sayings

    @property
    def form(self) -> str:
        return split_key(self.key)[1]

    @property
    def said(self) -> str | None:
        """What the speech says for it now; see :meth:`Sayings.text`."""
        return self.sayings.text(self.key)

    def meant(self, text: str) -> str:
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
class _Standing:
    """How it stands with one fact: its entries in the document, in all forms."""

    path: str
    sayings: Sayings
    entries: list[_Entry] = field(default_factory=list)

    @property
    def in_file(self) -> str:
        fact = self.sayings.fact(self.path)
        return fact.text if isinstance(fact, Fact) else ""

    @property
    def parts(self) -> list[_Entry]:
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

    def other_texts(self) -> Iterator[tuple[_Entry, str]]:
        """Return what a hand made of the fact's other forms, such as 2月10日."""
        for entry in self.entries:
            lines = entry.form in WHOLE_FORMS - {""} and "\n" in self.in_file
            if lines or (entry.form not in WHOLE_FORMS and part_of(entry.form) is None):
                yield from ((entry, text) for text in entry.typed)


def _standings(returned: Returned, sayings: Sayings) -> list[_Standing]:
    found: dict[str, _Standing] = {}
    for key, stored in returned.stored.items():
        path = split_key(key)[0]
        standing = found.setdefault(path, _Standing(path=path, sayings=sayings))
        standing.entries.append(_Entry(key=key, stored=stored, mentions=returned.mentions[key], sayings=sayings))
    return list(found.values())


# From the document into the facts file.


def pull(returned: Returned, speech: Speech) -> Pulled:
    """Return what people typed into the document, as changes for the facts file.

    A fact that was changed in the file, too, since the document was written is a conflict and is left alone, and so
    is one whose mentions disagree.
    """
    changes: dict[str, Change] = {}
    outcomes: list[Outcome] = []
    for standing in _standings(returned, Sayings(speech)):
        for outcome, plain in _judged(standing, speech, knows_written=bool(returned.store_part)):
            outcomes.append(outcome)
            if plain is not None:
                name = name_of(standing.path)
                changes[name] = _change(name, changes.get(name), standing.path, plain, speech)
                if changes[name].particulars:
                    outcomes[-1] = replace(
                        outcome,
                        reason=_("the old value had a source or was confirmed; the new one is not confirmed yet"),
                    )
    return Pulled(changes=changes, outcomes=tuple(outcomes))


def _judged(standing: _Standing, speech: Speech, *, knows_written: bool) -> Iterator[tuple[Outcome, Plain]]:
    """Return what becomes of one fact, and the value to write if one is to be written."""
    path, sayings = standing.path, standing.sayings
    texts = standing.whole_texts()
    others = list(standing.other_texts())

    def outcome(step: Step, in_word: tuple[str, ...], reason: str = "") -> Outcome:
        return Outcome(path=path, step=step, in_file=standing.in_file, in_word=in_word, reason=reason)

    if not texts and not others:
        return
    fact = sayings.fact(path)
    formula = speech.dictionary[name_of(path)].formula if fact is not None else ""
    if fact is None:
        in_word = (*texts, *(text for _entry, text in others))
        yield outcome(Step.REFUSED, in_word, _("the outline has no such fact any more")), None
        return
    taken: Meaning | None = None
    candidates = {**dict.fromkeys(texts), **dict.fromkeys(_invert(standing, others))}
    meanings = {text: sayings.read(path, text) for text in candidates}
    if any("【待补" in text for text in candidates):
        reason = _("words stand beside the gap's mark; put the value in its place")
        yield outcome(Step.REFUSED, tuple(candidates), reason), None
    elif candidates and name_of(path) not in speech.given and formula:
        reason = _("it is computed from other facts; change those, or give it in the facts file")
        yield outcome(Step.REFUSED, tuple(candidates), reason), None
    elif len({meaning.text or text for text, meaning in meanings.items()}) > 1:
        yield outcome(Step.CONFLICT, tuple(candidates), _("its mentions in the document disagree")), None
    elif candidates:
        text, taken = next(iter(meanings.items()))
        if taken.value is None:
            yield outcome(Step.REFUSED, tuple(candidates), taken.reason), None
        elif standing.in_file and taken.text == standing.in_file:
            pass
        elif standing.changed_in_file:
            reason = (
                _("the facts file was changed, too")
                if knows_written
                else _("the facts file has another value, and the document has lost what was written in it")
            )
            yield outcome(Step.CONFLICT, tuple(candidates), reason), None
        else:
            yield outcome(Step.CHANGED if standing.in_file else Step.NEW, tuple(candidates)), taken.plain
        del text
    for entry, text in others:
        if not _agrees(standing, entry, text, taken):
            reason = _("another form of the fact was changed; change the fact itself")
            yield outcome(Step.REFUSED, (text,), reason), None


def _invert(standing: _Standing, others: Iterable[tuple[_Entry, str]]) -> Iterator[str]:
    """Return the whole fact's texts that follow from those of other forms: 130 is 130名."""
    for entry, text in others:
        if entry.form == "number":
            yield text + standing.sayings.unit_of(standing.path)
        elif entry.form == "bare":
            yield text


def _agrees(standing: _Standing, entry: _Entry, text: str, taken: Meaning | None) -> bool:
    """Return whether a form says what the fact's own new value says in it, or what the speech says there already."""
    if text == entry.said or next(_invert(standing, [(entry, text)]), None) is not None:
        return True
    value = None if taken is None else taken.value
    return value is not None and standing.sayings.in_form(standing.path, value, entry.form) == text


def _change(name: str, before: Change | None, path: str, plain: Plain, speech: Speech) -> Change:
    """Return the change that writes a value, or a part of one: what is around it stays as it was typed."""
    given = speech.given.get(name)
    if before is not None:
        whole = before.value
    elif given is None:
        whole = None
    else:
        whole = given.typed
        if isinstance(given.value, Person):
            whole = _parts_of(given.value, whole)
            plain = _as_typed(given.typed, plain) if path == name else plain
    # Whoever gave or confirmed the old value has not seen the new one.
    vouched = given is not None and given.layer is Layer.SPEECH and (given.confirmed or given.source or given.as_of)
    return Change(value=put(whole, steps_of(path), plain), particulars={"confirmed": "no"} if vouched else {})


def _as_typed(typed: Plain, plain: Plain) -> Plain:
    """Return a person in the way in which somebody typed the one before: on one line, or in parts of some names."""
    if not isinstance(plain, dict):
        return plain
    post, name = plain.get("职务"), plain.get("姓名")
    if isinstance(typed, dict):
        return put(put(typed, ("职务",), post), ("姓名",), name)
    return f"{post} {name}" if post and name and " " not in str(name) else plain


def _parts_of(person: Person, typed: Plain) -> Plain:
    return typed if isinstance(typed, dict) else {"职务": person.post, "姓名": person.name}


def with_changes(speech: Speech, changes: Mapping[str, Change]) -> Speech:
    """Return the speech with the values that a document brings back, as if its facts file had them."""
    given = dict(speech.given)
    for name, change in changes.items():
        node = node_of(change.value, Place())
        value = read_value(name, speech.dictionary[name], node, Problems())
        if value is None:
            continue
        before = given.get(name)
        new = Given(value=value, layer=Layer.SPEECH, place=Place(), typed=change.value)
        if before is not None and before.layer is Layer.SPEECH:
            new = replace(before, value=value, typed=change.value)
        given[name] = replace(new, confirmed=False) if change.particulars.get("confirmed") == "no" else new
    return replace(speech, given=given)


def unsettled_keys(returned: Returned, outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the entries of facts of which the document has a value that was neither taken nor agreed upon."""
    paths = {outcome.path for outcome in outcomes if outcome.step in {Step.CONFLICT, Step.REFUSED}}
    return frozenset(key for key in returned.stored if split_key(key)[0] in paths)


# From the facts file into the document.


def refresh(returned: Returned, data: bytes, fresh: Mapping[str, Stored], speech: Speech, file: str = "") -> Refreshed:
    """Return the document with the facts as the speech has them now; ``fresh`` is the store that it would write.

    Only what nobody changed in the document gets its new text; all else stays byte for byte. A fact that was changed
    on both sides is a conflict and stays as it is in the document. The store is put in step with the text, for a
    program that goes by the store when it opens the document. Raises ProblemError (``damaged-file``) for a text in
    another encoding than UTF-8, which no office program writes; ``file`` is the document's name in it.
    """
    standings = _standings(returned, Sayings(speech))
    lists = _other_lists(returned, fresh)
    outcomes: list[Outcome] = [_of_list(path, standings[0].sayings) for path in lists]
    fillings: dict[int, Filling] = {}
    owners: dict[int, str] = {}
    open_paths: set[str] = set(lists)
    for standing in standings:
        plan = _planned(standing, fresh, held=any(standing.path.startswith(f"{path}[") for path in lists))
        outcomes += plan.outcomes
        fillings |= plan.fillings
        owners |= dict.fromkeys(plan.fillings, standing.path)
        open_paths |= set() if plan.settled else {standing.path}
    new_document, stuck = _put_in(returned, fillings, owners, file)
    outcomes = [
        replace(outcome, step=Step.CONFLICT, reason=_("a tracked change or a field stands in it"))
        if outcome.path in stuck and outcome.step is Step.REFRESHED
        else outcome
        for outcome in outcomes
    ]
    texts = {index: filling.text for index, filling in fillings.items() if owners[index] not in stuck}
    open_paths |= stuck
    now = {
        entry.key: _entry_now(entry, texts, settled=not any(_is_in(standing.path, path) for path in open_paths))
        for standing in standings
        for entry in standing.entries
    }
    entries = {key: now[key] for key in returned.stored}  # in their order: controls are bound by number
    changed = dict(returned.missing)
    if new_document != returned.parts[returned.document_part]:
        changed[returned.document_part] = new_document
    if returned.store_part and entries != returned.stored:
        changed |= store_parts(returned.parts, returned.document_part, returned.store_part, entries, returned.order)
    if not changed:
        return Refreshed(data=data, outcomes=tuple(outcomes))
    new_data = repacked(data, {**returned.macros, **changed})
    return Refreshed(data=resealed(new_data) if is_untouched(data) else new_data, outcomes=tuple(outcomes))


def _is_in(path: str, whole: str) -> bool:
    return path == whole or path.startswith(f"{whole}[")


def _other_lists(returned: Returned, fresh: Mapping[str, Stored]) -> list[str]:
    """Return the lists that have other items in the document than the speech would write now, none within another."""
    here = list_indices(split_key(key)[0] for key in returned.stored)
    now = list_indices(split_key(key)[0] for key in fresh)
    found: list[str] = []
    for path, numbers in here.items():
        if now.get(path, numbers) != numbers and not any(path.startswith(f"{other}[") for other in found):
            found.append(path)
    return found


def _of_list(path: str, sayings: Sayings) -> Outcome:
    fact = sayings.fact(path)
    return Outcome(
        path=path,
        step=Step.REFUSED,
        in_file=fact.text if isinstance(fact, Fact) else "",
        in_word=(),
        reason=_("the list has other items than in the draft; speechdraft draft --update writes them"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to become of one fact in the document: what to say of it, and the new texts of its mentions.

    ``settled`` says that both sides agree then, so that what stands there counts as written.
    """

    outcomes: tuple[Outcome, ...] = ()
    fillings: Mapping[int, Filling] = field(default_factory=dict)
    settled: bool = False


def _planned(standing: _Standing, fresh: Mapping[str, Stored], *, held: bool) -> _Plan:
    """Return what is to become of one fact; ``held`` leaves it as it is."""

    def told(step: Step, in_word: Iterable[str], reason: str = "") -> Outcome:
        return Outcome(path=standing.path, step=step, in_file=standing.in_file, in_word=tuple(in_word), reason=reason)

    if standing.sayings.fact(standing.path) is None:
        return _Plan()
    unsaid = standing.unsaid()
    if unsaid and not standing.changed_in_file:
        return _Plan(outcomes=(told(Step.IN_WORD, unsaid),))
    if unsaid:
        return _Plan(outcomes=(told(Step.CONFLICT, unsaid, _("the facts file was changed, too")),))
    if held or not standing.changed_in_file:
        return _Plan()
    written = tuple(dict.fromkeys(entry.stored.written for entry in standing.entries if entry.stored.written))
    if not standing.in_file:
        if not any(entry.stored.written and not entry.is_emptied and entry.mentions for entry in standing.entries):
            return _Plan()
        return _Plan(outcomes=(told(Step.REFUSED, written, _("the facts file has no value for it any more")),))
    if any(entry.is_emptied for entry in standing.entries):
        return _Plan(outcomes=(told(Step.CONFLICT, ("",), _("it was emptied in the draft")),))
    if standing.has_other_paragraphs and standing.says_it_all():
        return _Plan(settled=True)
    if standing.has_other_paragraphs:
        reason = _("it has another number of paragraphs now; speechdraft draft --update writes them")
        return _Plan(outcomes=(told(Step.REFUSED, written, reason),))
    fillings = {
        mention.index: Filling(text=text, was_gap=mention.is_empty, bound=can_be_bound(text))
        for entry in standing.entries
        for text in [_text_to_put(entry, fresh)]
        for mention in entry.mentions
        if entry.said and entry.is_written(mention) and not entry.is_said(mention)
    }
    outcomes = [told(Step.REFRESHED, written or ("",))] if fillings else []
    if any(entry.said is None and entry.mentions for entry in standing.entries):
        reason = _("something in the draft is worked out from it; speechdraft draft --update writes it")
        outcomes.append(told(Step.REFUSED, written, reason))
    return _Plan(outcomes=tuple(outcomes), fillings=fillings, settled=True)


def _text_to_put(entry: _Entry, fresh: Mapping[str, Stored]) -> str:
    """Return what the speech says, in a title with the line breaks that it would have now."""
    if entry.form == TITLE_FORM and entry.key in fresh:
        return fresh[entry.key].written
    return entry.said or ""


def _put_in(
    returned: Returned, fillings: Mapping[int, Filling], owners: Mapping[int, str], file: str
) -> tuple[bytes, frozenset[str]]:
    """Return the document part with the new texts, and the facts that had to be left, all their mentions together."""
    before = returned.parts[returned.document_part]
    stuck: frozenset[str] = frozenset()
    if not fillings:
        return before, stuck
    try:
        done = patched(before, fillings)
        if done.left:
            stuck = frozenset(owners[index] for index in done.left)
            done = patched(before, {index: one for index, one in fillings.items() if owners[index] not in stuck})
    except ValueError as error:
        message = _("this .docx cannot be read: {reason}").format(reason=str(error))
        raise ProblemError([Problem(code="damaged-file", message=message, place=Place(file=file))]) from None
    return done.data, stuck


def _entry_now(entry: _Entry, texts: Mapping[int, str], *, settled: bool) -> Stored:
    """Return an entry of the store as it is to be: what now counts as written, and what its controls show.

    Where they differ it has no value: else a program that goes by the store would make them all alike.
    """
    now = [texts.get(mention.index, "" if mention.is_empty else mention.text) for mention in entry.mentions]
    said = list({entry.meant(text): text for text in reversed(now) if text}.values())
    written = entry.stored.written
    if settled and entry.said and entry.changed_in_file:
        written = said[0] if said else entry.said
    if not now:
        value = entry.stored.value
    elif len(said) > 1 or (said and written and "" in now):
        value = None
    else:
        value = said[0] if said else ""
    return Stored(written=written, value=value)
