"""What an outline may say: the tree of a speech's sections, validated, each knowing its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft.facts import FactSpec
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Problems
from speechdraft.rules import Rule, RuleText
from speechdraft.schema import NAME_PATTERN, validate
from speechdraft.source import Node, node_at

__all__ = [
    "Form",
    "Outline",
    "OutlineFile",
    "SectionSpec",
    "SpeechSpec",
    "json_schema",
    "read_outline",
    "section_number",
]

Form = Literal["一、", "（一）", "1.", "（1）", "第一，", "一要", "一是", "首先", "none"]


def _template_name(name: str) -> str:
    parts = name.split("/")
    if any(not part or part.startswith((".", "_")) or "\\" in part or ":" in part for part in parts):
        raise ValueError(_("“{name}” cannot name a template").format(name=name))
    return name


_MOST_SECTIONS = 1_000
"""The most sections of an outline. The longest speeches have some 70."""

TemplateName = Annotated[str, AfterValidator(_template_name)]


class SectionSpec(BaseModel):
    """One section: a heading, the template or text that writes it, and the sections below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str = Field(
        default="", description="The heading, itself a Jinja text. A section with a heading is numbered."
    )
    template: TemplateName | None = Field(
        default=None, description="The template that writes the section: family/pattern."
    )
    text: str = Field(
        default="", description="The user's own words in place of a template; a Jinja text, a paragraph a line."
    )
    with_: Mapping[str, Any] = Field(
        default_factory=dict, alias="with", description="Parameters for the template, by name."
    )
    each: str = Field(default="", description="A list fact: the section stands once for every item, which is “item”.")
    when: str = Field(default="", description="A condition over facts; the section stands only when it holds.")
    optional: bool = Field(
        default=False, description="Whether the section is left out when a fact that it needs is missing."
    )
    run_in: bool = Field(default=False, description="Whether heading and text share a line.")
    inline: bool = Field(
        default=False, description="Whether the sections below run on inside this section's paragraph."
    )
    numbered: Form | None = Field(default=None, description="The form of the enumerators of the sections below.")
    minutes: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="How many minutes the section may take."
    )
    sections: tuple[SectionSpec, ...] = Field(default=(), description="The sections below, in order.")


class SpeechSpec(BaseModel):
    """What stands above the speech. Each is a Jinja text; an empty one is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(description="The title. A line feed in it is a line break.")
    speaker: str = Field(default="{{ 讲话人 }}", description="The speaker's post and name.")
    date: str = Field(default="{{ 会议日期 }}", description="The date, printed in parentheses.")
    salutation: str = Field(default="同志们：", description="The salutation; empty where the first sentence holds it.")


class Outline(BaseModel):
    """An outline: the tree of a speech's sections, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=NAME_PATTERN, description="The outline's name: small letters, digits and hyphens.")
    title: str = Field(description="What the outline is, in a few words.")
    for_: str = Field(default="", alias="for", description="The occasion that it is for.")
    minutes: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="How many minutes the speech may take."
    )
    pace: int = Field(default=180, ge=60, le=400, description="Characters a minute: 180 is usual, 120 slow, 240 fast.")
    speech: SpeechSpec
    numbering: tuple[Form, ...] = Field(
        default=("一、", "（一）", "1.", "（1）"),  # GB/T 9704-2012, 7.3.3 (结构层次序数)
        min_length=1,
        description="The enumerators' forms by depth.",
    )
    facts: Mapping[str, FactSpec] = Field(
        default_factory=dict, description="Facts that this outline adds or overrides."
    )
    checks: tuple[RuleText, ...] = Field(default=(), description="Rules that the facts must keep between them.")
    sections: tuple[SectionSpec, ...] = Field(min_length=1, description="The sections, in order.")

    def walk(self) -> Iterator[tuple[tuple[int, ...], SectionSpec]]:
        """Return every section with its place in the tree (indices from 0), parents before children."""
        stack: list[tuple[tuple[int, ...], SectionSpec]] = [
            ((index,), section) for index, section in reversed(list(enumerate(self.sections)))
        ]
        while stack:
            path, section = stack.pop()
            yield path, section
            stack += [((*path, index), child) for index, child in reversed(list(enumerate(section.sections)))]


class OutlineFile:
    """An outline with the file that it was read from."""

    rules: tuple[Rule, ...] = ()
    """The rules between facts that hold for it: those of the dictionaries, and its own."""

    def __init__(self, outline: Outline, node: Node, file: str, text: str) -> None:
        """Keep the outline, its nodes for places, and its text for the digest."""
        self.outline = outline
        self.file = file
        self.text = text
        self._node = node

    def place(self, path: tuple[int, ...], *keys: str) -> Place:
        """Return where a section, or one of its keys, stands."""
        steps: list[str | int] = []
        for index in path:
            steps += ["sections", index]
        return node_at(self._node, (*steps, *keys))[1]

    def speech_place(self, key: str) -> Place:
        """Return where a text of ``speech:`` stands."""
        return node_at(self._node, ("speech", key))[1]


def section_number(path: tuple[int, ...]) -> str:
    """Return a section's place in the outline as people count: ``2.3`` for the third below the second."""
    return ".".join(str(index + 1) for index in path)


def read_outline(node: Node | None, file: str, text: str, problems: Problems) -> OutlineFile | None:
    """Return the outline that a YAML document holds, or None when something is wrong with it."""
    if node is None:
        if not problems.has_errors:
            problems.add(Problem(code="empty-file", message=_("this outline is empty"), place=Place(file=file)))
        return None
    outline = validate(Outline, node, problems)
    if outline is not None and sum(1 for _section in outline.walk()) > _MOST_SECTIONS:
        message = _("more than {most} sections").format(most=_MOST_SECTIONS)
        place = node_at(node, ("sections",))[0]
        problems.add(Problem(code="too-many-sections", message=message, place=place))
        return None
    return None if outline is None else OutlineFile(outline, node, file, text)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an outline, for editors that check YAML while one types.

    What it says of each key is in the user's language.
    """
    schema = Outline.model_json_schema(by_alias=True)
    for model in (schema, *schema["$defs"].values()):
        model.pop("description")  # what the class is, said for developers
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_in_the_users_language(schema)}


def _in_the_users_language(part: Any) -> Any:
    if isinstance(part, list):
        return [_in_the_users_language(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _(inner) if key == "description" and isinstance(inner, str) else _in_the_users_language(inner)
        for key, inner in part.items()
    }
