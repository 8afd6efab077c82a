"""A speech with facts of every type, its draft as a .docx, and the ways in which people fill and edit that."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from speechdraft.compose import compose
from speechdraft.facts import Layer
from speechdraft.facts_reading import read_facts
from speechdraft.problems import Problems
from speechdraft.pulling import Pulled, pull
from speechdraft.refreshing import Refreshed, refresh
from speechdraft.source import parse
from speechdraft.speech import Speech
from speechdraft.word.controls import GLOSSARY, Stored, store, tag_of
from speechdraft.word.layouts import GBT9704
from speechdraft.word.markup import W
from speechdraft.word.package import pack, repacked
from speechdraft.word.properties import CUSTOM
from speechdraft.word.returned import Returned, open_docx
from speechdraft.word.seal import is_untouched
from speechdraft.word.writer import to_docx
from tests.building import speech_of

DICTIONARY: dict[str, Any] = {
    "地区": {"ask": "办公室", "example": "清河市"},
    "会议名称": {},
    "会议日期": {"type": "date"},
    "讲话人": {"type": "person"},
    "人数": {"type": "number", "unit": "名", "ask": "干部一科", "example": "128"},
    "占比": {"type": "percent"},
    "投资": {"type": "money", "unit": "亿元"},
    "年度": {"type": "year"},
    "层级": {"type": "choice", "choices": ["省", "市", "县"]},
    "上年": {"type": "number", "unit": "名"},
    "增加": {"type": "number", "unit": "名", "formula": "人数 - 上年"},
    "回顾": {"type": "long-text"},
    "项目": {"type": "list"},
    "成绩": {
        "type": "list",
        "fields": {"标题": {}, "数量": {"type": "number", "unit": "个"}, "做法": {"type": "list"}},
    },
    "班子": {"type": "record", "fields": {"名称": {}, "人数": {"type": "number", "unit": "人"}}},
}
SECTIONS: list[dict[str, Any]] = [
    {"text": "今天，{{ 地区 }}召开{{ 会议名称 }}，{{ 讲话人 }}到会。"},
    {"heading": "{{ 年度 }}年，{{ 地区 }}提拔{{ 人数 }}", "text": "提拔{{ 人数 }}（占{{ 占比 }}），比上年增加{{ 增加 }}；全{{ 层级 }}投资{{ 投资 }}。"},
    {"heading": "抓{{ 地区 }}", "run_in": True, "text": "从{{ 会议日期 | month_day }}起，选{{ 人数 | number }}多人。**{{ 地区 }}要先行**。"},
    {"text": "{{ 回顾 }}"},
    {"text": "重点是{{ 项目 | join }}。{{ 班子.名称 }}有{{ 班子.人数 }}。"},
    {"each": "成绩", "heading": "{{ item.标题 }}", "text": "有{{ item.数量 }}：{{ item.做法 | join('；') }}。"},
]  # fmt: skip
FRONT = {
    "title": "在{{ 会议名称 }}上的讲话",
    "speaker": "{{ 讲话人 }}",
    "date": "{{ 会议日期 }}",
    "salutation": "{{ 地区 }}的同志们：",
}
FULL: dict[str, Any] = {
    "地区": "清河市",
    "会议名称": "2026年全市组织部长会议暨基层党建工作推进会",
    "会议日期": "2026-02-10",
    "讲话人": "市委常委、组织部部长 周明远",
    "人数": "128",
    "占比": "36.5",
    "投资": "912亿元",
    "年度": "2026",
    "层级": "市",
    "上年": "100",
    "回顾": "这一年不容易。\n这一年不寻常。",
    "项目": ["船舶配套", "新型储能"],
    "成绩": [
        {"标题": "选人更准", "数量": "3", "做法": ["摸清人头", "压实责任"]},
        {"标题": "底子更厚", "数量": "5", "做法": ["补齐短板"]},
    ],
    "班子": {"名称": "市委班子", "人数": "9"},
}


def speech_with(
    facts: Mapping[str, Any],
    sections: list[dict[str, Any]] | None = None,
    dictionary: Mapping[str, Any] | None = None,
    **more: Any,
) -> Speech:
    """Return the speech with these facts given."""
    outline = {"speech": FRONT} | more
    chosen = DICTIONARY if dictionary is None else dictionary
    return speech_of(sections or SECTIONS, dictionary=chosen, facts=dict(facts), **outline)


def with_file(speech: Speech, text: str) -> Speech:
    """Return the speech with the facts of a file; nothing may be wrong with them."""
    problems = Problems()
    node = parse(text, "facts.yaml", problems)
    given = read_facts(node, Layer.SPEECH, speech.dictionary, problems)
    assert problems.all() == (), problems.all()
    return replace(speech, given=given)


def sparse(*without: str, **instead: Any) -> dict[str, Any]:
    """Return the full facts without some, others in place of theirs."""
    return {name: value for name, value in (FULL | instead).items() if name not in without}


def written(speech: Speech) -> bytes:
    """Return the speech's draft as a .docx."""
    return to_docx(compose(speech).draft, GBT9704)


