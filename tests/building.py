"""Little speeches for the tests, built from mappings: in memory for compose, in a folder for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml

from speechdraft.compose import Composition, compose
from speechdraft.draft import Draft, Heading, PackRef, plain
from speechdraft.facts import Layer, stack
from speechdraft.facts_reading import defaults, read_dictionary, read_facts
from speechdraft.outline import read_outline
from speechdraft.problems import Problem, ProblemError, Problems
from speechdraft.source import Node, parse
from speechdraft.speech import Speech
from speechdraft.templating import Templates

Tree = Mapping[str, Any]
Made = TypeVar("Made")

SPEECH = {"title": "讲话", "speaker": "", "date": "", "salutation": ""}
"""Front matter that needs no fact."""


def yaml_of(value: object) -> str:
    """Return a value as YAML; what is text already stays as it is."""
    if isinstance(value, str):
        return value
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


class _Dumper(yaml.SafeDumper):
    """Writes a value that stands in two places twice."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def outline_of(sections: Sequence[Tree], **more: object) -> dict[str, Any]:
    """Return an outline that asks for nothing but what its sections need."""
    return {"id": "test", "title": "试", "speech": SPEECH, **more, "sections": list(sections)}


def speech_of(
    sections: Sequence[Tree] | str,
    *,
    dictionary: Tree | str = "",
    facts: Tree | str = "",
    templates: Mapping[str, str] | None = None,
    **outline: object,
) -> Speech:
    """Return a speech without a file; ``sections`` may be the whole outline as YAML.

    Raises ProblemError with all that is wrong in its YAML.
    """
    problems = Problems()
    text = sections if isinstance(sections, str) else yaml_of(outline_of(sections, **outline))
    read = read_outline(_node(text, "outline.yaml", problems), "outline.yaml", text, problems)
    node = _node(dictionary, "templates/facts.yaml", problems)
    specs = {} if node is None else read_dictionary(node, problems)
    if read is not None:
        specs |= dict(read.outline.facts)
    given = read_facts(_node(facts, "facts.yaml", problems), Layer.SPEECH, specs, problems)
    problems.raise_errors()
    assert read is not None
    sources = {name: (source, f"templates/{name}.j2") for name, source in (templates or {}).items()}
    return Speech(
        outline=read,
        dictionary=specs,
        given=stack([defaults(specs, "templates/facts.yaml"), given]),
        pack=PackRef(name="test", version="1.0.0"),
        templates=Templates(sources.get, lambda: sources, lambda name, _asked_by: name),
    )


def _node(value: Tree | str, file: str, problems: Problems) -> Node | None:
    text = yaml_of(value) if value else ""
    return parse(text, file, problems)


def composed(sections: Sequence[Tree] | str, **parts: Any) -> Composition:
    """Return what such a speech composes to."""
    return compose(speech_of(sections, **parts))


def drafted(sections: Sequence[Tree] | str, **parts: Any) -> Draft:
    """Return the draft of such a speech."""
    return composed(sections, **parts).draft


def written(template: str, **parts: Any) -> list[str]:
    """Return the paragraphs that one template writes."""
    templates = {**parts.pop("templates", {}), "t": template}
    return lines(drafted([{"template": "t"}], templates=templates, **parts))


def lines(draft: Draft) -> list[str]:
    """Return the body's headings (with their numbers) and paragraphs as plain text."""
    return [(block.number if isinstance(block, Heading) else "") + plain(block.inlines) for block in draft.blocks()]


def attempted(make: Callable[[], Made]) -> tuple[Made | None, tuple[Problem, ...]]:
    """Return what is made, or None and the problems that kept it from being made."""
    try:
        return make(), ()
    except ProblemError as error:
        return None, error.problems


def problems_of(sections: Sequence[Tree] | str, **parts: Any) -> tuple[Problem, ...]:
    """Return the problems of a speech that cannot be composed. Fails when it can."""
    composition, problems = attempted(lambda: composed(sections, **parts))
    assert composition is None
    return problems


def refusal(template: str, **parts: Any) -> str:
    """Return, as the terminal shows them, the problems of one template that cannot run."""
    templates = {**parts.pop("templates", {}), "t": template}
    return "\n".join(str(problem) for problem in problems_of([{"template": "t"}], templates=templates, **parts))


def write_speech(  # noqa: PLR0913  (one parameter a file)
    folder: Path,
    sections: Sequence[Tree] | str | None,
    *,
    facts: Tree | str | bytes | None = "",
    dictionary: Tree | str | bytes = "",
    templates: Mapping[str, str | bytes] | None = None,
    facts_of: Tree | None = None,
    **outline: object,
) -> Path:
    """Write a speech's folder and return it.

    ``sections`` may be the whole outline, or None for none; ``facts=None`` writes no file of facts; ``facts_of`` is
    what the outline says of its facts.
    """
    whole = sections
    if sections is not None and not isinstance(sections, str):
        whole = yaml_of(outline_of(sections, **({"facts": facts_of} if facts_of else {}), **outline))
    files: dict[str, Tree | str | bytes | None] = {
        "outline.yaml": whole,
        "facts.yaml": facts,
        "templates/facts.yaml": dictionary or None,
        **{f"templates/{name}.j2": text for name, text in (templates or {}).items()},
    }
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else yaml_of(content or "").encode())
    return folder
