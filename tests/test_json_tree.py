"""JSON: the whole tree, so that the draft can be made again from it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Origin, PackRef, Paragraph, Section, Strong, Text
from speechdraft.json_tree import to_json
from tests.drafts import draft_of, drafts, heading, paragraph, small_draft


def test_one_of_everything() -> None:
    gap = Gap(fact="人数", label="提拔人数", unit="人", example="128", ask="干部一科", needs=("人数",))
    section = Section(
        origin=Origin(section="1", template="opening/conference"),
        heading=heading(1, "一、", Text(text="总结"), run_in=True),
        paragraphs=(
            paragraph(Strong(inlines=(FactText(fact="地区", text="清河市", label="地区"),)), Text(text="提拔"), gap),
        ),
        minutes=12,
    )
    assert json.loads(to_json(draft_of(section, title=(Text(text="讲话"),)))) == {
        "schema": 1,
        "outline": "test",
        "language": "zh-CN",
        "pack": {"name": "speechdraft", "version": "0.1.0"},
        "digest": "",
        "created": "2026-02-10",
        "pace": 180,
        "minutes": None,
        "characters": 19,
        "title": [{"kind": "text", "text": "讲话"}],
        "speaker": [],
        "date": [],
        "salutation": [],
        "sections": [
            {
                "origin": {"section": "1", "template": "opening/conference"},
                "minutes": 12,
                "characters": 19,
                "heading": {
                    "origin": {"section": "1", "template": "opening/conference"},
                    "level": 1,
                    "number": "一、",
                    "run_in": True,
                    "stop": "。",
                    "inlines": [{"kind": "text", "text": "总结"}],
                },
                "paragraphs": [
                    {
                        "origin": {"section": "1", "template": "opening/conference"},
                        "inlines": [
                            {
                                "kind": "strong",
                                "inlines": [{"kind": "fact", "fact": "地区", "label": "地区", "text": "清河市"}],
                            },
                            {"kind": "text", "text": "提拔"},
                            {
                                "kind": "gap",
                                "fact": "人数",
                                "label": "提拔人数",
                                "text": "【待补：提拔人数】",
                                "unit": "人",
                                "example": "128",
                                "ask": "干部一科",
                                "needs": ["人数"],
                            },
                        ],
                    }
                ],
                "sections": [],
            }
        ],
        "gaps": [
            {
                "kind": "gap",
                "fact": "人数",
                "label": "提拔人数",
                "text": "【待补：提拔人数】",
                "unit": "人",
                "example": "128",
                "ask": "干部一科",
                "needs": ["人数"],
            }
        ],
    }


def test_is_readable_text() -> None:
    text = to_json(small_draft())
    assert text.startswith('{\n  "schema": 1,\n  "outline": "annual-conference",\n')
    assert '"text": "今天，我们召开会议，主要任务是总结去年、部署今年。"' in text
    assert text.endswith("\n}\n")


@given(drafts())
def test_the_draft_can_be_made_again(draft: Draft) -> None:
    assert _draft(json.loads(to_json(draft))) == draft


def _draft(tree: dict[str, Any]) -> Draft:
    return Draft(
        outline=tree["outline"],
        title=_inlines(tree["title"]),
        speaker=_inlines(tree["speaker"]),
        date=_inlines(tree["date"]),
        salutation=_inlines(tree["salutation"]),
        sections=tuple(_section(section) for section in tree["sections"]),
        pack=PackRef(**tree["pack"]),
        digest=tree["digest"],
        created=tree["created"],
        pace=tree["pace"],
        minutes=tree["minutes"],
        language=tree["language"],
    )


def _section(tree: dict[str, Any]) -> Section:
    return Section(
        origin=Origin(**tree["origin"]),
        heading=None if tree["heading"] is None else _heading(tree["heading"]),
        paragraphs=tuple(
            Paragraph(inlines=_inlines(child["inlines"]), origin=Origin(**child["origin"]))
            for child in tree["paragraphs"]
        ),
        sections=tuple(_section(child) for child in tree["sections"]),
        minutes=tree["minutes"],
    )


def _heading(tree: dict[str, Any]) -> Heading:
    return Heading(
        level=tree["level"],
        number=tree["number"],
        inlines=_inlines(tree["inlines"]),
        run_in=tree["run_in"],
        origin=Origin(**tree["origin"]),
    )


def _inlines(trees: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(_inline(tree) for tree in trees)


def _inline(tree: dict[str, Any]) -> Inline:
    kind, fields = tree["kind"], {name: value for name, value in tree.items() if name != "kind"}
    match kind:
        case "text":
            return Text(**fields)
        case "fact":
            return FactText(**fields)
        case "gap":
            fields.pop("text")
            return Gap(**fields | {"needs": tuple(tree["needs"])})
        case _:
            return Strong(inlines=_inlines(tree["inlines"]))
