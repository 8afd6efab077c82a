"""YAML text → values with their line and column, bounded in size, depth and number; every scalar stays text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems

__all__ = [
    "MAX_BYTES",
    "Encoding",
    "MappingNode",
    "Node",
    "Plain",
    "Scalar",
    "SequenceNode",
    "bad_character",
    "decode",
    "decode_as_found",
    "node_at",
    "parse",
    "to_plain",
    "with_line_feeds",
    "without_bad_characters",
]

MAX_BYTES = 4 * 1024 * 1024
"""The largest YAML file that is read. A speech's facts are some 20 KB."""
_MAX_DEPTH = 40
_MAX_NODES = 100_000

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
"""A node's value without places: all scalars are text, an empty one is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text. ``given`` is false where nothing stands behind a key (``地区:``).

    ``span`` holds the offsets of a node's first character and of the one behind its last, in the text that was parsed;
    ``style`` is the quotation mark, ``|`` or ``>`` that a text is written with, or an empty text.
    """

    text: str
    given: bool
    place: Place
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    style: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceNode:
    """A list. ``flow`` tells whether it stands in brackets."""

    items: tuple[Node, ...]
    place: Place
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingNode:
    """A mapping. ``key_places`` says where each key stands, ``flow`` whether it stands in braces."""

    entries: Mapping[str, Node]
    key_places: Mapping[str, Place]
    place: Place
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)


Node: TypeAlias = Scalar | SequenceNode | MappingNode

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (production 2, Char), and the noncharacters U+FDD0–FDEF, which Unicode keeps for a
program's inner use: the templating marks facts with two of them."""


_NOT_YAML = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 does not read (5.1, c-printable)."""


def bad_character(text: str) -> tuple[int, str] | None:
    """Return the offset and the name (``U+0008``) of the first character that a document cannot hold."""
    found = _NOT_XML.search(text)
    return (found.start(), f"U+{ord(found.group()):04X}") if found else None


def with_line_feeds(text: str) -> str:
    """Return a text in which every line ends in a line feed, as in what comes back from office programs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_bad_characters(text: str) -> str:
    """Return the text with a replacement character (U+FFFD) for each one that a document cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a text stands in a file: the bytes before it (a BOM, or none) and the name of the encoding."""

    bom: bytes
    name: str

    def encode(self, text: str) -> bytes:
        """Return the file's bytes for a text."""
        return self.bom + text.encode(self.name)


def decode(data: bytes, file: str) -> str:
    """Return a text file's text: UTF-8, with or without a BOM, UTF-16, or GB18030, as Windows programs write them.

    Raises ProblemError (``not-text``) for anything else.
    """
    return decode_as_found(data, file)[0]


def decode_as_found(data: bytes, file: str) -> tuple[str, Encoding]:
    """Return a text file's text as :func:`decode` does, and how it is encoded, to write it back likewise."""
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            return _decode_as(data, bom, (name,), file)
    if b"\0" in data[:4]:
        # UTF-16 without a BOM: a YAML file's first character is ASCII or Chinese, the second byte tells.
        return _decode_as(data, b"", ("utf-16-le" if data[1:2] == b"\0" else "utf-16-be",), file)
    return _decode_as(data, b"", ("utf-8", "gb18030"), file)


def _decode_as(data: bytes, bom: bytes, names: tuple[str, ...], file: str) -> tuple[str, Encoding]:
    for name in names:
        try:
            return data[len(bom) :].decode(name), Encoding(bom=bom, name=name)
        except UnicodeDecodeError:
            continue
    raise ProblemError(
        [
            Problem(
                code="not-text",
                message=_("this is not a text file (neither UTF-8, UTF-16 nor GB18030)"),
                place=Place(file=file),
                hint=_("save it as text in UTF-8"),
            )
        ]
    )


def to_plain(node: Node) -> Plain:
    """Return the node's value without places."""
    match node:
        case Scalar():
            return node.text if node.given else None
        case SequenceNode():
            return [to_plain(item) for item in node.items]
        case MappingNode():
            return {key: to_plain(value) for key, value in node.entries.items()}


def node_at(node: Node, path: tuple[str | int, ...]) -> tuple[Place, Place]:
    """Return where the key (or item) that a path leads to stands, and where its value does.

    A path that leads nowhere ends at the last node that is there.
    """
    key_place = place = node.place
    for step in path:
        if isinstance(node, MappingNode) and isinstance(step, str) and step in node.entries:
            key_place, node = node.key_places[step], node.entries[step]
            place = node.place
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            key_place = place = node.place
        else:
            break
    return key_place, place


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """Return the one document of a YAML text, or None where it is empty or cannot be read.

    What is wrong goes to ``problems``: ``yaml-syntax``, ``duplicate-key``, ``yaml-alias``, ``yaml-tag``,
    ``bad-character``, ``too-deep``, ``too-large``.
    """
    if len(text) > MAX_BYTES:
        problems.add(
            _problem("too-large", _("this file is too large to be an outline or a list of facts"), Place(file=file))
        )
        return None
    return _Builder(text, file, problems).document()


