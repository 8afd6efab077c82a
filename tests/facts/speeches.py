"""Small speeches' folders: an outline of one's own, with its own facts."""

from __future__ import annotations

from pathlib import Path

OUTLINE = """\
id: small
title: 小会讲话
speech:
  title: 在{{ 地区 }}会议上的讲话
  speaker: ""
  date: "{{ 会议日期 }}"
facts:
  地区: {ask: 办公室, group: 会议, example: 清河市}
  会议日期: {type: date, ask: 办公室, group: 会议}
  层级: {type: choice, choices: [省, 市], default: 市, as_of: 2024-01-31, ask: 办公室, group: 会议}
  讲话人: {type: person, ask: 办公室, group: 会议}
  录取人数: {type: number, unit: 名, ask: 干部一科, group: 干部}
  到位人数: {type: number, unit: 名, ask: 干部一科, group: 干部}
  到位率: {type: percent, ask: 干部一科, group: 干部}
  缺口: {type: number, unit: 名, formula: 录取人数 - 到位人数, group: 干部}
  县区:
    type: list
    ask: 组织一科
    group: 干部
    fields:
      名称: {}
      人数: {type: number, unit: 名}
  存在问题: {type: list, ask: 组织一科, group: 问题}
  备注: {type: long-text, optional: true, group: 问题}
checks:
  - 到位人数 <= 录取人数
  - {check: 到位率 == 到位人数 / 录取人数, message: 到位率与人数不符}
  - 县区 | sum('人数') == 录取人数
sections:
  - heading: 总的情况
    text: |
      {{ 层级 }}里{{ 讲话人 }}说，录取{{ 录取人数 }}，到位{{ 到位人数 }}，占{{ 到位率 }}，缺{{ 缺口 }}。
      {% for 一个 in 县区 %}{{ 一个.名称 }}{{ 一个.人数 }}{% endfor %}。
      {{ 存在问题 | join }}。{% clause %}{{ 备注 }}{% endclause %}
"""


def write_speech(folder: Path, facts: str = "", outline: str = OUTLINE) -> Path:
    """Write a speech's folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "outline.yaml").write_text(outline, "utf-8")
    (folder / "facts.yaml").write_text("outline: small\n" + facts, "utf-8", newline="")
    return folder
