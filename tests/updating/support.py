"""A speech whose outline changes while people edit its draft, and the ways in which they do."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from speechdraft.compose import compose
from speechdraft.ledger import ledger
from speechdraft.remarks import with_remarks
from speechdraft.renewing import Renewed, renewed
from speechdraft.returned_facts import Step
from speechdraft.speech import Speech
from speechdraft.word.layouts import GBT9704
from speechdraft.word.marks import Mark
from speechdraft.word.package import pack, repacked
from speechdraft.word.parts import add_part
from speechdraft.word.returned import open_docx, text_in
from speechdraft.word.updating import Fate
from speechdraft.word.writer import to_docx
from tests.building import speech_of
from tests.keeping.support import Typist, element, parts_of, run, w

FRONT = {
    "title": "在{{ 会议名称 }}上的讲话",
    "speaker": "{{ 讲话人 }}",
    "date": "{{ 会议日期 }}",
    "salutation": "同志们：",
}
DICTIONARY: dict[str, Any] = {
    "会议名称": {},
    "会议日期": {"type": "date"},
    "讲话人": {"type": "person"},
    "地区": {"ask": "办公室"},
    "人数": {"type": "number", "unit": "名", "ask": "干部一科", "example": "128"},
    "投资": {"type": "number", "unit": "亿元"},
    "回顾": {"type": "long-text"},
    "成绩": {"type": "list", "fields": {"标题": {}, "做法": {}}},
}
FACTS: dict[str, Any] = {
    "会议名称": "全市组织部长会议",
    "讲话人": "部长 陈立",
    "会议日期": "2026-02-10",
    "地区": "清河市",
    "投资": "912",
    "回顾": "这一年不容易。\n这一年不寻常。",
    "成绩": [
        {"标题": "强基固本", "做法": "阵地一处一处建好"},
        {"标题": "选贤任能", "做法": "干部一个一个看准"},
    ],
}
OPENING = {"text": "今天，{{ 地区 }}召开会议，讲{{ parts | cn }}点意见。"}
RESULTS = {
    "heading": "看清成绩",
    "template": "lead",
    "sections": [{"each": "成绩", "heading": "{{ item.标题 }}", "run_in": True, "template": "item"}],
}
WORK = {"heading": "抓好落实", "template": "work"}
TEAM = {"heading": "带好队伍", "template": "team"}
CLOSING = {"text": "同志们，让我们一起干！"}
SECTIONS: list[dict[str, Any]] = [OPENING, RESULTS, WORK, TEAM, CLOSING]
TEMPLATES = {
    "lead": "一年来，成绩来之不易。\n{{ 回顾 }}",
    "item": "{{ item.做法 }}，群众看在眼里。",
    "work": "要抓紧，选派{{ 人数 }}到村，投资{{ 投资 }}，**不许松劲**。\n要抓实，{{ 人数 }}一个不少。",
    "team": "要带好队伍，{{ 地区 }}要先行。",
    "other": "要换一种讲法，{{ 地区 }}从头说起。",
}


def speech_with(
    sections: Sequence[Mapping[str, Any]] | None = None,
    *,
    facts: Mapping[str, Any] | None = None,
    templates: Mapping[str, str] | None = None,
    **more: Any,
) -> Speech:
    """Return the speech, or one that has something else in it."""
    outline = {"speech": FRONT, "numbering": ["一、", "（一）"]} | more
    return speech_of(
        list(sections or SECTIONS),
        dictionary=DICTIONARY,
        facts={name: value for name, value in (FACTS | dict(facts or {})).items() if value is not None},
        templates=TEMPLATES | dict(templates or {}),
        **outline,
    )


def written(speech: Speech) -> bytes:
    """Return the speech's draft as a .docx, as ``draft`` writes it."""
    return to_docx(with_remarks(compose(speech).draft, ledger(speech)), GBT9704)


def update(data: bytes, speech: Speech) -> Renewed:
    """Return a draft brought up to a speech; assert that nothing in it is broken, and that doing it twice is once."""
    done = renewed(data, speech, "draft.docx")
    assert_sound(done.data)
    again = renewed(done.data, speech, "draft.docx")
    if any("[" in one.path or one.step is Step.CONFLICT for one in done.outcomes):
        # What was typed into an item of a list that stands elsewhere now, or into a text that has other paragraphs,
        # may be clear from now on.
        once, again = again, renewed(again.data, speech, "draft.docx")
    else:
        once = done
    assert paragraphs(again.data) == paragraphs(once.data)
    assert comments(again.data) == comments(once.data)
    assert again.data == once.data
    return done