def opened(data: bytes) -> Returned:
    """Return what a .docx holds."""
    return open_docx(data, "draft.docx")


def pulled(data: bytes, speech: Speech) -> Pulled:
    """Return what a .docx brings back."""
    return pull(opened(data), speech)


def refreshed(data: bytes, speech: Speech) -> Refreshed:
    """Return a .docx with the speech's facts put in."""
    return refresh(opened(data), data, fresh(speech), speech)


def fresh(speech: Speech) -> Mapping[str, Stored]:
    """Return the store that a speech's draft has."""
    return opened(written(speech)).stored


def taken(data: bytes, speech: Speech) -> dict[str, Any]:
    """Return the values that a .docx brings back, by fact."""
    return {name: change.value for name, change in pulled(data, speech).changes.items()}


def steps(outcomes: Any) -> list[tuple[str, str]]:
    """Return the outcomes of a pull or refresh as path and step."""
    return [(outcome.path, outcome.step.value) for outcome in outcomes]


def texts(data: bytes) -> dict[str, list[str]]:
    """Return what stands in each entry's mentions."""
    return {key: [mention.text for mention in mentions] for key, mentions in opened(data).mentions.items()}


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return a package's parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without_store(data: bytes, *, copy: bool) -> bytes:
    """Return a .docx as a program leaves it that has lost the store, and perhaps the copy in the glossary too."""
    gone = "customXml" if copy else "customXml|glossary"
    return pack({name: part for name, part in parts_of(data).items() if re.search(gone, name) is None})


def w(name: str) -> str:
    """Return a name of WordprocessingML as lxml has it."""
    return f"{{{W}}}{name}"


def element(xml: str) -> etree._Element:
    """Return an element written with the prefix ``w``."""
    return etree.fromstring(f'<x xmlns:w="{W}">{xml}</x>')[0]


