"""New texts into controls: what is replaced, what stays byte for byte, and what is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from speechdraft.word.markup import W, escape
from speechdraft.word.patching import Filling, patched
from speechdraft.word.returned import text_in
from tests.keeping.support import w

HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}"><w:body>'
TAIL = "</w:body></w:document>"


def document(body: str) -> bytes:
    return f"{HEAD}{body}{TAIL}".encode()


def control(content: str, properties: str = "") -> str:
    return (
        f'<w:sdt><w:sdtPr><w:tag w:val="fact:甲"/>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
    )


def inline(content: str, properties: str = "") -> bytes:
    return document(f"<w:p><w:r><w:t>前</w:t></w:r>{control(content, properties)}<w:r><w:t>后</w:t></w:r></w:p>")


def put(data: bytes, text: str = "新", *, was_gap: bool = False) -> str:
    """Return what stands in the body after a new text was put into the only control, or an empty text if it was left."""
    done = patched(data, {0: Filling(text=text, was_gap=was_gap)})
    if done.left:
        assert done.data == data
        return ""
    etree.fromstring(done.data)
    return done.data.decode().removeprefix(HEAD).removesuffix(TAIL)


def test_the_first_run_is_replaced_and_keeps_its_look() -> None:
    content = '<w:r w:rsidR="00A1"><w:rPr><w:b/></w:rPr><w:t>旧</w:t></w:r><w:r><w:t>的</w:t></w:r>'
    assert put(inline(content)) == (
        "<w:p><w:r><w:t>前</w:t></w:r>"
        + control('<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">新</w:t></w:r>')
        + "<w:r><w:t>后</w:t></w:r></w:p>"
    )


def test_the_look_is_that_of_the_first_words_not_of_an_empty_run_before_them() -> None:
    empty = "<w:r><w:rPr></w:rPr></w:r>"
    bold = "<w:rPr><w:b/></w:rPr>"
    done = put(inline(f"{empty}<w:r>{bold}<w:t>旧</w:t></w:r>"))
    assert control(f'{empty}<w:r>{bold}<w:t xml:space="preserve">新</w:t></w:r>') in done


def test_line_feeds_and_tabs_become_what_word_has_for_them() -> None:
    done = put(inline("<w:r><w:t>旧</w:t></w:r>"), "一\n\n二\t三")
    assert (
        '<w:r><w:t xml:space="preserve">一</w:t><w:br/><w:br/><w:t xml:space="preserve">二</w:t><w:tab/>'
        '<w:t xml:space="preserve">三</w:t></w:r>'
    ) in done


def test_a_gap_loses_its_shading_and_that_it_is_one() -> None:
    shaded = '<w:rPr><w:shd w:val="clear" w:fill="FFFF00"/><w:i/></w:rPr>'
    data = inline(f"<w:r>{shaded}<w:t>【待补：甲】</w:t></w:r>", "<w:showingPlcHdr/><w:text/>")
    assert put(data, was_gap=True) == put(inline("<w:r><w:rPr><w:i/></w:rPr><w:t>旧</w:t></w:r>", "<w:text/>"))
    # What somebody shaded that was no gap stays shaded.
    assert shaded in put(inline(f"<w:r>{shaded}<w:t>旧</w:t></w:r>"))


@pytest.mark.parametrize(
    "shading",
    ['<w:shd w:fill="FFFF00"></w:shd>', "<w:shd\n w:fill='FFFF00' ></w:shd >"],
)
def test_shading_is_found_however_it_is_written(shading: str) -> None:
    assert "shd" not in put(inline(f"<w:r><w:rPr>{shading}</w:rPr><w:t>旧</w:t></w:r>"), was_gap=True)


def test_comments_bookmarks_and_spelling_marks_in_a_control_stay() -> None:
    reference = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="7"/></w:r>'
    content = (
        '<w:bookmarkStart w:id="1" w:name="签"/><w:commentRangeStart w:id="7"/><w:proofErr w:type="spellStart"/>'
        "<w:r><w:t>旧</w:t></w:r><w:proofErr w:type='spellEnd'/><w:r><w:t>的</w:t></w:r>"
        f'<w:commentRangeEnd w:id="7"/>{reference}<w:bookmarkEnd w:id="1"/>'
    )
    expected = content.replace("<w:r><w:t>旧</w:t></w:r>", '<w:r><w:t xml:space="preserve">新</w:t></w:r>')
    assert control(expected.replace("<w:r><w:t>的</w:t></w:r>", "")) in put(inline(content))


@pytest.mark.parametrize(
    "content",
    [
        "<w:ins w:id='1' w:author='张'><w:r><w:t>旧</w:t></w:r></w:ins>",
        "<w:r><w:t>旧</w:t></w:r><w:del w:id='1' w:author='张'><w:r><w:delText>的</w:delText></w:r></w:del>",
        "<w:moveTo w:id='1' w:author='张'><w:r><w:t>旧</w:t></w:r></w:moveTo>",
        "<w:r><w:rPr><w:rPrChange w:id='1' w:author='张'><w:rPr/></w:rPrChange></w:rPr><w:t>旧</w:t></w:r>",
        "<w:r><w:t>旧</w:t></w:r>" + control("<w:r><w:t>的</w:t></w:r>"),
        "<w:hyperlink><w:r><w:t>旧</w:t></w:r></w:hyperlink>",
        "<w:fldSimple w:instr='DATE'><w:r><w:t>旧</w:t></w:r></w:fldSimple>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:t>旧</w:t></w:r>",
        "<w:r><w:t>旧</w:t></w:r><w:r><w:drawing/></w:r>",
        "<w:r><w:t>旧</w:t><w:br w:type='page'/></w:r>",
        "<w:r><w:ruby><w:rubyBase><w:r><w:t>旧</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        "<w:r><w:t>旧</w:t><w:commentReference w:id='1'/></w:r>",
        "<m:oMath xmlns:m='urn:m'/>",
    ],
    ids=["inserted", "deleted", "moved", "format-changed", "nested", "link", "field", "complex-field", "picture", "page-break", "ruby", "mixed", "foreign"],
)  # fmt: skip
def test_what_is_more_than_text_is_left_alone(content: str) -> None:
    assert put(inline(content)) == ""


def test_a_tracked_change_around_a_control_is_none_within() -> None:
    data = document(f"<w:p><w:ins w:id='1' w:author='张'>{control('<w:r><w:t>旧</w:t></w:r>')}</w:ins></w:p>")
    assert "新" in put(data)


@pytest.mark.parametrize("empty", ["<w:sdtContent/>", "<w:sdtContent />", "<w:sdtContent></w:sdtContent>"])
def test_an_empty_control_gets_a_run(empty: str) -> None:
    whole = control("").replace("<w:sdtContent></w:sdtContent>", empty)
    done = put(document(f"<w:p>{whole}</w:p>"))
    assert re.search(r'<w:sdtContent ?><w:r><w:t xml:space="preserve">新</w:t></w:r></w:sdtContent></w:sdt>', done)


def test_a_control_around_a_whole_paragraph_keeps_the_paragraph() -> None:
    properties = '<w:pPr><w:pStyle w:val="BodyText"/><w:rPr><w:b/></w:rPr></w:pPr>'
    said = '<w:r><w:t xml:space="preserve">新</w:t></w:r>'
    for before, after in (
        (f"<w:p>{properties}<w:r><w:t>旧</w:t></w:r></w:p>", f"<w:p>{properties}{said}</w:p>"),
        (f"<w:p>{properties}</w:p>", f"<w:p>{properties}{said}</w:p>"),
        ("<w:p><w:pPr/></w:p>", f"<w:p><w:pPr/>{said}</w:p>"),
        ("<w:p></w:p>", f"<w:p>{said}</w:p>"),
    ):
        assert put(document(control(before))) == control(after)


@pytest.mark.parametrize(
    "content",
    ["<w:p><w:r><w:t>旧</w:t></w:r></w:p><w:p/>", "<w:p/>", "<w:tc><w:p><w:r><w:t>旧</w:t></w:r></w:p></w:tc>"],
)
def test_several_paragraphs_and_cells_are_left_alone(content: str) -> None:
    assert put(document(control(content))) == ""


def test_controls_are_counted_as_they_begin_and_inner_ones_are_found() -> None:
    inner = control("<w:r><w:t>内</w:t></w:r>")
    data = document(control(f"<w:p>{inner}{inner}</w:p>") + f"<w:p>{inner}</w:p>")
    done = patched(data, {index: Filling(text=f"新{index}") for index in range(4)})
    assert done.left == {0}
    assert re.findall("新.|内", done.data.decode()) == ["新1", "新2", "新3"]


@pytest.mark.parametrize(
    ("head", "prefix"),
    [
        (f'<?xml version="1.0"?><x:document xmlns:x="{W}"><x:body>', "x:"),
        (f'<document xmlns="{W}" xmlns:w="{W}"><body>', ""),
        (f'\ufeff<?xml version="1.0" encoding="UTF-8"?><w.1:document xmlns:w.1="{W}"><w.1:body>', "w.1:"),
    ],
    ids=["another", "none", "bom"],
)
def test_the_document_s_own_prefix_is_used(head: str, prefix: str) -> None:
    body = f"<p>{control('<w:r><w:rPr><w:b/></w:rPr><w:t>旧</w:t></w:r>')}</p></body></document>"
    body = re.sub(r"<(/?)(?:w:)?(?=\w)", rf"<\1{prefix}", body)
    data = (head + (body.replace("w:val", f"{prefix}val") if prefix else body)).encode()
    done = patched(data, {0: Filling(text="新")})
    text = (
        f'<{prefix}r><{prefix}rPr><{prefix}b/></{prefix}rPr><{prefix}t xml:space="preserve">新</{prefix}t></{prefix}r>'
    )
    assert done.data == data.replace(f"<{prefix}r><{prefix}rPr><{prefix}b/></{prefix}rPr><{prefix}t>旧</{prefix}t></{prefix}r>".encode(), text.encode())  # fmt: skip
    root = etree.fromstring(done.data)
    assert [text_in(content) for content in root.iter(w("sdtContent"))] == ["新"]


def test_another_encoding_is_refused() -> None:
    data = inline("<w:r><w:t>旧</w:t></w:r>").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(ValueError, match="utf-8"):
        patched(data, {0: Filling(text="新")})


# Laws.

_BITS = st.sampled_from(
    [
        "<w:r><w:t>旧</w:t></w:r>",
        "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve'> a&amp;b&lt; </w:t><w:tab/></w:r>",
        "<w:r/>",
        "<w:r><w:rPr/></w:r>",
        '<w:bookmarkStart w:id="1" w:name="a>b"/>',
        '<w:commentRangeStart w:id="3"/>',
        "<w:r><w:commentReference w:id='3'/></w:r>",
        "<!-- a > b -->",
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins>",
        "\n  ",
    ]
)


@given(
    st.lists(st.lists(_BITS, max_size=5).map("".join), min_size=1, max_size=4),
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t<>&\"']]>"), min_size=1),
        min_size=4,
        max_size=4,
    ),
)
def test_only_what_stands_in_the_controls_changes_and_then_says_the_text(contents: list[str], new: list[str]) -> None:
    between = "<w:r><w:t xml:space=\"preserve\"> 旁边 \n</w:t></w:r><!-- > --><w:proofErr w:type='x'/>"
    data = document(
        "<w:p>" + "".join(between + control(content, "<w:showingPlcHdr/>") for content in contents) + "</w:p>"
    )
    fillings = {index: Filling(text=new[index]) for index in range(len(contents))}
    done = patched(data, fillings)
    found = re.split(rb"<w:sdt>.*?</w:sdt>", done.data, flags=re.DOTALL)
    assert found == re.split(rb"<w:sdt>.*?</w:sdt>", data, flags=re.DOTALL)
    root = etree.fromstring(done.data)
    for index, content in enumerate(root.iter(w("sdtContent"))):
        if index in done.left:
            assert "<w:ins>" in contents[index]
        else:
            assert text_in(content) == etree.fromstring(f"<x>{escape(new[index])}</x>".encode()).text
            kept = [etree.QName(one).localname for one in content.iter(w("commentReference"), w("bookmarkStart"))]
            before = re.findall("commentReference|bookmarkStart", contents[index])
            assert kept == before