def _problem(code: str, message: str, place: Place, hint: str = "") -> Problem:
    return Problem(code=code, message=message, place=place, hint=hint)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    place: Place
    is_mapping: bool
    start: int
    flow: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    key_places: dict[str, Place] = field(default_factory=dict)
    key: str | None = None


_LINE_END = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")
"""What YAML counts as the end of a line."""


class _Builder:
    """Builds nodes from the parser's events: no recursion, so that depth is a number that we bound."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._count = 0
        self._lines: list[str] | None = None

    def document(self) -> Node | None:
        import yaml  # noqa: PLC0415  (19 ms that --help does not need)

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(self._text, Loader=loader):
                if not self._take(event):
                    return None
        except yaml.MarkedYAMLError as error:
            self._problems.add(self._syntax_problem(error))
            return None
        except yaml.YAMLError as error:
            # The reader's own: its position counts bytes in one version of the library and characters in the other.
            self._problems.add(
                self._character_problem()
                or _problem(
                    "yaml-syntax",
                    _("this cannot be read as YAML: {reason}").format(reason=str(error)),
                    Place(file=self._file),
                )
            )
            return None
        if isinstance(self._root, Scalar):
            if not self._root.given:  # a line “---”, and nothing below it
                return None
            # Nothing that we read is a single text; somebody forgot the colons.
            place = self._root.place
            hint = "\n".join(_syntax_hints(self._text, place.line or 1))
            self._problems.add(_problem("yaml-syntax", _("this line has no colon after its name"), place, hint))
            return None
        return self._root

    def _take(self, event: Any) -> bool:
        """Take one event; False stops the reading for good."""
        name = type(event).__name__
        if name in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
            return True
        place = self._place(event.start_mark)
        if name == "DocumentStartEvent":
            if self._root is not None:
                self._problems.add(
                    _problem(
                        "yaml-syntax",
                        _("a second document begins here; one file holds one"),
                        place,
                        _("remove the line ---"),
                    )
                )
                return False
            return True
        if name == "AliasEvent":
            self._problems.add(
                _problem(
                    "yaml-alias",
                    _("aliases (*{name}) are not read").format(name=event.anchor),
                    place,
                    _("write the value out"),
                )
            )
            return False
        if name in {"SequenceEndEvent", "MappingEndEvent"}:
            self._close(event.end_mark.index)
            return True
        self._count += 1
        if self._count > _MAX_NODES:
            self._problems.add(
                _problem("too-large", _("more than {most} values in one file").format(most=_MAX_NODES), place)
            )
            return False
        tag = event.tag
        if tag not in {None, "!"}:
            self._problems.add(
                _problem(
                    "yaml-tag",
                    _("tags ({tag}) are not read").format(tag=tag),
                    place,
                    _("every value is plain text, a list or a mapping"),
                )
            )
            return False
        if name == "ScalarEvent":
            self._scalar(event, place)
            return True
        if len(self._stack) >= _MAX_DEPTH:
            self._problems.add(
                _problem("too-deep", _("nested more than {most} levels deep").format(most=_MAX_DEPTH), place)
            )
            return False
        if self._waits_for_key() and not self._refuse_key(place):
            return False
        self._stack.append(
            _Open(
                place=place,
                is_mapping=name == "MappingStartEvent",
                start=event.start_mark.index,
                flow=bool(event.flow_style),
            )
        )
        return True

    def _waits_for_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].is_mapping and self._stack[-1].key is None

    def _refuse_key(self, place: Place) -> bool:
        self._problems.add(
            _problem(
                "yaml-syntax",
                _("a list or mapping stands where a name is expected"),
                place,
                _('put a text that begins with {{ or [ in quotes: "{{ … }}"'),
            )
        )
        return False

    def _scalar(self, event: Any, place: Place) -> None:
        text: str = event.value
        style = event.style
        if style in {"|", ">"}:
            place = self._first_line_of_block(place)
        given = bool(text) or bool(style)  # libyaml calls no style an empty one
        if style != "|" and event.end_mark.line > event.start_mark.line:
            text = _unfold(text, self._text[event.start_mark.index : event.end_mark.index])
        bad = bad_character(text)
        if bad is not None:
            self._problems.add(_bad_character_problem(bad[1], place))
            text = without_bad_characters(text)
        if self._waits_for_key():
            top = self._stack[-1]
            if text in top.entries:
                first = top.key_places[text]
                self._problems.add(
                    _problem(
                        "duplicate-key",
                        _("“{key}” stands here a second time").format(key=text),
                        place,
                        _("it stands first in line {line}; keep one of them").format(line=first.line),
                    )
                )
            top.key = text
            top.key_places.setdefault(text, place)
            return
        span = (event.start_mark.index, event.end_mark.index)
        self._add(Scalar(text=with_line_feeds(text), given=given, place=place, span=span, style=style or ""))

    def _first_line_of_block(self, place: Place) -> Place:
        """Return where the text of a | or > begins: in the line below, with its first character."""
        if self._lines is None:
            self._lines = _LINE_END.split(self._text)
        line = place.line or 0
        below = self._lines[line] if line < len(self._lines) else ""
        return Place(file=self._file, line=line + 1, column=len(below) - len(below.lstrip(" ")) + 1)

    def _close(self, end: int) -> None:
        top = self._stack.pop()
        span = (top.start, end)
        if top.is_mapping:
            self._add(
                MappingNode(entries=top.entries, key_places=top.key_places, place=top.place, span=span, flow=top.flow)
            )
        else:
            self._add(SequenceNode(items=tuple(top.items), place=top.place, span=span, flow=top.flow))

    def _add(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        if top.is_mapping:
            if top.key is not None:
                top.entries.setdefault(top.key, node)
            top.key = None
        else:
            top.items.append(node)

    def _place(self, mark: Any) -> Place:
        return Place(file=self._file, line=mark.line + 1, column=mark.column + 1)

    def _character_problem(self) -> Problem | None:
        """Return the problem of the first character that YAML does not read, if there is one."""
        found = _NOT_YAML.search(self._text)
        if found is None:
            return None
        before = self._text[: found.start()]
        place = Place(file=self._file, line=before.count("\n") + 1, column=found.start() - before.rfind("\n"))
        return _bad_character_problem(f"U+{ord(found.group()):04X}", place)

    def _syntax_problem(self, error: Any) -> Problem:
        reason = error.problem or error.context or ""
        if reason == "control characters are not allowed":
            bad = self._character_problem()
            if bad is not None:
                return bad
        mark = error.problem_mark or error.context_mark
        if reason in _KNOWN_BY_THEIR_BEGINNING and error.context_mark is not None:
            mark = error.context_mark
        place = self._place(mark) if mark is not None else Place(file=self._file)
        return _problem("yaml-syntax", _reason(reason), place, "\n".join(_syntax_hints(self._text, place.line or 1)))


def _bad_character_problem(name: str, place: Place) -> Problem:
    return _problem(
        "bad-character",
        _("the character {name} cannot stand in a document").format(name=name),
        place,
        _("it is invisible and often comes along when text is copied; delete it"),
    )


_KNOWN_BY_THEIR_BEGINNING = frozenset(
    {
        "could not find expected ':'",
        "found unexpected end of stream",
        "did not find expected ',' or '}'",
        "did not find expected ',' or ']'",
    }
)
"""Slips that show only in a later line than the one to mend."""


def _reason(reason: str) -> str:
    """Return what libyaml says, in the user's words where it is one of the common slips."""
    known = {
        "mapping values are not allowed in this context": _("a colon stands where none is expected"),
        "could not find expected ':'": _("this line has no colon after its name"),
        "did not find expected key": _("a name is expected here; the line may be indented too far or too little"),
        "did not find expected '-' indicator": _("the items of this list are not indented alike"),
        "found unexpected end of stream": _("a quotation mark or bracket is not closed"),
        "did not find expected ',' or '}'": _("a { … } is not closed, or lacks a comma"),
        "did not find expected ',' or ']'": _("a [ … ] is not closed, or lacks a comma"),
        "found character that cannot start any token": _("a value cannot begin with this character"),
        "found undefined tag handle": _("a value cannot begin with “!”"),
        "did not find expected alphabetic or numeric character": _("a value cannot begin with “*” or “&”"),
    }
    return known.get(reason) or _("this cannot be read as YAML: {reason}").format(reason=reason)


