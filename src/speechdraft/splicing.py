"""YAML text edited in place: one entry's value changes, every other character stays as it was.

A value that is there is changed no deeper than it must be: in a list that grows, the items before stay untouched, with
their comments. Whoever writes YAML anew from values loses comments, quotation marks, blank lines and line ends; so no
more than the value's own characters are ever written anew.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.source import MappingNode, Node, Plain, Scalar, SequenceNode, parse, to_plain, with_line_feeds

__all__ = ["entry_lines", "same", "with_entries", "with_entry_nested"]

_STEP = 2
_WIDEST_FLOW = 100
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line in YAML 1.1 (5.4), which libyaml reads."""
_BLANK = " \t\r\n\x85\u2028\u2029"
_DOCUMENT_END = re.compile("(?:^|(?<=[\r\n\x85\u2028\u2029]))\\.\\.\\.(?=\\s|$)")
_ESCAPED = re.compile("[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]")
_NO_PLAIN_START = re.compile(r"[\s,\[\]{}#&*!|>'\"%@`]|[-?:](?:\s|$)|---|\.\.\.")
_NO_PLAIN = re.compile(r":\s|\s#|:$|\s$")
_NO_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?]|^-")


# Values as YAML text.


def entry_lines(name: str, value: Plain, column: int = 0) -> list[str]:
    """Return the lines of ``name: value``, indented by ``column``, without line ends."""
    head, body = _rendered(value, column + _STEP, in_list=False)
    return [" " * column + _scalar(name, flow=False) + ":" + (f" {head}" if head else ""), *body]


def _rendered(value: Plain, column: int, *, in_list: bool) -> tuple[str, list[str]]:
    """Return what stands on the name's line, and the lines below it, indented by ``column``."""
    match value:
        case None:
            return "", []
        case str():
            if _is_block(value):
                return "|-", [(" " * column + line) if line else "" for line in value.split("\n")]
            return _scalar(value, flow=False), []
        case list():
            return _rendered_list(value, column) if value else ("[]", [])
        case dict():
            if not value:
                return "{}", []
            flow = _flow(value)
            if not in_list and len(flow) <= _WIDEST_FLOW and all(isinstance(part, str) for part in value.values()):
                return flow, []
            return "", [line for name, part in value.items() for line in entry_lines(name, part, column)]


def _rendered_list(items: Sequence[Plain], column: int) -> tuple[str, list[str]]:
    lines: list[str] = []
    for item in items:
        head, body = _rendered(item, column + _STEP, in_list=True)
        if not head and body:
            head, body = body[0].lstrip(), body[1:]
        lines += [" " * column + (f"- {head}" if head else "-"), *body]
    return "", lines


