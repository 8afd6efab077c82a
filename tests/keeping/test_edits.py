"""A run of 200 random edits to a draft, after each of which a pull and a refresh lose nothing.

**To lose nothing** means, after every edit (a hand's in Word, one in LibreOffice, or one in the facts file):

1. *No typed value.* Whatever stands in a control and is not what was written there is, after the pull, what the facts
   file says (in meaning: 1,280 is 1280名), or it is named whole in the report. Nothing else in the facts file has
   changed by a byte, and it can be read.
2. *No prose.* After the refresh every byte of every part of the document is as it was, but for what stands in controls
   of facts, the store and its copy, and the seal.
3. *No value in the document.* A control's text is as it was, or it was what the facts file used to say (or a gap) and
   is what it says now.
4. *No comment and no tracked change.* The comments' part is as it was, and so is every anchor, insertion and deletion,
   those within controls included.
5. *It is settled.* A second pull takes nothing over, and a second refresh changes not a byte.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import pytest
from lxml import etree

from speechdraft.compose import Speech
from speechdraft.recording import Change, recorded
from speechdraft.returned_facts import Step
from speechdraft.sayings import Sayings, part_of
from speechdraft.word.controls import split_key
from tests.building import yaml_of
from tests.keeping.hands import COMMENTS, EDITS, Hand
from tests.keeping.libreoffice import LibreOffice
from tests.keeping.support import (
    FULL,
    Typist,
    assert_spared,
    opened,
    parts_of,
    pulled,
    refreshed,
    sparse,
    speech_with,
    texts,
    w,
    with_file,
    written,
)

SESSIONS = 5
EDITS_A_SESSION = 40
HEAD = "# 本市的情况，各科室核过\n\n"
TAIL = "没有的事实: 留着  # 不动\n"
MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference", "ins", "del", "bookmarkStart", "bookmarkEnd")


def marks_of(data: bytes) -> Counter[tuple[str, str]]:
    """Return the anchors, tracked changes and bookmarks of a document, with their identifiers."""
    return Counter(
        (etree.QName(one).localname, str(one.get(w("id")))) for one in opened(data).document.iter(*map(w, MARKS))
    )


def speech_of_file(file: str) -> Speech:
    # Templates have a budget for each speech that is read.
    return with_file(speech_with({}), file.replace(TAIL, ""))


def entries_of(file: str) -> dict[str, str]:
    """Return the entries of a facts file as they stand there, by name."""
    entries = re.split(r"^(?=[^\s#-])", file, flags=re.MULTILINE)[1:]
    return {entry.partition(":")[0]: entry for entry in entries}


def in_report(text: str, result: Any) -> bool:
    return any(text in typed for outcome in result.outcomes for typed in outcome.in_word)


def assert_nothing_is_lost(data: bytes, file: str) -> tuple[bytes, str]:
    """Pull and refresh, and assert that nothing is lost; return the document and the facts file afterwards."""
    before = Sayings(speech_of_file(file))
    result = pulled(data, speech_of_file(file))
    after_file = recorded(file.encode(), result.changes, "facts.yaml").decode()
    speech = speech_of_file(after_file)
    now = Sayings(speech)

    # 1. No typed value.
    returned = opened(data)
    for key, mentions in returned.mentions.items():
        written_there = before.meant(key, returned.stored[key].written)
        for text in (mention.text for mention in mentions if not mention.is_empty):
            if before.meant(key, text) != written_there:
                said = now.text(key) or ""
                whole = part_of(split_key(key)[1]) and text in (now.text(split_key(key)[0]) or "")
                assert now.meant(key, text) == now.meant(key, said) or whole or in_report(text, result), (key, text)
    old, new = entries_of(file), entries_of(after_file)
    assert list(new) == [*old, *(name for name in new if name not in old)]
    assert {name: text for name, text in old.items() if name not in result.changes} == {
        name: text for name, text in new.items() if name not in result.changes
    }
    assert after_file.startswith(HEAD)
    assert TAIL in after_file
    if not result.changes:
        assert after_file == file

    settled = refreshed(data, speech)
    # 2. No prose.
    assert_spared(data, settled.data)
    # 3. No value in the document.
    for key, found in texts(settled.data).items():
        stored = returned.stored[key]
        for text, mention in zip(found, returned.mentions[key], strict=True):
            if text != mention.text:
                was = not stored.written if mention.is_empty else now.meant(key, mention.text) == now.meant(key, stored.written)  # fmt: skip
                assert was, (key, mention.text, stored, text)
                assert now.meant(key, text) == now.meant(key, now.text(key) or "")
    # 4. No comment and no tracked change.
    assert parts_of(settled.data).get(COMMENTS) == parts_of(data).get(COMMENTS)
    assert marks_of(settled.data) == marks_of(data)
    # 5. It is settled.
    assert pulled(settled.data, speech).changes == {}
    again = refreshed(settled.data, speech)
    assert again.data == settled.data
    assert Step.REFRESHED not in {outcome.step for outcome in again.outcomes}
    return settled.data, after_file


def changed_in_file(file: str, chance: random.Random, number: int) -> str:
    """Return the facts file after somebody has changed a value in it."""
    name, value = chance.choice(
        [
            ("地区", f"第{number}区"),
            ("人数", str(2000 + number)),
            ("会议日期", f"2027-{number % 12 + 1:02d}-{number % 28 + 1:02d}"),
            ("占比", f"{number % 90}"),
            ("项目", [f"项目{number}甲", f"项目{number}乙"]),
            ("回顾", f"第{number}年不容易。\n第{number}年不寻常。"),
            ("班子", {"名称": f"班子{number}", "人数": str(number % 9 + 3)}),
        ]
    )
    return recorded(file.encode(), {name: Change(value=value)}, "facts.yaml").decode()


def edit_in_libreoffice(data: bytes, office: LibreOffice, chance: random.Random, number: int) -> bytes:
    """Return a document after an edit in LibreOffice."""
    places = [
        index
        for index, one in enumerate(child for child in Typist(data).body if child.tag == w("p"))
        if "".join(one.itertext())
    ]
    place = chance.choice(places)
    key = chance.choice([key for key, found in texts(data).items() if found])
    hand = Hand(data, chance, number)
    control = hand.control(key, chance.randrange(len(hand.controls(key))))
    identifier = control.find(f"{w('sdtPr')}/{w('id')}")
    assert identifier is not None
    edits: list[dict[str, Any]] = [
        {"do": "insert", "paragraph": place, "offset": chance.randrange(12), "text": f"手写{number}。"},
        {"do": "split", "paragraph": place, "offset": chance.randrange(12)},
        {"do": "join", "paragraph": place},
        {"do": "style", "paragraph": place, "name": chance.choice(["Heading 1", "Text body", "Standard"])},
        {"do": "bold", "paragraph": place, "offset": chance.randrange(6), "length": 4},
        {"do": "comment", "paragraph": place, "offset": chance.randrange(8), "text": f"批注{number}"},
        {"do": "fill", "number": int(str(identifier.get(w("val")))), "text": hand.value_for(key)},
        {"do": "fill", "number": int(str(identifier.get(w("val")))), "text": hand.value_for(key)},
    ]
    if len(places) > 12:
        edits.append({"do": "delete", "paragraph": place})
    return office.edited(data, chance.choice(edits))


@pytest.mark.parametrize("session", range(SESSIONS))
def test_random_edits_lose_nothing(libreoffice: LibreOffice, session: int) -> None:
    chance = random.Random(f"2026-{session}")  # noqa: S311  (the same edits at every run)
    facts = sparse(*chance.sample(list(FULL), chance.randrange(6)))
    file = HEAD + yaml_of(facts) + TAIL
    data = written(speech_of_file(file))
    through_libreoffice = 0
    for count in range(EDITS_A_SESSION):
        number = session * EDITS_A_SESSION + count
        if count % 8 == 5:
            data = edit_in_libreoffice(data, libreoffice, chance, number)
            through_libreoffice += 1
        else:
            hand = Hand(data, chance, number)
            chance.choice(EDITS)(hand)
            data = hand.saved() if chance.random() < 0.8 or hand.parts else hand.saved_by_word()
        if count % 6 == 4:
            file = changed_in_file(file, chance, number)
        data, file = assert_nothing_is_lost(data, file)
    assert through_libreoffice * SESSIONS >= 20