def canonical(data: bytes) -> dict[str, bytes]:
    """Return the parts of a document, those of XML so that the same trees have the same bytes."""
    return {
        name: etree.tostring(etree.fromstring(part), method="c14n") if name.endswith((".xml", ".rels")) else part
        for name, part in parts_of(data).items()
    }


def fates(done: Renewed) -> list[tuple[str, str]]:
    """Return what became of each paragraph that did not just stay, with its beginning."""
    return [
        (paragraph.fate.value, paragraph.text[:8]) for paragraph in done.paragraphs if paragraph.fate != Fate.UNCHANGED
    ]


def paragraphs(data: bytes) -> list[str]:
    """Return the text of each paragraph of a document that is not empty."""
    root = open_docx(data, "draft.docx").document
    return [text for paragraph in root.iter(w("p")) if (text := text_in(paragraph))]


def comments(data: bytes) -> list[tuple[str, str]]:
    """Return author and text of each comment, in the order of the text."""
    part = parts_of(data).get("word/comments.xml")
    found = {} if part is None else {str(one.get(w("id"))): one for one in etree.fromstring(part)}
    references = open_docx(data, "draft.docx").document.iter(w("commentReference"))
    order = [found.pop(str(one.get(w("id")))) for one in references]
    return [(str(one.get(w("author"))), "/".join(map(text_in, one.iter(w("p"))))) for one in (*order, *found.values())]


def anchors(data: bytes) -> dict[str, str]:
    """Return the text that each comment is about, by the comment's text."""
    root = open_docx(data, "draft.docx").document
    part = parts_of(data).get("word/comments.xml")
    texts = {} if part is None else {one.get(w("id")): text_in(one) for one in etree.fromstring(part)}
    found: dict[str, str] = {}
    within: list[str] = []
    for one in root.iter():
        name = etree.QName(one).localname
        if name == "commentRangeStart":
            within.append(texts[one.get(w("id"))])
            found.setdefault(within[-1], "")
        elif name == "commentRangeEnd":
            within.remove(texts[one.get(w("id"))])
        elif name == "t":
            for text in within:
                found[text] += one.text or ""
    return found


def words_typed(data: bytes) -> str:
    """Return all that stands in a document's text, tracked deletions too, and in its comments and footnotes."""
    found = ""
    for name, part in parts_of(data).items():
        if name in {"word/document.xml", "word/comments.xml", "word/footnotes.xml"}:
            found += "".join(one.text or "" for one in etree.fromstring(part).iter(w("t"), w("delText"))) + "\n"
    return found


def assert_sound(data: bytes) -> None:
    """Assert what every document has to hold, whatever was done to it."""
    parts = parts_of(data)
    returned = open_docx(data, "draft.docx")
    root = returned.document
    starts = [str(one.get(w("id"))) for one in root.iter(w("bookmarkStart"))]
    assert_each_once(starts)
    assert sorted(starts) == sorted(str(one.get(w("id"))) for one in root.iter(w("bookmarkEnd")))
    assert_each_once([str(one.get(w("name"))) for one in root.iter(w("bookmarkStart"))])
    assert_each_once([str(one.get(w("val"))) for one in root.iter(w("id"))])
    numbers = [str(one.get(w("id"))) for one in root.iter(w("commentReference"))]
    assert_each_once(numbers)
    for anchor in ("commentRangeStart", "commentRangeEnd"):
        assert sorted(str(one.get(w("id"))) for one in root.iter(w(anchor))) == sorted(numbers)
    part = parts.get("word/comments.xml")
    told = [] if part is None else [str(one.get(w("id"))) for one in etree.fromstring(part)]
    assert_each_once(told)
    assert set(numbers) <= set(told)
    assert part is None or told
    for cell in root.iter(w("tc"), w("txbxContent")):
        assert cell[-1].tag == w("p")
    body = root[0]
    assert [one.tag for one in body].index(w("sectPr")) == len(body) - 1
    styles = {one.get(w("styleId")) for one in etree.fromstring(parts["word/styles.xml"]).iter(w("style"))}
    assert {one.get(w("val")) for one in root.iter(w("pStyle"), w("rStyle"))} <= styles
    for key, mentions in returned.mentions.items():
        said = {"" if mention.is_empty else mention.text.replace("\n", "") for mention in mentions}
        stored = returned.stored[key]
        # A program that goes by the store would at most fill a gap: no value goes.
        if stored.value is not None and said:
            assert said - {""} <= {stored.value.replace("\n", "")}, key
            assert not stored.value or not stored.written or "" not in said, key