def _syntax_hints(text: str, line: int) -> Iterator[str]:
    lines = text.splitlines()
    near = lines[max(0, line - 2) : line]
    if any("\t" in part[: len(part) - len(part.lstrip())] for part in near):
        yield _("indent with spaces, not with tabs")
    if any(re.match(r"\s*(- )?[^\s:#'\"]+：", part) for part in near):
        yield _("after a name stands a half-width colon and a space: “名称: 值”, not “名称：值”")
    if any(re.match(r"\s*(- )?[^\s:#'\"]+:[^\s:]", part) for part in near):
        yield _("after the colon behind a name stands a space: “名称: 值”, not “名称:值”")
    if any(re.search(r":\s*[{][{]", part) for part in near):
        yield _('put a value that begins with {{ in quotes: "{{ … }}"')
    yield _("values that hold “: ”, “#” or quotation marks are safe in single quotes: '…'")


_FOLD = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]) (?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…])"
)


def _unfold(text: str, typed: str) -> str:
    """Take out the blanks that YAML puts where a text goes on in the next line: Chinese has none there.

    A blank that stands in what was typed stays.
    """

    def kept(blank: re.Match[str]) -> str:
        return " " if text[blank.start() - 1 : blank.end() + 1] in typed else ""

    return _FOLD.sub(kept, text)