def run(text: str, properties: str = "") -> etree._Element:
    """Return a run as Word writes it."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    made = element(f'<w:r>{look}<w:t xml:space="preserve"/></w:r>')
    made[-1].text = text
    return made


class Typist:
    """Somebody at a word processor with a draft open."""

    def __init__(self, data: bytes) -> None:
        """Open a .docx."""
        self.data = data
        self.returned = opened(data)
        self.root = self.returned.document
        self.body = next(self.root.iter(w("body")))

    def controls(self, key: str) -> list[etree._Element]:
        """Return the controls of an entry, in the order of the text."""
        return [
            control
            for control in self.root.iter(w("sdt"))
            if (tag := control.find(f"{w('sdtPr')}/{w('tag')}")) is not None and tag.get(w("val")) == tag_of(key)
        ]

    def control(self, key: str, number: int = 0) -> etree._Element:
        """Return one control of an entry."""
        return self.controls(key)[number]

    def content(self, key: str, number: int = 0) -> etree._Element:
        """Return what stands in a control."""
        content = self.control(key, number).find(w("sdtContent"))
        assert content is not None
        return content

    def fill(self, key: str, number: int, *inner: etree._Element) -> None:
        """Put elements in place of what stands in a control; it shows no gap any more."""
        content = self.content(key, number)
        for child in list(content):
            content.remove(child)
        content.extend(inner)
        control = self.control(key, number)
        for shown in list(control.iter(w("showingPlcHdr"))):
            shown.getparent().remove(shown)  # type: ignore[union-attr]

    def type(self, key: str, text: str, *numbers: int) -> None:
        """Type into some controls of an entry, or into all as Word does, which mirrors; line feeds are breaks."""
        for number in numbers or range(len(self.controls(key))):
            made = element("<w:r/>")
            for index, line in enumerate(text.split("\n")):
                if index:
                    made.append(element("<w:br/>"))
                made.append(run(line)[-1])
            self.fill(key, number, made)

    def paragraphs(self) -> Iterator[etree._Element]:
        """Return the paragraphs of the body."""
        return self.body.iter(w("p"))

    def paragraph_of(self, key: str, number: int = 0) -> etree._Element:
        """Return the paragraph that a control stands in."""
        return next(self.control(key, number).iterancestors(w("p")))

    def twin(self, key: str, number: int = 0) -> etree._Element:
        """Return a copy of a control with an identifier of its own, as Word makes one of what is copied."""
        made = copy.deepcopy(self.control(key, number))
        identifier = made.find(f"{w('sdtPr')}/{w('id')}")
        assert identifier is not None
        identifier.set(w("val"), str(900_000 + len(list(self.root.iter(w("sdt"))))))
        return made

    def saved(self, **parts: bytes) -> bytes:
        """Return the .docx, its text changed; ``parts`` are others that change, named with __ for /."""
        changed = {name.replace("__", "/"): content for name, content in parts.items()}
        text = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return repacked(self.data, {self.returned.document_part: text} | changed)

    def saved_by_word(self) -> bytes:
        """Return the .docx with the store as Word keeps it: each entry has what its controls show."""
        self.data = self.saved()
        now = opened(self.data)
        entries = {}
        for key, entry in now.stored.items():
            said = [mention.text for mention in now.mentions[key] if not mention.is_empty]
            entries[key] = Stored(written=entry.written, value=said[0] if said else "")
        return repacked(self.data, {now.store_part: store(entries, now.order)})


_CONTROL = re.compile(rb'(<w:tag w:val="fact:[^"]*"/>(?:(?!<w:sdt>).)*?<w:sdtContent>)(?:(?!<w:sdt>).)*?(</w:sdtContent>)', re.DOTALL)  # fmt: skip


def around(document: bytes) -> bytes:
    """Return a document part without what stands in the controls of facts, and without what says that one is a gap."""
    return re.sub(rb"<w:dataBinding [^>]*>", b"", _CONTROL.sub(rb"\1\2", document)).replace(b"<w:showingPlcHdr/>", b"")


def assert_spared(before: bytes, after: bytes) -> None:
    """Assert that nothing but what stands in controls, and the store, differs between two states of a .docx."""
    one, other = opened(before), opened(after)
    old, new = parts_of(before), parts_of(after)
    added = [name for name in new if name not in old]
    assert list(new) == [*old, *added]
    assert all(name.startswith("customXml/") for name in added), added
    ours = {one.document_part, one.store_part, GLOSSARY}
    if other.missing == {} != one.missing:
        ours |= one.missing.keys()
    changed = {name for name in old if old[name] != new[name]}
    if is_untouched(before):
        # A document that nobody touched is sealed anew.
        assert is_untouched(after)
        ours.add(CUSTOM)
    assert changed <= ours, changed
    assert _RECORD.sub(rb"\1", old[GLOSSARY]) == _RECORD.sub(rb"\1", new[GLOSSARY])
    assert around(old[one.document_part]) == around(new[one.document_part])
    assert one.order == other.order
    assert list(one.stored) == list(other.stored)


_RECORD = re.compile(rb'(name w:val="speechdraft-record".*?<w:t(?: [^>]*)?>)[^<]*')
