"""Hands that edit a draft: each edit changes the XML as Word changes it, at a place that chance gives."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from lxml import etree

from speechdraft.word.controls import split_key
from speechdraft.word.package import repacked
from tests.keeping.support import Typist, element, parts_of, run, w

COMMENTS = "word/comments.xml"
_STYLES = ("BodyText", "Heading1", "Heading2", "Heading3", "Salutation")


class Hand(Typist):
    """Somebody who edits a document in Word without knowing what a content control is."""

    def __init__(self, data: bytes, chance: random.Random, number: int) -> None:
        """Open a .docx; ``number`` makes what is written unlike anything else."""
        super().__init__(data)
        self.chance = chance
        self.number = number
        self.parts: dict[str, bytes] = {}

    def saved(self, **parts: bytes) -> bytes:
        return repacked(super().saved(**parts), self.parts)

    # Where.

    def some_paragraph(self) -> etree._Element:
        return self.chance.choice([one for one in self.paragraphs() if one.getparent() is self.body])

    def some_run(self) -> etree._Element | None:
        """Return a run of prose, outside controls."""
        runs = [
            one
            for one in self.body.iter(w("r"))
            if len(one.findall(w("t"))) == 1
            and not any(above.tag in {w("sdt"), w("del"), w("ins")} for above in one.iterancestors())
            and one.findtext(w("t"))
        ]
        return self.chance.choice(runs) if runs else None

    def some_control(self) -> etree._Element | None:
        controls = [
            one for one in self.body.iter(w("sdt")) if str(self.tag_of(one)).startswith("fact:") and one.find(w("sdtContent")) is not None
        ]  # fmt: skip
        return self.chance.choice(controls) if controls else None

    def tag_of(self, control: etree._Element) -> str:
        tag = control.find(f"{w('sdtPr')}/{w('tag')}")
        return "" if tag is None else str(tag.get(w("val")))

    def cut(self, one: etree._Element) -> etree._Element:
        """Return the second half of a run that is cut in two, as Word cuts one to put something between."""
        text = one.find(w("t"))
        assert text is not None
        said = text.text or ""
        place = self.chance.randint(0, len(said))
        other = copy.deepcopy(one)
        text.text, other.find(w("t")).text = said[:place], said[place:]  # type: ignore[union-attr]
        for half in (text, other.find(w("t"))):
            half.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")  # type: ignore[union-attr]
        one.addnext(other)
        return other

    def words(self) -> str:
        return f"手写{self.number}，一件一件抓落实。"

    # What: prose.

    def insert_text(self) -> None:
        one = self.some_run()
        if one is not None:
            self.cut(one).addprevious(run(self.words()))

    def insert_tracked(self) -> None:
        one = self.some_run()
        if one is not None:
            new = element(f"<w:ins w:id='{5000 + self.number}' w:author='张三' w:date='2026-01-05T08:30:00Z'/>")
            new.append(run(self.words()))
            self.cut(one).addprevious(new)

    def delete_tracked(self) -> None:
        one = self.some_run()
        if one is None:
            return
        gone = element(f"<w:del w:id='{5000 + self.number}' w:author='张三' w:date='2026-01-05T08:30:00Z'/>")
        one.addprevious(gone)
        gone.append(one)
        for text in one.findall(w("t")):
            text.tag = w("delText")

    def delete_text(self) -> None:
        one = self.some_run()
        if one is not None:
            half = self.cut(one)
            half.getparent().remove(half)  # type: ignore[union-attr]

    def bold(self) -> None:
        one = self.some_run()
        if one is not None:
            half = self.cut(one)
            look = half.find(w("rPr"))
            if look is None:
                half.insert(0, element("<w:rPr><w:b/></w:rPr>"))
            else:
                look.append(element("<w:b/>"))

    # Paragraphs.

    def split(self) -> None:
        paragraph = self.some_paragraph()
        inner = [child for child in paragraph if child.tag != w("pPr")]
        if not inner:
            return
        at = self.chance.choice(inner)
        if at.tag == w("r") and len(at.findall(w("t"))) == 1:
            at = self.cut(at)
        new = element("<w:p/>")
        properties = paragraph.find(w("pPr"))
        if properties is not None:
            new.append(copy.deepcopy(properties))
        for child in [at, *at.itersiblings()]:
            new.append(child)
        paragraph.addnext(new)

    def join(self) -> None:
        paragraph = self.some_paragraph()
        following = paragraph.getnext()
        if following is None or following.tag != w("p"):
            return
        for child in list(following):
            if child.tag != w("pPr"):
                paragraph.append(child)
        self.body.remove(following)

    def move(self) -> None:
        paragraph, target = self.some_paragraph(), self.some_paragraph()
        if paragraph is not target:
            target.addprevious(paragraph)

    def delete(self) -> None:
        if len(list(self.paragraphs())) > 12:
            self.body.remove(self.some_paragraph())

    def copy_paragraph(self) -> None:
        paragraph = self.some_paragraph()
        twin = copy.deepcopy(paragraph)
        for mark in list(twin.iter(w("bookmarkStart"), w("bookmarkEnd"), w("commentRangeStart"), w("commentRangeEnd"))):
            mark.getparent().remove(mark)  # type: ignore[union-attr]
        for reference in list(twin.iter(w("commentReference"))):
            owner = reference.getparent()
            assert owner is not None
            owner.getparent().remove(owner)  # type: ignore[union-attr]
        for count, identifier in enumerate(twin.iter(w("id"))):
            identifier.set(w("val"), str(100_000 + 1000 * self.number + count))
        self.some_paragraph().addnext(twin)

    def restyle(self) -> None:
        paragraph = self.some_paragraph()
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        if style is not None:
            style.set(w("val"), self.chance.choice(_STYLES))

    def put_into_table(self) -> None:
        paragraph = self.some_paragraph()
        table = element(
            "<w:tbl><w:tblPr><w:tblW w:w='0' w:type='auto'/></w:tblPr><w:tblGrid><w:gridCol w:w='8000'/></w:tblGrid>"
            "<w:tr><w:tc><w:tcPr><w:tcW w:w='8000' w:type='dxa'/></w:tcPr></w:tc></w:tr></w:tbl>"
        )
        paragraph.addprevious(table)
        next(table.iter(w("tc"))).append(paragraph)

    def put_into_control(self) -> None:
        """Put a control of one's own around a paragraph."""
        paragraph = self.some_paragraph()
        around = element("<w:sdt><w:sdtPr><w:alias w:val='我的'/></w:sdtPr><w:sdtContent/></w:sdt>")
        paragraph.addprevious(around)
        around[-1].append(paragraph)

    # Comments.

    def comment(self) -> None:
        """Comment on some words, or on a fact."""
        target = self.some_run() if self.chance.random() < 0.4 else self.some_control()
        if target is None or COMMENTS not in parts_of(self.data):
            return
        if target.tag == w("sdt") and self.chance.random() < 0.5:
            within = [one for one in target.iter(w("r")) if one.find(w("t")) is not None]
            if within:
                target = within[0]  # Word puts the anchors into the control where the words are marked in it
        number = str(7000 + self.number)
        target.addprevious(element(f"<w:commentRangeStart w:id='{number}'/>"))
        reference = element(f"<w:r><w:commentReference w:id='{number}'/></w:r>")
        target.addnext(reference)
        target.addnext(element(f"<w:commentRangeEnd w:id='{number}'/>"))
        root = etree.fromstring(parts_of(self.data)[COMMENTS])
        made = etree.SubElement(root, w("comment"), {w("id"): number, w("author"): "张三", w("initials"): "张"})
        paragraph = etree.SubElement(made, w("p"))
        paragraph.append(run(f"批注{self.number}：请核实。"))
        self.parts[COMMENTS] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    # Controls.

    def unwrap_control(self) -> None:
        control = self.some_control()
        if control is not None:
            for child in list(control.find(w("sdtContent"))):  # type: ignore[arg-type]
                control.addprevious(child)
            control.getparent().remove(control)  # type: ignore[union-attr]

    def delete_control(self) -> None:
        control = self.some_control()
        if control is not None:
            control.getparent().remove(control)  # type: ignore[union-attr]

    def empty_control(self) -> None:
        control = self.some_control()
        if control is not None:
            content = control.find(w("sdtContent"))
            for child in list(content):  # type: ignore[arg-type]
                content.remove(child)  # type: ignore[union-attr]

    def move_control(self) -> None:
        control = self.some_control()
        if control is not None:
            self.some_paragraph().append(control)

    def copy_control(self) -> None:
        control = self.some_control()
        if control is not None:
            twin = copy.deepcopy(control)
            for identifier in twin.iter(w("id")):
                identifier.set(w("val"), str(400_000 + self.number))
            for mark in list(twin.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))):
                mark.getparent().remove(mark)  # type: ignore[union-attr]
            self.some_paragraph().append(twin)

    def format_value(self) -> None:
        control = self.some_control()
        runs = [] if control is None else [one for one in control.iter(w("r")) if len(one.findall(w("t"))) == 1]
        if runs and not any(above.tag in {w("ins"), w("del")} for above in runs[0].iterancestors()):
            half = self.cut(runs[0])
            look = half.find(w("rPr"))
            if look is None:
                half.insert(0, element("<w:rPr><w:u w:val='single'/></w:rPr>"))
            else:
                look.append(element("<w:u w:val='single'/>"))

    def type_value(self) -> None:
        """Type into all mentions of an entry, as Word mirrors it, or into one."""
        keys = [key for key in self.returned.stored if self.controls(key)]
        key = self.chance.choice(keys)
        text = self.value_for(key)
        if self.chance.random() < 0.5:
            self.type(key, text)
        else:
            self.type(key, text, self.chance.randrange(len(self.controls(key))))

    def type_tracked(self) -> None:
        """Replace a value while changes are tracked."""
        control = self.some_control()
        if control is None:
            return
        content = control.find(w("sdtContent"))
        assert content is not None
        gone = element(f"<w:del w:id='{8000 + self.number}' w:author='张三'/>")
        for child in list(content):
            if child.tag == w("r") and child.find(w("t")) is not None:
                gone.append(child)
                for text in child.findall(w("t")):
                    text.tag = w("delText")
        content.append(gone)
        new = element(f"<w:ins w:id='{9000 + self.number}' w:author='张三'/>")
        key = next((one for one in self.returned.stored if control in self.controls(one)), "")
        new.append(run(self.value_for(key)))
        content.append(new)

    def type_beside_gap(self) -> None:
        control = self.some_control()
        content = None if control is None else control.find(w("sdtContent"))
        if content is not None and "【待补" in "".join(content.itertext()):
            content.append(run(str(self.number)))

    def value_for(self, key: str) -> str:
        """Return a value that an entry may have, or at times one that it may not."""
        path, _form = split_key(key)
        number = self.number
        if self.chance.random() < 0.1:
            return "说不清"
        special = {
            "会议日期": f"2026年{number % 12 + 1}月{number % 28 + 1}日",
            "讲话人": f"市委常委 王{'一二三四五六七八九'[number % 9]}明",
            "占比": f"{number % 100}.5%",
            "投资": f"{number + 1}亿元",
            "年度": str(2000 + number),
            "层级": "省市县"[number % 3],
        }
        if path in special:
            return special[path]
        if path.endswith(("人数", "上年", "增加", "数量")):
            return str(1000 + number)
        return f"新的说法{number}"


EDITS: tuple[Callable[[Hand], None], ...] = (
    Hand.insert_text, Hand.insert_text, Hand.insert_tracked, Hand.delete_tracked, Hand.delete_text, Hand.bold,
    Hand.split, Hand.split, Hand.join, Hand.join, Hand.move, Hand.move, Hand.delete, Hand.copy_paragraph, Hand.restyle,
    Hand.restyle, Hand.put_into_table, Hand.put_into_control, Hand.comment, Hand.comment, Hand.unwrap_control,
    Hand.delete_control, Hand.empty_control, Hand.move_control, Hand.copy_control, Hand.format_value, Hand.type_value,
    Hand.type_value, Hand.type_value, Hand.type_tracked, Hand.type_beside_gap,
)  # fmt: skip
