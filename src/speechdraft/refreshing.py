"""From the facts file into the document: changed facts go into a draft that people have edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from speechdraft.i18n import _
from speechdraft.ink import Fact
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.returned_facts import Outcome, ReturnedFact, ReturnedForm, Step, returned_facts
from speechdraft.sayings import Sayings
from speechdraft.slots import list_indices
from speechdraft.speech import Speech
from speechdraft.word.controls import TITLE_FORM, Stored, can_be_bound, split_key
from speechdraft.word.package import repacked
from speechdraft.word.patching import Filling, patched
from speechdraft.word.returned import Returned
from speechdraft.word.seal import is_untouched, resealed
from speechdraft.word.storing import store_parts

__all__ = ["Refreshed", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A document with the facts put in, and what became of each fact that differs."""

    data: bytes
    outcomes: tuple[Outcome, ...]


def refresh(returned: Returned, data: bytes, fresh: Mapping[str, Stored], speech: Speech, file: str = "") -> Refreshed:
    """Return the document with the facts as the speech has them now; ``fresh`` is the store that it would write.

    Only what nobody changed in the document gets its new text; all else stays byte for byte. A fact that was changed
    on both sides is a conflict and stays as it is in the document. The store is put in step with the text, for a
    program that goes by the store when it opens the document. Raises ProblemError (``damaged-file``) for a text in
    another encoding than UTF-8, which no office program writes; ``file`` is the document's name in it.
    """
    standings = returned_facts(returned, Sayings(speech))
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


def _planned(standing: ReturnedFact, fresh: Mapping[str, Stored], *, held: bool) -> _Plan:
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


def _text_to_put(entry: ReturnedForm, fresh: Mapping[str, Stored]) -> str:
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


def _entry_now(entry: ReturnedForm, texts: Mapping[int, str], *, settled: bool) -> Stored:
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
