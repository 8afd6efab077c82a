"""A hundred scripts of random edits, each with two changes of the speech between them: no word of a hand is lost."""

from __future__ import annotations

import os
import random

import pytest

from speechdraft.word.returned import text_in
from tests.keeping.support import w
from tests.updating.support import Editor, update, words_typed
from tests.updating.test_every_case import CHANGES, DRAFT, assert_as_fresh, paragraphs_of

SCRIPTS = int(os.environ.get("SPEECHDRAFT_SCRIPTS", "100"))


class Hand:
    """Somebody who does this and that in a document."""

    def __init__(self, data: bytes, chance: random.Random, typed: list[str]) -> None:
        """Edit a .docx; all that is typed is added to ``typed``."""
        self.editor = Editor(data)
        self.chance = chance
        self.typed = typed

    def word(self) -> str:
        """Return a word that nobody has typed yet."""
        self.typed.append(f"字{len(self.typed):03}字")
        return self.typed[-1]

    def edit(self) -> None:
        """Do something."""
        editor = self.editor
        spoken = paragraphs_of(editor)
        if len(spoken) < 3:
            return
        one, other = self.chance.sample(spoken, 2)
        place = self.chance.randrange(len(text_in(one)) + 1)
        match self.chance.randrange(14):
            case 0 | 1 | 2:
                editor.type_in(one, place, self.word())
            case 3:
                editor.split(one, place)
            case 4:
                second = editor.split(one, place)
                editor.type_in(second, self.chance.randrange(3), self.word())
            case 5:
                if next(one.itersiblings(w("p")), None) is not None:
                    editor.join(one)
            case 6:
                editor.delete(one)
            case 7 | 8:
                editor.move(one, other)
            case 9:
                editor.add(self.word(), one)
            case 10:
                editor.restyle(one, self.chance.choice(["Heading1", "Heading3", "BodyText"]))
            case 11:
                editor.track(one, place, self.word())
            case 12:
                editor.comment(one, self.word())
            case _:
                key = self.chance.choice(["地区", "会议名称", "成绩[1].做法", "成绩[2].标题", "回顾|1/2"])
                controls = len(editor.controls(key))
                if controls:
                    editor.type(key, self.word(), self.chance.randrange(controls))


@pytest.mark.parametrize("seed", range(SCRIPTS))
def test_no_word_of_a_hand_is_lost(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    data = DRAFT
    typed: list[str] = []
    for _round in range(2):
        hand = Hand(data, chance, typed)
        for _edit in range(chance.randint(1, 6)):
            hand.edit()
        before = hand.editor.saved_by_word()
        speech = CHANGES[chance.choice(list(CHANGES))]()
        done = update(before, speech)
        there, now = words_typed(before), words_typed(done.data)
        assert [word for word in typed if word in there and word not in now] == []
        assert_as_fresh(done, before, speech, moved=True)
        data = done.data
