"""``outline list``, ``show``, ``check`` and ``schema``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from rich.markup import escape
from rich.tree import Tree

from speechdraft.cli.edge import console, minutes_text, plain_table, print_problems, problems_json
from speechdraft.cli.folding import Folded
from speechdraft.cli.statuses import Status
from speechdraft.compose import compose
from speechdraft.consistency import contradictions
from speechdraft.draft import Draft, Section, plain
from speechdraft.facts import Layer, stack
from speechdraft.i18n import _
from speechdraft.needs import needs_of
from speechdraft.outline import Outline, json_schema
from speechdraft.problems import Problem, ProblemError, Severity
from speechdraft.samples import sample_facts
from speechdraft.speeches import FACTS, Loaded, load_outline, load_speech, search_path

__all__ = ["check_command", "known_outlines", "list_command", "schema_command", "show_command"]


def known_outlines() -> list[str]:
    """Return the names of all outlines that can be found."""
    return sorted(search_path(None).outlines())


def list_command(*, as_json: bool) -> None:
    """Print the outlines with what each is for."""
    loaded, broken = _all_outlines()
    if as_json:
        rows = [{"id": one.id, "title": one.title, "for": one.for_, "minutes": one.minutes} for one in loaded]
        console().print_json(json.dumps(rows, ensure_ascii=False))
        return
    table = plain_table((_("outline"), "left"), (_("what it is"), "left"), (_("minutes"), "right"))
    for one in loaded:
        table.add_row(one.id, escape(one.title), "" if one.minutes is None else minutes_text(one.minutes))
    console().print(table)
    for name in broken:
        told = _("the outline “{name}” cannot be read; speechdraft outline check {name} says why").format(name=name)
        console(errors=True).print(f"[yellow]{escape(told)}[/]")
    told = _("speechdraft outline show OUTLINE tells more; speechdraft new OUTLINE FOLDER starts a speech")
    console().print(f"\n[dim]{escape(told)}[/]")


def _all_outlines() -> tuple[list[Outline], list[str]]:
    """Return the outlines that there are, and the names of those that cannot be read: one bad pack hides no others."""
    loaded: list[Outline] = []
    broken: list[str] = []
    for name in known_outlines():
        try:
            loaded.append(load_outline(name).speech.outline.outline)
        except ProblemError:
            broken.append(name)
    return loaded, broken


def show_command(name: str, *, with_facts: bool, unlocked: bool, as_json: bool) -> None:
    """Print an outline's tree. A speech's folder is shown with its facts, an outline alone with sample facts."""
    loaded, sampled = _with_facts(name, unlocked=unlocked)
    draft = compose(loaded.speech).draft
    facts = {needs.section: needs.facts for needs in needs_of(loaded.speech)}
    if as_json:
        console().print_json(
            json.dumps([_section_json(section, draft, facts) for section in draft.sections], ensure_ascii=False)
        )
        return
    outline = loaded.speech.outline.outline
    budget = "" if outline.minutes is None else " / " + minutes_text(outline.minutes)
    minutes = minutes_text(draft.characters() / draft.pace)
    told = _("{characters} characters, {minutes} minutes").format(
        characters=draft.characters(), minutes=minutes + budget
    )
    label = f"[bold]{escape(outline.id)}[/]  {escape(outline.title)}  [cyan]{escape(told)}[/]"
    tree = Tree(Folded(label), guide_style="dim")
    for section in draft.sections:
        _branch(tree, section, draft, facts if with_facts else {})
    console().print(tree, soft_wrap=False)  # a tree cuts what it may not fold
    if sampled:
        console().print(f"\n[dim]{escape(_('lengths with the sample facts of the dictionary'))}[/]")


def _with_facts(name: str, *, unlocked: bool) -> tuple[Loaded, bool]:
    target = Path(name)
    if (target.is_dir() and (target / FACTS).is_file()) or (target.is_file() and target.name == FACTS):
        return load_speech(target, unlocked=unlocked), False
    loaded = load_outline(name, unlocked=unlocked)
    given = {fact: one for fact, one in loaded.speech.given.items() if one.layer is not Layer.PACK}
    samples = sample_facts(loaded.speech.dictionary)
    speech = replace(loaded.speech, given=stack([loaded.speech.given, samples, given]))
    return replace(loaded, speech=speech), True


def _branch(tree: Tree, section: Section, draft: Draft, facts: dict[str, tuple[str, ...]]) -> None:
    head = ""
    if section.heading is not None:
        head = section.heading.number + plain(section.heading.inlines)
    template = section.origin.template or ""
    minutes = section.characters() / draft.pace
    length = _("{characters} characters, {minutes} minutes").format(
        characters=section.characters(),
        minutes=minutes_text(minutes) + ("" if section.minutes is None else f" / {minutes_text(section.minutes)}"),
    )
    colour = "yellow" if section.minutes is not None and minutes > section.minutes * 1.1 else "cyan"
    parts = [
        f"[bold]{escape(head)}[/]" if head else "",
        f"[green]{escape(template)}[/]" if template else "",
        f"[{colour}]{escape(length)}[/]",
    ]
    label = "  ".join(part for part in parts if part)
    used = _facts_of(section, facts)
    if used:
        label += f"\n[dim]{escape(_(', ').join(used))}[/]"
    branch = tree.add(Folded(label, hanging=2))
    for child in section.sections:
        _branch(branch, child, draft, facts)


def _facts_of(section: Section, facts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the facts that a section reads, those of sections that run on inside it among them."""
    place = section.origin.outline_place
    own = list(facts.get(place, ()))
    if not section.sections:
        own += [name for inner, names in facts.items() if inner.startswith(f"{place}.") for name in names]
    return tuple(dict.fromkeys(own))


def _section_json(section: Section, draft: Draft, facts: dict[str, tuple[str, ...]]) -> dict[str, object]:
    return {
        "section": section.origin.section,
        "heading": None if section.heading is None else section.heading.number + plain(section.heading.inlines),
        "template": section.origin.template,
        "facts": list(_facts_of(section, facts)),
        "characters": section.characters(),
        "minutes": round(section.characters() / draft.pace, 1),
        "planned": section.minutes,
        "sections": [_section_json(child, draft, facts) for child in section.sections],
    }


def check_command(name: str, *, strict: bool, unlocked: bool, as_json: bool) -> Status:
    """Print what is wrong with an outline and its templates; return the exit status."""
    outline, problems = _checked(name, unlocked=unlocked)
    passed = not any(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        told = {"outline": outline, "passed": passed, "problems": problems_json(problems)}
        console().print_json(json.dumps(told, ensure_ascii=False))
    else:
        print_problems(problems)
        if not problems:
            console().print(escape(_("{outline}: nothing to object to").format(outline=outline)))
    if not passed:
        return Status.AT_FAULT
    return Status.PROBLEMS if strict and problems else Status.DONE


def _checked(name: str, *, unlocked: bool) -> tuple[str, list[Problem]]:
    """Return an outline's id (or what it was asked for by, where it cannot be read) and what is wrong with it."""
    try:
        loaded = load_outline(name, unlocked=unlocked)
    except ProblemError as error:
        return name, list(error.problems)
    problems = [*loaded.problems, *(problem for needs in needs_of(loaded.speech) for problem in needs.problems)]
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += [problem for problem in contradictions(loaded.speech) if problem.code == "bad-rule"]
    return loaded.speech.outline.outline.id, list(dict.fromkeys(problems))


def schema_command() -> None:
    """Print the JSON Schema."""
    console().print_json(json.dumps(json_schema(), ensure_ascii=False))
