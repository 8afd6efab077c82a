"""Whether a speech's facts agree with each other: the rules of dictionary and outline, judged where all is given.

In a rule a percentage counts as its share (36.5% is 0.365), and a figure that is computed is rounded to the places that
the percentage was typed with, so that ``到位率 == 到位人数 / 计划人数`` holds for 90.8% and 108 of 119. Money counts in
元. (Both are the templates' own arithmetic: see :mod:`speechdraft.ink`.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speechdraft.i18n import _
from speechdraft.ink import Fact, Ink, MissingFact
from speechdraft.ledger import ledger, stale_problems
from speechdraft.problems import Place, Problem, ProblemError, Severity, beginning, did_you_mean
from speechdraft.rules import Rule
from speechdraft.speech import FactValues, Speech

__all__ = ["contradictions", "worth_a_look"]


def worth_a_look(speech: Speech) -> list[Problem]:
    """Return what in a speech's facts asks for a second look: rules that do not hold, values that are too old."""
    return [*contradictions(speech), *stale_problems(ledger(speech))]


def contradictions(speech: Speech) -> list[Problem]:
    """Return a warning for each rule that does not hold (``contradiction``) or cannot be judged (``bad-rule``).

    A rule that reads a fact which nobody gave is not judged.
    """
    values = FactValues(speech, Ink())
    return [problem for rule in speech.outline.rules for problem in _judged(speech, values, rule)]


def _judged(speech: Speech, values: FactValues, rule: Rule) -> Iterator[Problem]:
    try:
        mentions = speech.templates.usage_of_expression(rule.check, rule.place).mentions
        names = list(dict.fromkeys(mention.name for mention in mentions))
        unknown = [name for name in names if name not in speech.dictionary]
        if unknown:
            message = _("no fact “{name}”").format(name=unknown[0])
            yield _bad(rule, message, did_you_mean(unknown[0], speech.dictionary))
            return
        facts = {name: values.look_up(name) for name in names}
        sure = {mention.name for mention in mentions if not mention.tentative}
        if any(isinstance(facts[name], MissingFact) for name in sure):
            return
        result = speech.templates.evaluate(rule.check, values, rule.place)
    except ProblemError as error:
        for problem in error.problems:
            yield _bad(rule, problem.message, problem.hint)
        return
    if isinstance(result, MissingFact):  # a field of a record, or of a list's item, that nobody gave
        return
    if not isinstance(result, bool):
        yield _bad(rule, _("it says neither yes nor no"), _("compare two sides with == != < <= > or >="))
    elif not result:
        yield _contradiction(speech, rule, [fact for fact in facts.values() if isinstance(fact, Fact)])


def _bad(rule: Rule, message: str, hint: str) -> Problem:
    told = _("the rule “{rule}” cannot be judged: {reason}").format(rule=rule.check, reason=message)
    return Problem(code="bad-rule", message=told, place=rule.place, hint=hint, severity=Severity.WARNING)


def _contradiction(speech: Speech, rule: Rule, facts: Sequence[Fact]) -> Problem:
    said = _(", ").join(_("{name} is {value}").format(name=fact.ref, value=beginning(fact.text, 24)) for fact in facts)
    if rule.message:
        message = _("{message} ({facts})").format(message=rule.message, facts=said)
    else:
        message = _("“{rule}” does not hold: {facts}").format(rule=rule.check, facts=said)
    places = {fact.ref: _place_of(speech, fact.ref) for fact in facts}
    first = next((place for place in places.values() if place.line is not None), rule.place)
    hint = [f"{name}: {place}" for name, place in places.items() if str(place) and place != first]
    computed = [name for name in places if name not in speech.given]
    hint += [_("{name} is computed: {formula}").format(name=n, formula=speech.dictionary[n].formula) for n in computed]
    hint.append(_("the rule: {place}").format(place=rule.place))
    return Problem(code="contradiction", message=message, place=first, hint="\n".join(hint), severity=Severity.WARNING)


def _place_of(speech: Speech, name: str) -> Place:
    given = speech.given.get(name)
    return Place() if given is None else given.place
