"""Which paragraph of a new draft is which of an old one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from speechdraft.word.alignment import aligned, longest_in_order
from speechdraft.word.marks import Mark, Record, digest_of


def record(name: str, words: str, text: str = "", style: str = "BodyText") -> Record:
    """Return a record; a text that is not given is the words'."""
    mark = Mark(paragraph=digest_of(name), words=digest_of(words))
    return Record(mark=mark, text=digest_of(text or words), style=style)


def pairs(old: list[Record], new: list[Record], *alike: tuple[int, int]) -> dict[int, int]:
    return aligned(old, new, lambda there, here: (there, here) in alike)


A, B, C = record("1", "甲"), record("2", "乙"), record("3", "丙")


def test_the_same_is_the_same() -> None:
    assert pairs([A, B, C], [A, B, C]) == {0: 0, 1: 1, 2: 2}
    assert pairs([], [A]) == {}
    assert pairs([A], []) == {}


def test_what_was_put_in_before_its_like_shifts_the_names_and_not_the_paragraphs() -> None:
    new = [record("1", "新"), record("2", "甲"), record("3", "乙")]
    assert pairs([A, B], new) == {1: 0, 2: 1}


def test_items_of_a_list_are_known_by_their_values() -> None:
    old = [record("1", "项", "甲"), record("2", "项", "乙")]
    assert pairs(old, [record("1", "项", "新"), record("2", "项", "甲"), record("3", "项", "乙")]) == {1: 0, 2: 1}
    assert pairs(old, [record("1", "项", "乙")]) == {0: 1}
    assert pairs(old, [record("1", "项", "乙"), record("2", "项", "甲")]) in ({0: 1, 1: 0}, {1: 0, 0: 1})
    # Where the values changed where they stand, so did the paragraphs.
    assert pairs(old, [record("1", "项", "甲一"), record("2", "项", "乙一")]) == {0: 0, 1: 1}


def test_what_moved_is_known_by_its_text_or_its_name() -> None:
    assert pairs([A, B, C], [C, A, B]) == {0: 2, 1: 0, 2: 1}
    moved = record("4", "甲")  # its section has another name now
    assert pairs([A, B, C], [B, C, moved]) == {0: 1, 1: 2, 2: 0}
    reworded = record("1", "甲甲")
    assert pairs([A, B, C], [B, C, reworded]) == {0: 1, 1: 2, 2: 0}


def test_a_changed_text_is_known_by_its_name_and_a_changed_name_by_likeness_at_its_place() -> None:
    assert pairs([A, B, C], [A, record("2", "别"), C]) == {0: 0, 1: 1, 2: 2}
    other = record("9", "别")
    assert pairs([A, B, C], [A, other, C]) == {0: 0, 2: 2}
    assert pairs([A, B, C], [A, other, C], (1, 1)) == {0: 0, 1: 1, 2: 2}
    # Before the first and behind the last that are known it has a place, too.
    assert pairs([A, B, C], [other, B, C], (0, 0)) == {0: 0, 1: 1, 2: 2}
    assert pairs([A, B, C], [A, B, other], (2, 2)) == {0: 0, 1: 1, 2: 2}
    # At another place it is another.
    assert pairs([A, B, C], [other, A, C], (1, 0)) == {1: 0, 2: 2}


def test_a_heading_is_no_paragraph() -> None:
    assert pairs([record("1", "甲", style="Heading1")], [record("2", "甲")]) == {}


records = st.lists(
    st.builds(record, st.sampled_from("1234567"), st.sampled_from("甲乙丙"), st.sampled_from("子丑寅")), max_size=8
)


@given(records, records)
def test_no_paragraph_is_two(old: list[Record], new: list[Record]) -> None:
    found = aligned(old, new, lambda _there, _here: True)
    assert len(set(found.values())) == len(found)
    assert set(found) <= set(range(len(new)))
    assert set(found.values()) <= set(range(len(old)))


@given(st.lists(st.integers(0, 30), unique=True, max_size=9))
def test_the_longest_ascending_part(numbers: list[int]) -> None:
    found = longest_in_order(numbers)
    kept = [number for number in numbers if number in found]
    assert kept == sorted(found)
    longest = [0] * (len(numbers) + 1)
    for place, number in enumerate(numbers):
        longest[place] = 1 + max([0, *(longest[one] for one in range(place) if numbers[one] < number)])
    assert len(found) == max(longest)


def test_a_register_that_is_far_too_long_is_read_once() -> None:
    # A look at every record for each of the others would take hours.
    count = 100_000
    old = [record(str(number), str(number)) for number in range(count)]
    new = [record(str(number), f"{number}新") for number in reversed(range(count))]
    found = pairs(old, new)
    assert found == {place: count - 1 - place for place in range(count)}


def test_of_paragraphs_that_are_alike_the_first_goes_first() -> None:
    old = [record(name, "同") for name in "123"]
    assert pairs([A, *old], [record("9", "同"), record("8", "同"), A]) == {0: 1, 1: 2, 2: 0}