def _is_block(text: str) -> bool:
    """Return whether a text is written line by line under ``|-``."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and not _ESCAPED.search("".join(lines))
        and all(line.strip() or not line for line in lines)
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and bool(lines[-1])
    )


def _flow(value: Plain) -> str:
    match value:
        case None:
            return "''"
        case str():
            return _scalar(value, flow=True)
        case list():
            return "[" + ", ".join(_flow(item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_scalar(name, flow=True)}: {_flow(item)}" for name, item in value.items()) + "}"


def _scalar(text: str, *, flow: bool) -> str:
    if _ESCAPED.search(text):
        return '"' + _ESCAPED.sub(_escape, text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    plain = text and not _NO_PLAIN_START.match(text) and not _NO_PLAIN.search(text)
    if plain and not (flow and _NO_PLAIN_IN_FLOW.search(text)):
        return text
    return "'" + text.replace("'", "''") + "'"


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    return short or (f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}")


# The text edited.


def same(one: Plain, other: Plain) -> bool:
    """Return whether two values are the same to a reader of facts: an empty one is none, a last line end is nothing.

    (A text under ``|`` has one, or has none if it stands last in a file without one.)
    """
    match one, other:
        case ((None | str()), (None | str())):
            return with_line_feeds(one or "").removesuffix("\n") == with_line_feeds(other or "").removesuffix("\n")
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict(), dict():
            return all(same(one.get(name), other.get(name)) for name in one.keys() | other.keys())
        case _:
            return False


def with_entries(text: str, values: Mapping[str, Plain], file: str) -> str:
    """Return the text of a mapping whose entries have these values; all else is as it was, to the character.

    A name that is not there comes last. Raises ProblemError where the text is no mapping, or (``cannot-edit``) where
    it is written in a way that cannot be edited; what is returned has been read again and holds what it should.
    """
    node = _mapping(text, file)
    expected = {**_plain_mapping(node), **values}
    for whole in (False, True):
        splicer = _Splicer(text, whole=whole)
        splicer.set_entries(node, values)
        edited = splicer.result()
        if _holds(edited, expected):
            return edited
    if len(values) == 1:
        raise ProblemError([_cannot_edit(next(iter(values)), file, node)])
    for name, value in values.items():
        text = with_entries(text, {name: value}, file)
    return text


def with_entry_nested(text: str, name: str, key: str, file: str) -> str:
    """Return the text in which the list or mapping that ``name`` has stands one level deeper, under ``key``.

    Only indentation and the line of the key are new. Raises ProblemError as :func:`with_entries` does.
    """
    node = _mapping(text, file)
    plain = _plain_mapping(node)
    if node is None or isinstance(node.entries[name], Scalar):
        raise ProblemError([_cannot_edit(name, file, node)])
    expected = {**plain, name: {key: plain[name]}}
    splicer = _Splicer(text, whole=False)
    splicer.nest(node.entries[name], node.key_places[name], key)
    edited = splicer.result()
    return edited if _holds(edited, expected) else with_entries(text, {name: {key: plain[name]}}, file)


def _mapping(text: str, file: str) -> MappingNode | None:
    problems = Problems()
    node = parse(text, file, problems)
    if node is not None and not isinstance(node, MappingNode):
        message = _("expected {expected}").format(expected=_("a mapping of facts to their values"))
        problems.add(Problem(code="wrong-type", message=message, place=node.place))
    problems.raise_errors()
    return node if isinstance(node, MappingNode) else None


def _plain_mapping(node: MappingNode | None) -> dict[str, Plain]:
    return {} if node is None else {key: to_plain(value) for key, value in node.entries.items()}


def _holds(text: str, expected: dict[str, Plain]) -> bool:
    problems = Problems()
    node = parse(text, "", problems)
    return node is not None and not problems.has_errors and same(to_plain(node), expected)


def _cannot_edit(name: str, file: str, node: MappingNode | None) -> Problem:
    place = node.key_places.get(name) if node is not None else None
    return Problem(
        code="cannot-edit",
        message=_("“{name}” is written in a way that cannot be edited without changing what stands around it").format(
            name=name
        ),
        place=place or Place(file=file),
        hint=_("write the value by hand; the file is as it was"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    """What a value belongs to: the column (from 0) of its name or dash; whether that is a dash."""

    column: int
    in_list: bool = False


class _Splicer:
    """Collects what is to be put in place of which characters; with ``whole``, a changed value is written anew."""

    def __init__(self, text: str, *, whole: bool) -> None:
        self._text = text
        self._whole = whole
        found = _BREAK.search(text)
        self._break = found.group() if found else "\n"
        self._starts = [0, *(line.end() for line in _BREAK.finditer(text))]
        self._splices: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """Return the edited text."""
        parts: list[str] = []
        end = 0
        for start, stop, new in sorted(self._splices, key=lambda splice: splice[:2]):
            parts += [self._text[end:start], new]
            end = stop
        return "".join([*parts, self._text[end:]])

    def set_entries(self, node: MappingNode | None, values: Mapping[str, Plain]) -> None:
        """Give entries of the whole text's mapping their values."""
        if node is not None and node.flow:
            self._flow_mapping(node, {**_plain_mapping(node), **values})
            return
        added: list[str] = []
        for name, value in values.items():
            if node is not None and name in node.entries:
                self._put(node.entries[name], value, _Holder(column=_column(node.key_places[name])))
            else:
                added += entry_lines(name, value, 0 if node is None else _column(node.place))
        if added:
            self._append_last(added, node)

    def nest(self, old: Node, key_place: Place, key: str) -> None:
        """Put a key above a list or mapping that stands in lines of its own."""
        assert not isinstance(old, Scalar)  # noqa: S101  (the caller asks for nothing else)
        if old.flow:
            self._splice(old.span[0], old.span[0], f"{{{_scalar(key, flow=True)}: ")
            self._splice(old.span[1], old.span[1], "}")
            return
        start, stop = self._line_start(old.span[0]), self._end(old)
        head = " " * (_column(key_place) + _STEP) + _scalar(key, flow=False) + ":" + self._break
        self._splice(start, start, head + " " * _STEP)
        for found in _BREAK.finditer(self._text, start, stop):
            if found.end() < stop and not _BREAK.match(self._text, found.end()):
                self._splice(found.end(), found.end(), " " * _STEP)

    # One value.

    def _put(self, old: Node, new: Plain, holder: _Holder) -> None:
        if same(to_plain(old), new):
            return
        if self._whole:
            self._replace(old, new, holder)
            return
        match old, new:
            case MappingNode(flow=True), dict() if _covers(new, old):
                self._flow_mapping(old, new)
            case SequenceNode(flow=True), list() if old.items and len(new) >= len(old.items):
                self._flow_list(old, new)
            case MappingNode(), dict() if _covers(new, old):
                self._block_mapping(old, new)
            case SequenceNode(flow=False), list() if len(new) >= len(old.items):
                self._block_list(old, new)
            case SequenceNode(flow=False), list() if gone := _items_gone(old, new):
                for index in gone:
                    self._take_out(old, index)
            case _:
                self._replace(old, new, holder)

    def _flow_mapping(self, old: MappingNode, new: Mapping[str, Plain]) -> None:
        for name, part in old.entries.items():
            self._put_in_flow(part, new.get(name))
        added = [f"{_scalar(name, flow=True)}: {_flow(new[name])}" for name in new if name not in old.entries]
        self._add_in_flow(list(old.entries.values()), old, added)

    def _flow_list(self, old: SequenceNode, new: Sequence[Plain]) -> None:
        for part, value in zip(old.items, new, strict=False):
            self._put_in_flow(part, value)
        self._add_in_flow(old.items, old, [_flow(value) for value in new[len(old.items) :]])

    def _put_in_flow(self, old: Node, new: Plain) -> None:
        if same(to_plain(old), new):
            return
        match old, new:
            case MappingNode(), dict() if _covers(new, old):
                self._flow_mapping(old, new)
            case SequenceNode(), list() if old.items and len(new) >= len(old.items):
                self._flow_list(old, new)
            case _:
                start, stop = old.span
                space = " " if start == stop and self._text[start - 1 : start] in {":", ","} else ""
                self._splice(start, stop, space + _flow(new))

    def _add_in_flow(self, parts: Sequence[Node], old: MappingNode | SequenceNode, added: list[str]) -> None:
        if not added:
            return
        if parts:
            at = self._end(parts[-1])
            self._splice(at, at, "".join(f", {one}" for one in added))
        else:
            self._splice(old.span[0] + 1, old.span[0] + 1, ", ".join(added))

    def _block_mapping(self, old: MappingNode, new: Mapping[str, Plain]) -> None:
        for name, part in old.entries.items():
            self._put(part, new.get(name), _Holder(column=_column(old.key_places[name])))
        column = _column(next(iter(old.key_places.values())))
        lines = [line for name in new if name not in old.entries for line in entry_lines(name, new[name], column)]
        self._append(old, lines)

    def _block_list(self, old: SequenceNode, new: Sequence[Plain]) -> None:
        column = _column(old.place)
        places = _places_in(old.items, new)
        for part, place in zip(old.items, places, strict=True):
            self._put(part, new[place], _Holder(column=column, in_list=True))
        for number, (part, place) in enumerate(zip(old.items, places, strict=True), start=1):
            until = places[number] if number < len(places) else len(new)
            self._append(part, _rendered_list(new[place + 1 : until], column)[1])

    def _take_out(self, old: SequenceNode, index: int) -> None:
        """Take the lines of an item out of a list; comments above it stay."""
        item, column = old.items[index], _column(old.place)
        start = self._line_start(item.span[0])
        while start and self._text[start : start + column + 1].lstrip() != "-":
            start = self._line_start(start - 1)
        stop = self._line_end(self._end(item))
        found = _BREAK.match(self._text, stop)
        self._splice(start, found.end() if found else stop, "")

    def _replace(self, old: Node, new: Plain, holder: _Holder) -> None:
        start, stop = old.span[0], self._end(old)
        if self._keeps_blank_lines(old):
            # The end of its last line is part of the text, and what comes next begins behind it.
            stop = start + len(self._text[start:stop].rstrip(_BLANK))
        if self._whole:
            stop = self._line_end(stop)
        if isinstance(old, (MappingNode, SequenceNode)) and not old.flow:
            self._replace_block(old, new, holder, stop)
            return
        if holder.in_list and start != stop:
            column = start - self._line_start(start)
            head, body = _rendered(new, column, in_list=True)
            if not head and body:
                head, body = body[0].lstrip(), body[1:]
        else:
            head, body = _rendered(new, holder.column + _STEP, in_list=holder.in_list)
        head = "  ".join(part for part in (head, self._comment_of_header(old)) if part)
        if start == stop and not head and holder.in_list and not self._text[stop : self._line_end(stop)].strip():
            head, body = (body[0].lstrip(), body[1:]) if body else ("", [])
        if head:
            space = "" if self._text[start - 1 : start] in {" ", "\t"} and start != stop else " "
            self._splice(start, stop, space + head)
        elif start != stop:
            self._splice(len(self._text[:start].rstrip(" \t")), stop, "")
        self._splice_lines(stop, body)

    def _replace_block(self, old: MappingNode | SequenceNode, new: Plain, holder: _Holder, stop: int) -> None:
        """Put a value in the place of a list or mapping that stands in lines of its own."""
        if new is None:
            self._splice(len(self._text[: old.span[0]].rstrip()), stop, "")
            return
        column = _column(old.place)
        least = holder.column + (0 if isinstance(new, list) and not holder.in_list else 1)
        inner = column if column >= least else holder.column + _STEP
        head, body = _rendered(new, inner, in_list=True)
        if not head and body:
            head, body = body[0].lstrip(), body[1:]
        elif body:
            body = [" " * _STEP + line if line else "" for line in body]
        lines = [" " * (inner - column) + head, *body]
        self._splice(old.span[0], stop, self._break.join(lines))

    # Places in the text.

    def _append(self, old: Node, lines: list[str]) -> None:
        """Add lines behind a list or mapping that stands in lines of its own, or behind an item of one."""
        if not lines:
            return
        last = self._end(old)
        if self._keeps_blank_lines(old):
            self._splice_before(last, lines)
        else:
            self._splice_lines(last, lines)

    def _append_last(self, lines: list[str], node: MappingNode | None) -> None:
        """Add lines at the end of the text, before a line ``...``."""
        after = 0 if node is None else self._end(node)
        mark = _DOCUMENT_END.search(self._text, after)
        self._splice_before(mark.start() if mark else len(self._text), lines)

    def _splice_before(self, at: int, lines: list[str]) -> None:
        before = "" if at == 0 or _BREAK.fullmatch(self._text[at - 1 : at]) else self._break
        self._splice(at, at, before + "".join(line + self._break for line in lines))

    def _splice_lines(self, behind: int, lines: list[str]) -> None:
        if lines:
            at = self._line_end(behind)
            self._splice(at, at, "".join(self._break + line for line in lines))

    def _splice(self, start: int, stop: int, new: str) -> None:
        self._splices.append((start, stop, new))

    def _end(self, node: Node) -> int:
        """Return the offset behind a node's last character; comments and blank lines below it are not its own."""
        match node:
            case Scalar(style="|" | ">"):
                start, stop = node.span
                text = self._text[start:stop]
                return stop if self._keeps(node) else start + len(text.rstrip(_BLANK))
            case MappingNode(flow=False) if node.entries:
                return self._end(list(node.entries.values())[-1])
            case SequenceNode(flow=False) if node.items:
                return self._end(node.items[-1])
            case _:
                return node.span[1]

    def _keeps(self, node: Scalar) -> bool:
        """Return whether blank lines below a text are part of it (``|+``)."""
        header = self._text[node.span[0] : self._line_end(node.span[0])]
        return node.style in {"|", ">"} and "+" in header.partition("#")[0]

    def _comment_of_header(self, node: Node) -> str:
        """Return the comment behind the mark that a text of several lines begins with (``|  # …``), or nothing."""
        if not isinstance(node, Scalar) or node.style not in {"|", ">"}:
            return ""
        _mark, number, words = self._text[node.span[0] : self._line_end(node.span[0])].partition("#")
        return (number + words).rstrip()

    def _keeps_blank_lines(self, node: Node) -> bool:
        match node:
            case Scalar():
                return self._keeps(node)
            case MappingNode(flow=False) if node.entries:
                return self._keeps_blank_lines(list(node.entries.values())[-1])
            case SequenceNode(flow=False) if node.items:
                return self._keeps_blank_lines(node.items[-1])
            case _:
                return False

    def _line_start(self, offset: int) -> int:
        return self._starts[bisect_right(self._starts, offset) - 1]

    def _line_end(self, offset: int) -> int:
        found = _BREAK.search(self._text, offset)
        return found.start() if found else len(self._text)


def _places_in(items: Sequence[Node], new: Sequence[Plain]) -> list[int]:
    """Return which new item each old one becomes, in rising order, the first the first: what is the same stays itself.

    Where not all old ones are there still, each becomes the one of its number. There are as many new ones at least.
    """
    places: list[int] = []
    for item in map(to_plain, items):
        place = next((at for at in range(len(places) and places[-1] + 1, len(new)) if same(item, new[at])), None)
        if place is None:
            return list(range(len(items)))
        places.append(place)
    return places if places[:1] == [0] else list(range(len(items)))


def _items_gone(old: SequenceNode, new: Sequence[Plain]) -> list[int]:
    """Return which items of a list are to go, where the others are all that it is to have; else none."""
    rest = list(new)
    gone = []
    for index, item in enumerate(old.items):
        if rest and same(to_plain(item), rest[0]):
            del rest[0]
        else:
            gone.append(index)
    return [] if rest or not new else gone


def _covers(new: Mapping[str, Plain], old: MappingNode) -> bool:
    """Return whether no key of a mapping has to go for it to have new values; empty ones may stay."""
    return bool(old.entries) and all(name in new or same(to_plain(part), None) for name, part in old.entries.items())


def _column(place: Place) -> int:
    return (place.column or 1) - 1
