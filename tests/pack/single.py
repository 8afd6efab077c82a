"""Each template alone: an outline of one section for it, and sample facts for what it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import yaml

from speechdraft.facts import FactSpec, Given
from speechdraft.outline import read_outline
from speechdraft.packs.folder import builtin_pack
from speechdraft.problems import Problems
from speechdraft.samples import sample_facts
from speechdraft.source import parse
from speechdraft.speech import Speech
from tests.pack.support import OUTLINES, always_read, bare, sources

_EACH = re.compile(r"each: (\w+)")
_CHILDREN = [{"heading": "甲事有人管", "text": "甲事要办。"}, {"heading": "乙事有人问", "text": "乙事要办。"}]


@cache
def dictionary() -> Mapping[str, FactSpec]:
    """Return the pack's dictionary, with what outlines add to it."""
    found: dict[str, FactSpec] = {}
    for outline in OUTLINES:
        own = bare(outline).speech.outline.outline.facts
        found |= {name: spec for name, spec in bare(outline).speech.dictionary.items() if name not in own}
    return found


@cache
def samples() -> Mapping[str, Given]:
    """Return a sample value for every fact that is not computed."""
    return sample_facts(dictionary())


@cache
def in_outlines() -> Mapping[str, dict[str, object]]:
    """Return how outlines use each template: ``each`` and ``with`` of its first use."""
    found: dict[str, dict[str, object]] = {}
    for outline in OUTLINES:
        inherited: dict[tuple[int, ...], dict[str, object]] = {(): {}}
        for path, section in bare(outline).speech.outline.outline.walk():
            here = dict(inherited[path[:-1]])
            if section.each:
                here["each"] = section.each
            if section.with_:
                here["with"] = {**section.with_}
            inherited[path] = here
            if section.template:
                found.setdefault(section.template, here)
    return found


@cache
def alone(template: str) -> Speech:
    """Return a speech of one section, written by a template, with two children for it to count, and no facts."""
    use = in_outlines().get(template)
    if use is None:
        each = _EACH.search(builtin_pack().templates()[template].read_text(encoding="utf-8").split("\n")[0])
        use = {"each": each[1]} if each else {}
    section = {"template": template, "sections": _CHILDREN, **use}
    front = {"title": "一节", "speaker": "", "date": "", "salutation": ""}
    text = yaml.safe_dump({"id": "one", "title": "一节", "speech": front, "sections": [section]}, allow_unicode=True)
    problems = Problems()
    outline = read_outline(parse(text, "one.yaml", problems), "one.yaml", text, problems)
    assert outline is not None, problems.all()
    return replace(bare(OUTLINES[0]).speech, outline=outline, dictionary=dictionary(), given={})


@cache
def sampled(template: str) -> Speech:
    """Return the speech of one section with a sample for everything that it reads."""
    speech = alone(template)
    read, _printed = always_read(speech)
    names = read | sources(speech, read)
    return replace(speech, given={name: one for name, one in samples().items() if name in names})
