"""From the document into the facts file: values that people typed into a draft come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from speechdraft.facts import Given, Layer, node_of
from speechdraft.facts_reading import read_value
from speechdraft.i18n import _
from speechdraft.problems import Place, Problems
from speechdraft.recording import Change
from speechdraft.returned_facts import Outcome, ReturnedFact, ReturnedForm, Step, returned_facts
from speechdraft.sayings import Meaning, Sayings
from speechdraft.slots import name_of, put, steps_of
from speechdraft.source import Plain
from speechdraft.speech import Speech
from speechdraft.values import Person
from speechdraft.word.controls import split_key
from speechdraft.word.returned import Returned

__all__ = ["Pulled", "pull", "unsettled_keys", "with_changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a document brings back: the changes for the facts file, and what became of each fact that differs."""

    changes: Mapping[str, Change]
    outcomes: tuple[Outcome, ...]


def pull(returned: Returned, speech: Speech) -> Pulled:
    """Return what people typed into the document, as changes for the facts file.

    A fact that was changed in the file, too, since the document was written is a conflict and is left alone, and so
    is one whose mentions disagree.
    """
    changes: dict[str, Change] = {}
    outcomes: list[Outcome] = []
    for standing in returned_facts(returned, Sayings(speech)):
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


def _judged(standing: ReturnedFact, speech: Speech, *, knows_written: bool) -> Iterator[tuple[Outcome, Plain]]:
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


def _invert(standing: ReturnedFact, others: Iterable[tuple[ReturnedForm, str]]) -> Iterator[str]:
    """Return the whole fact's texts that follow from those of other forms: 130 is 130名."""
    for entry, text in others:
        if entry.form == "number":
            yield text + standing.sayings.unit_of(standing.path)
        elif entry.form == "bare":
            yield text


def _agrees(standing: ReturnedFact, entry: ReturnedForm, text: str, taken: Meaning | None) -> bool:
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