def assert_each_once(names: Sequence[str]) -> None:
    """Assert that no name is there twice."""
    assert [name for name, count in Counter(names).items() if count > 1] == []


class Editor(Typist):
    """Somebody who edits the paragraphs of a draft as Word does it."""

    def paragraph(self, beginning: str) -> etree._Element:
        """Return the paragraph in which a text stands."""
        return next(paragraph for paragraph in self.paragraphs() if beginning in text_in(paragraph))

    def type_in(self, paragraph: etree._Element, place: int, text: str, properties: str = "") -> None:
        """Type a text behind so many characters of a paragraph that are in no control."""
        self.insert(paragraph, place, run(text, properties))

    def insert(self, paragraph: etree._Element, place: int, *inner: etree._Element) -> None:
        """Put elements behind so many characters of a paragraph that are in no control."""
        before = self._cut(paragraph, place)
        for one in reversed(inner):
            before.addnext(one)

    def _cut(self, paragraph: etree._Element, place: int) -> etree._Element:
        """Part a run; return what stands before the cut, which is a child of the paragraph."""
        last: etree._Element | None = paragraph.find(w("pPr"))
        for one in list(paragraph):
            if one.tag == w("r") and (said := one.find(w("t"))) is not None:
                text = said.text or ""
                if place < len(text):
                    return self._halved(one, place)
                place -= len(text)
            last = one
        if last is None:
            last = element("<w:pPr/>")
            paragraph.insert(0, last)
        return last

    @staticmethod
    def _halved(whole: etree._Element, place: int) -> etree._Element:
        after = copy.deepcopy(whole)
        for half, words in ((whole, slice(0, place)), (after, slice(place, None))):
            said = half.find(w("t"))
            assert said is not None
            said.text = (said.text or "")[words]
            said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        whole.addnext(after)
        return whole

    def split(self, paragraph: etree._Element, place: int) -> etree._Element:
        """Part a paragraph in two, as the return key does it; return the second."""
        before = self._cut(paragraph, place)
        second = element("<w:p/>")
        properties = paragraph.find(w("pPr"))
        if properties is not None:
            second.append(copy.deepcopy(properties))
        for one in list(before.itersiblings()):
            second.append(one)
        paragraph.addnext(second)
        return second

    def join(self, paragraph: etree._Element) -> None:
        """Join a paragraph with the next one, as the delete key does it at its end."""
        following = next(paragraph.itersiblings(w("p")))
        for one in list(following):
            if one.tag != w("pPr"):
                paragraph.append(one)
        following.getparent().remove(following)  # type: ignore[union-attr]

    def delete(self, paragraph: etree._Element) -> None:
        """Delete a whole paragraph, comments in it too."""
        numbers = {one.get(w("id")) for one in paragraph.iter(w("commentReference"))}
        self._forget(numbers)
        for one in list(self.root.iter(w("commentRangeStart"), w("commentRangeEnd"))):
            if one.get(w("id")) in numbers:
                one.getparent().remove(one)  # type: ignore[union-attr]
        for kind in ("bookmark", "commentRange"):
            marks = list(paragraph.iter(w(f"{kind}Start"), w(f"{kind}End")))
            for mark in marks:
                if sum(other.get(w("id")) == mark.get(w("id")) for other in marks) == 1:
                    self._leave(mark, paragraph)
        paragraph.getparent().remove(paragraph)  # type: ignore[union-attr]

    @staticmethod
    def _leave(mark: etree._Element, paragraph: etree._Element) -> None:
        """Put one end of a mark, whose other is in another paragraph, where what is left of it is."""
        begins = mark.tag in {w("bookmarkStart"), w("commentRangeStart")}
        near = next(paragraph.itersiblings(w("p"), preceding=not begins))
        if begins:
            near.insert(1 if near.find(w("pPr")) is not None else 0, mark)
        else:
            near.append(mark)

    def _forget(self, numbers: set[str | None]) -> None:
        part = parts_of(self.data).get("word/comments.xml")
        if part is None or not numbers:
            return
        root = etree.fromstring(part)
        for one in list(root):
            if one.get(w("id")) in numbers:
                root.remove(one)
        self.data = repacked(self.data, {"word/comments.xml": etree.tostring(root)})

    def move(self, paragraph: etree._Element, behind: etree._Element) -> None:
        """Cut a paragraph out and put it behind another."""
        behind.addnext(paragraph)

    def add(self, text: str, behind: etree._Element) -> etree._Element:
        """Write a paragraph behind another; return it."""
        made = element('<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr></w:p>')
        made.append(run(text))
        behind.addnext(made)
        return made

    def restyle(self, paragraph: etree._Element, style: str) -> None:
        """Give a paragraph another style."""
        found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        assert found is not None
        found.set(w("val"), style)

    def track(self, paragraph: etree._Element, place: int, text: str) -> None:
        """Type with changes tracked."""
        made = element('<w:ins w:id="9001" w:author="王" w:date="2026-01-05T00:00:00Z"/>')
        made.append(run(text))
        self.insert(paragraph, place, made)

    def strike(self, paragraph: etree._Element, place: int, length: int) -> None:
        """Delete with changes tracked, within one run."""
        before = self._cut(paragraph, place)
        whole = before.getnext()
        if whole is None or whole.find(w("t")) is None:
            return  # a control begins there
        self._halved(whole, length)
        made = element('<w:del w:id="9002" w:author="王" w:date="2026-01-05T00:00:00Z"/>')
        whole.addprevious(made)
        said = whole.find(w("t"))
        assert said is not None
        said.tag = w("delText")
        made.append(whole)

    def comment(self, paragraph: etree._Element, text: str, author: str = "王") -> None:
        """Comment on a paragraph."""
        parts = dict(parts_of(self.data))
        if "word/comments.xml" in parts:
            root = etree.fromstring(parts["word/comments.xml"])
        else:
            root = element("<w:comments/>")
            kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
            relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
            add_part(parts, "word/comments.xml", kind, relation, "word/document.xml")
        number = str(max([-1, *(int(str(one.get(w("id")))) for one in root)]) + 1)
        made = element(f'<w:comment w:id="{number}" w:author="{author}" w:initials="W"><w:p/></w:comment>')
        made[0].append(run(text))
        root.append(made)
        parts["word/comments.xml"] = etree.tostring(root)
        self.data = pack(parts)
        first = 1 if paragraph.find(w("pPr")) is not None else 0
        paragraph.insert(first, element(f'<w:commentRangeStart w:id="{number}"/>'))
        paragraph.append(element(f'<w:commentRangeEnd w:id="{number}"/>'))
        paragraph.append(element(f'<w:r><w:commentReference w:id="{number}"/></w:r>'))

    def _comments(self) -> etree._Element:
        return etree.fromstring(parts_of(self.data)["word/comments.xml"])

    def uncomment(self, text: str) -> None:
        """Delete the comments that say something."""
        numbers = {one.get(w("id")) for one in self._comments() if text in text_in(one)}
        self._forget(numbers)
        for one in list(self.root.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))):
            if one.get(w("id")) in numbers:
                above = one.getparent()
                assert above is not None
                if one.tag == w("commentReference"):
                    above.getparent().remove(above)  # type: ignore[union-attr]
                else:
                    above.remove(one)

    def comment_further(self, text: str, more: str) -> None:
        """Write a paragraph more into a comment."""
        root = self._comments()
        for one in root:
            if text in text_in(one):
                one.append(element("<w:p/>"))
                one[-1].append(run(more))
        self.data = repacked(self.data, {"word/comments.xml": etree.tostring(root)})

    def split_run(self, paragraph: etree._Element, place: int) -> None:
        """Part a run in two that say the same."""
        self._cut(paragraph, place)

    def marks(self) -> Iterator[etree._Element]:
        """Return the bookmarks of ours."""
        return (one for one in self.root.iter(w("bookmarkStart")) if Mark.read(str(one.get(w("name")))) is not None)
