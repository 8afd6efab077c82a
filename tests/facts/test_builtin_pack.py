"""The forms of the built-in pack's own dictionary: every fact goes out, is filled in with its example, and comes back."""

from __future__ import annotations

from speechdraft.facts import Dictionary
from speechdraft.givers import Giver
from speechdraft.merging import Contribution, Outcome, merge
from speechdraft.recording import recorded
from speechdraft.samples import sample_facts
from speechdraft.speeches import load_outline

from .test_merging import read
from .workbooks import changed, facts_in, fill, form


def dictionary() -> Dictionary:
    return load_outline("annual-conference").speech.dictionary


def test_every_fact_of_the_dictionary_fits_into_the_form() -> None:
    specs = {name: spec for name, spec in dictionary().items() if not spec.formula}
    samples = {name: given for name, given in sample_facts(specs).items() if name in specs}
    assert len(samples) > 500
    back, problems = facts_in(changed(form(specs), lambda book: fill(book, specs, samples)), specs)
    assert problems == ()
    result = merge({}, [Contribution(giver=Giver("f.xlsx"), given=back)], specs, {})
    assert {line.outcome for line in result.lines} == {Outcome.NEW}
    after = read(recorded(b"outline: annual-conference\n", result.changes, "f"), specs)
    assert {name: one.value for name, one in after.items()} == {name: one.value for name, one in samples.items()}
