"""A draft and its facts kept in step: values typed into the document come back, changed facts go into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from speechdraft.compose import FactValues, Speech
from speechdraft.facts import FactSpec, Given, Layer, item_spec, node_of, plain_value, read_value
from speechdraft.i18n import _
from speechdraft.ink import Fact, Ink, MissingFact
from speechdraft.problems import Place, Problems
from speechdraft.recording import Change
from speechdraft.source import Plain, Scalar
from speechdraft.values import FactType, Person, Value, spoken
from speechdraft.word.base import DOCUMENT
from speechdraft.word.controls import TITLE_FORM, Stored, split_key, store, tag_of
from speechdraft.word.package import repacked
from speechdraft.word.patching import patched
from speechdraft.word.returned import Returned
from speechdraft.word.seal import is_untouched, resealed

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
    """What stands in the document is no value of the fact; left alone."""
    IN_WORD = "in-word"
    """Changed in the document and not in the file; a pull would take it."""
    REFRESHED = "refreshed"
    """The file's value was put into the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one fact: its path, the file's value, the document's, and why it was left alone if it was."""

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


_PART = re.compile(r"(\d+)/(\d+)")
_STEPS = re.compile(r"\[(\d+)\]|\.([^.\[\]]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What the document has for one fact: what was written, the texts that differ now, why not to trust them."""

    written: str
    texts: tuple[str, ...]
    reason: str = ""


def _typed(returned: Returned) -> dict[str, _Typed]:
    """Return what the document has for each fact that somebody changed in it, by path."""
    found: dict[str, _Typed] = {}
    parts: dict[str, list[str]] = {}
    for key, stored in returned.stored.items():
        path, form = split_key(key)
        changed = [text for text in returned.texts(key) if text != _on_one_line(stored.written, form)]
        part = _PART.fullmatch(form)
        if part is not None:
            parts.setdefault(path, []).append(key)
        elif not changed:
            continue
        elif form not in {"", TITLE_FORM}:
            reason = _("another form of the fact was changed; change the fact itself")
            found.setdefault(path, _Typed(written=stored.written, texts=tuple(changed), reason=reason))
        else:
            before = found[path].texts if path in found and not found[path].reason else ()
            written = _on_one_line(stored.written, form)
            found[path] = _Typed(written=written, texts=tuple(dict.fromkeys((*before, *changed))))
    for path, keys in parts.items():
        joined = _joined_parts(returned, keys)
        if joined is not None:
            found[path] = joined
    return found


def _on_one_line(text: str, form: str) -> str:
    return text.replace("\n", "") if form == TITLE_FORM else text


def _joined_parts(returned: Returned, keys: list[str]) -> _Typed | None:
    """Return a long text that is written as several paragraphs, put together again, if one of them was changed."""
    ordered = sorted(keys, key=lambda key: int(split_key(key)[1].split("/")[0]))
    written = [returned.stored[key].written for key in ordered]
    now: list[str] = []
    for key, before in zip(ordered, written, strict=True):
        texts = returned.texts(key)
        others = [text for text in texts if text != before]
        if len(others) > 1:
            return _Typed(written="\n".join(written), texts=tuple(others))
        now.append(others[0] if others else before)
    return None if now == written else _Typed(written="\n".join(written), texts=("\n".join(now),))


def pull(returned: Returned, speech: Speech, file: str) -> Pulled:
    """Return what people typed into the document, as changes for the facts file.

    A fact that was changed in the file, too, since the document was written is a conflict and is left alone, and so
    is one whose mentions disagree. ``file`` is the document's name in messages.
    """
    values = FactValues(speech, Ink())
    changes: dict[str, Change] = {}
    outcomes: list[Outcome] = []
    for path, typed in _typed(returned).items():
        outcome, value = _judged(path, typed, values, speech, file)
        if outcome is None:
            continue
        outcomes.append(outcome)
        if value is not None:
            name = _name_of(path)
            before = changes[name].value if name in changes else _plain_of(name, speech)
            changes[name] = Change(value=_with(before, _steps_of(path), value))
    return Pulled(changes=changes, outcomes=tuple(outcomes))


def _judged(path: str, typed: _Typed, values: FactValues, speech: Speech, file: str) -> tuple[Outcome | None, Plain]:
    current = _at(path, values)
    in_file = current.text if isinstance(current, Fact) else ""

    def outcome(step: Step, reason: str = "") -> Outcome:
        return Outcome(path=path, step=step, in_file=in_file, in_word=typed.texts, reason=reason)

    if current is None:
        return outcome(Step.REFUSED, _("the outline has no such fact any more")), None
    if typed.reason:
        return outcome(Step.REFUSED, typed.reason), None
    if len(typed.texts) > 1:
        return outcome(Step.CONFLICT, _("its mentions in the document disagree")), None
    text = typed.texts[0]
    if "【待补" in text:
        return outcome(Step.REFUSED, _("words stand beside the gap's mark; put the value in its place")), None
    name = _name_of(path)
    if name == path and name not in speech.given and speech.dictionary[name].formula:
        reason = _("it is computed from other facts; change those, or give it in the facts file")
        return outcome(Step.REFUSED, reason), None
    plain: Plain = text
    if current.spec.type is FactType.PERSON:
        plain = _person(text, current)
        if plain is None:
            return outcome(Step.REFUSED, _("put a blank between post and name")), None
    problems = Problems()
    value = _value_of(path, current.spec, text, file, problems)
    if value is None:
        reasons = [
            f"{problem.message}; {problem.hint}" if problem.hint else problem.message for problem in problems.all()
        ]
        return outcome(Step.REFUSED, " ".join(reasons)), None
    if in_file and spoken(current.spec.type, value) == in_file:
        return None, None
    if in_file != typed.written:
        return outcome(Step.CONFLICT, _("the facts file was changed, too")), None
    return outcome(Step.CHANGED if in_file else Step.NEW), plain


def _value_of(path: str, spec: FactSpec, text: str, file: str, problems: Problems) -> Value | None:
    return read_value(path, spec, Scalar(text=text, given=True, place=Place(file=file)), problems)


def _person(text: str, current: Fact | MissingFact) -> Plain:
    """Return post and name: parted by a blank, else by what stands there now; None where neither tells."""
    before = current.value if isinstance(current, Fact) and isinstance(current.value, Person) else None
    post, blank, name = text.strip().rpartition(" ")
    if blank:
        return {"职务": post.strip(), "姓名": name}
    if before is not None and before.post and text.startswith(before.post):
        return {"职务": before.post, "姓名": text.removeprefix(before.post)}
    if before is not None and before.name and text.endswith(before.name):
        return {"职务": text.removesuffix(before.name), "姓名": before.name}
    return None


def _name_of(path: str) -> str:
    return re.split(r"[\[.]", path, maxsplit=1)[0]


def _steps_of(path: str) -> tuple[int | str, ...]:
    """Return the steps into a fact: 成绩[2].标题 is item 1, field 标题."""
    rest = path[len(_name_of(path)) :]
    return tuple(int(found[1]) - 1 if found[1] else found[2] for found in _STEPS.finditer(rest))


def _at(path: str, values: FactValues) -> Fact | MissingFact | None:
    """Return the fact that a path leads to, or None where it leads nowhere."""
    fact = values.look_up(_name_of(path))
    for step in _steps_of(path):
        if fact is None:
            return None
        if isinstance(step, str):
            fact = fact.field(step)
            continue
        if fact.spec.type is not FactType.LIST:
            return None
        items = fact.items()
        fact = items[step] if step < len(items) else MissingFact(Ink(), path, path, item_spec(fact.spec))
    return fact


def _plain_of(name: str, speech: Speech) -> Plain:
    given = speech.given.get(name)
    return None if given is None else plain_value(speech.dictionary[name], given.value)


def _with(before: Plain, steps: tuple[int | str, ...], value: Plain) -> Plain:
    """Return a value with a part of it replaced; what is not there yet is begun."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, int):
        items = list(before) if isinstance(before, list) else []
        items += [None] * (step + 1 - len(items))
        items[step] = _with(items[step], tuple(rest), value)
        return items
    fields = dict(before) if isinstance(before, dict) else {}
    fields[step] = _with(fields.get(step), tuple(rest), value)
    return fields


def with_changes(speech: Speech, changes: Mapping[str, Change]) -> Speech:
    """Return the speech with the values that a document brings back, as if its facts file had them."""
    given = dict(speech.given)
    for name, change in changes.items():
        node = node_of(change.value, Place())
        value = read_value(name, speech.dictionary[name], node, Problems())
        if value is not None:
            given[name] = Given(value=value, layer=Layer.SPEECH, place=Place(), typed=change.value)
    return replace(speech, given=given)


def unsettled_keys(returned: Returned, outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the entries of facts of which the document has a value that was neither taken nor agreed upon."""
    paths = {outcome.path for outcome in outcomes if outcome.step in {Step.CONFLICT, Step.REFUSED}}
    return frozenset(key for key in returned.stored if split_key(key)[0] in paths)


def refresh(returned: Returned, data: bytes, fresh: Mapping[str, Stored]) -> Refreshed:
    """Return the document with the facts of ``fresh``, the store that the speech would write now.

    Only controls that nobody changed in the document are given their new text; all else stays byte for byte. A fact
    that was changed on both sides is a conflict and stays as it is in the document.
    """
    texts: dict[str, str] = {}
    entries = dict(returned.stored)
    outcomes: list[Outcome] = []
    for key, stored in returned.stored.items():
        new = fresh.get(key)
        form = split_key(key)[1]
        typed = tuple(text for text in returned.texts(key) if text != _on_one_line(stored.written, form))
        if new is None or not new.value:
            step = Step.IN_WORD if typed else None
            value = ""
        else:
            value = new.value
            step = _step(
                stored.written, value, tuple(text for text in typed if text != _on_one_line(value, form)), typed
            )
            if step is Step.REFRESHED:
                texts[tag_of(key)] = value
            if step in {Step.REFRESHED, None}:
                entries[key] = Stored(written=value, value=value)
        if step is not None:
            outcomes.append(Outcome(path=key, step=step, in_file=value, in_word=typed or (stored.written,)))
    document = patched(returned.parts[DOCUMENT], texts)
    left = set(document.tracked)
    for key in entries:
        if tag_of(key) in left:
            entries[key] = returned.stored[key]
    outcomes = [
        Outcome(
            path=outcome.path,
            step=Step.CONFLICT,
            in_file=outcome.in_file,
            in_word=outcome.in_word,
            reason=_("a tracked change stands in it"),
        )
        if tag_of(outcome.path) in left
        else outcome
        for outcome in outcomes
    ]
    if not document.count and entries == returned.stored:
        return Refreshed(data=data, outcomes=tuple(outcomes))
    changed = {DOCUMENT: document.data, returned.store_part: store(entries, returned.order)}
    new_data = repacked(data, changed)
    return Refreshed(data=resealed(new_data) if is_untouched(data) else new_data, outcomes=tuple(outcomes))


def _step(written: str, new: str, differing: tuple[str, ...], typed: tuple[str, ...]) -> Step | None:
    """Return what becomes of one entry, or None where nothing is to be done."""
    if differing:
        return Step.IN_WORD if new == written else Step.CONFLICT
    if typed:
        return None if new != written else Step.IN_WORD
    return Step.REFRESHED if new != written else None
