"""The corpus of hostile packs, read from the data files in ``hostile/`` and put to the code that must refuse them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from speechdraft.facts import FactSpec, Layer
from speechdraft.facts_reading import read_dictionary, read_facts
from speechdraft.packs.archive import read_archive
from speechdraft.packs.library import Libraries, read_index
from speechdraft.packs.lock import LOCK, locked_packs
from speechdraft.packs.manifest import read_manifest
from speechdraft.packs.records import record_from
from speechdraft.packs.shelf import Shelf
from speechdraft.packs.store import Register
from speechdraft.packs.trust import Authors, Signature
from speechdraft.problems import ProblemError, Problems
from speechdraft.source import decode, parse
from tests.building import composed, outline_of, yaml_of
from tests.packs.zips import sums_of, zip_of

HOSTILE = Path(__file__).parent / "hostile"
NOTHING = "none"
"""The code of a case that looks hostile and is harmless."""


@dataclass(frozen=True)
class Case:
    """One attempt: its name, the code of the problem that it must end in, and what is done with it.

    ``prepare`` makes what the attempt needs and returns what is attempted; only that is measured.
    """

    name: str
    code: str
    prepare: Callable[[], Callable[[], object]]


def data(name: str) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((HOSTILE / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


def text_of(value: object) -> str:
    """Return a text that may be written as pieces, some of them repeated."""
    match value:
        case str():
            return value
        case list():
            return "".join(text_of(piece) for piece in value)
        case {"times": int() as times, "of": of}:
            piece, first = text_of(of), value.get("from", 0)
            return "".join(
                piece.replace("<n>", str(number)).replace("<m>", str(number - 1))
                for number in range(first, first + times)
            )
        case _:
            raise TypeError(value)


def codes_of(run: Callable[[], object]) -> set[str]:
    """Return the codes of the problems that something ends in."""
    try:
        found = run()
    except ProblemError as error:
        return {problem.code for problem in error.problems}
    problems = getattr(found, "problems", ())
    return {problem.code for problem in problems} or {NOTHING}


DICTIONARY = {
    "地区": {},
    "数": {"type": "number", "unit": "名"},
    "单位": {"type": "list"},
    "成绩": {"type": "list", "fields": {"标题": {}, "做法": {}}},
    "长": {},
}
FACTS = {
    "地区": "清河市",
    "数": "128",
    "单位": [f"{number}科" for number in range(1000)],
    "成绩": [{"标题": "甲", "做法": "乙"}],
    "长": "长" * 100_000,
}


_DICTIONARY_TEXT, _FACTS_TEXT = yaml_of(DICTIONARY), yaml_of(FACTS)


def template_cases() -> Iterator[Case]:
    for case in data("templates.yaml"):
        yield Case(f"template: {case['name']}", case["code"], partial(_template, case))


def _template(case: Mapping[str, Any]) -> Callable[[], object]:
    templates = {name: text_of(text) for name, text in case.get("others", {}).items()}
    if "chain" in case:
        chain = case["chain"]
        for number in range(chain["count"]):
            templates[f"i{number}"] = chain["of"].replace("<next>", str(number + 1))
        templates[f"i{chain['count']}"] = chain["last"]
    if "each_other" in case:
        for number in range(case["each_other"]["count"]):
            templates[f"i{number}"] = text_of(case["each_other"]["of"])
    templates["t"] = text_of(case["template"])
    return lambda: composed([{"template": "t"}], dictionary=_DICTIONARY_TEXT, facts=_FACTS_TEXT, templates=templates)


def outline_cases() -> Iterator[Case]:
    for case in data("outlines.yaml"):
        yield Case(f"outline: {case['name']}", case["code"], partial(_outline, case))


def _outline(case: Mapping[str, Any]) -> Callable[[], object]:
    outline = yaml_of(outline_of(_sections(case["sections"]), **_mapping(case.get("outline", {}))))
    dictionary = yaml_of({**DICTIONARY, **_mapping(case.get("dictionary", {}))})
    templates = case.get("templates", {})
    return lambda: composed(outline, dictionary=dictionary, facts=_FACTS_TEXT, templates=templates)


def _sections(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        section: dict[str, Any] = {"text": "x"}
        for _depth in range(value["deep"]):
            section = {"sections": [section]}
        return [section]
    found: list[dict[str, Any]] = []
    for section in value:
        repeated = [section["of"]] * section["times"] if "times" in section else [section]
        found += [{**one, "sections": _sections(one["sections"])} if "sections" in one else one for one in repeated]
    return found


def _mapping(value: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping that may be written as one repeated entry, with texts written as pieces put together."""
    if "times" not in value:
        return {key: _value(inner) for key, inner in value.items()}
    found = dict(value.get("first", {}))
    for number in range(len(found), value["times"]):
        text = yaml.safe_dump(value["of"]).replace("<n>", str(number)).replace("<m>", str(number - 1))
        found.update(yaml.safe_load(text))
    return found


def _value(value: object) -> object:
    match value:
        case {"times": int()}:
            return text_of(value)
        case [*pieces] if any(isinstance(piece, dict) and "times" in piece for piece in pieces):
            return text_of(value)
        case dict():
            return {key: _value(inner) for key, inner in value.items()}
        case _:
            return value


MANIFEST = {"name": "work", "version": "1.0.0", "title": "试", "speechdraft": "0.1.0"}
OFFER = {
    "file": "work-1.0.0.speechpack",
    "sha256": "0" * 64,
    "title": "试",
    "description": "",
    "speechdraft": "0.1.0",
    "builds_on": {},
    "author": "",
}


def yaml_cases() -> Iterator[Case]:
    for case in data("yaml.yaml"):
        yield Case(f"yaml: {case['name']}", case["code"], partial(_yaml, case))


def _yaml(case: Mapping[str, Any]) -> Callable[[], object]:
    if "hex" in case:
        content = bytes.fromhex(case["hex"])
    elif "set" in case:
        content = yaml_of({**MANIFEST, **{key: _entry(value) for key, value in case["set"].items()}}).encode()
    elif "offer" in case:
        offers = {"packs": {"work": {"1.0.0": {**OFFER, **case["offer"]}}}}
        content = json.dumps(offers, ensure_ascii=False).encode()
    else:
        content = text_of(case["text"]).encode()
    return partial(READERS[case["as"]], content)


def _entry(value: object) -> object:
    match value:
        case {"list": int() as times, "of": of}:
            return [of] * times
        case {"times": int(), "of": dict()}:
            return _mapping(value)
        case dict() if "times" not in value:
            return {key: _entry(inner) for key, inner in value.items()}
        case _:
            return _value(value)


def _read_plain(content: bytes) -> Problems:
    problems = Problems()
    parse(decode(content, "x.yaml"), "x.yaml", problems)
    return _Found(problems)


def _read_manifest(content: bytes) -> Problems:
    problems = Problems()
    read_manifest(decode(content, "pack.yaml"), "pack.yaml", problems)
    return _Found(problems)


def _read_facts(content: bytes) -> Problems:
    problems = Problems()
    dictionary = {
        "数": FactSpec(type="number"),
        "日": FactSpec(type="date"),
        **{f"事{n}": FactSpec() for n in range(700)},
    }
    node = parse(decode(content, "facts.yaml"), "facts.yaml", problems)
    read_facts(node, Layer.SPEECH, dictionary, problems)
    return _Found(problems)


def _read_dictionary(content: bytes) -> Problems:
    problems = Problems()
    node = parse(decode(content, "facts.yaml"), "facts.yaml", problems)
    if node is not None:
        read_dictionary(node, problems)
    return _Found(problems)


def _read_lock(content: bytes) -> object:
    with TemporaryDirectory() as folder:
        (Path(folder) / LOCK).write_bytes(content)
        return locked_packs(Path(folder), Shelf([]))


class _Found:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems.all()


READERS: dict[str, Callable[[bytes], object]] = {
    "plain": _read_plain,
    "manifest": _read_manifest,
    "facts": _read_facts,
    "dictionary": _read_dictionary,
    "index": lambda content: read_index(content, "index.json"),
    "lock": _read_lock,
    "register": lambda content: record_from(Register, content, "installed.json"),
    "authors": lambda content: record_from(Authors, content, "known-authors.json"),
    "libraries": lambda content: record_from(Libraries, content, "libraries.json"),
    "signature": lambda content: record_from(Signature, content, "SIGNATURE"),
}


GOOD = [
    {"name": "outlines/work.yaml", "text": yaml_of(outline_of([{"template": "work/x"}], id="work"))},
    {"name": "pack.yaml", "text": yaml_of(MANIFEST)},
    {"name": "templates/work/x.j2", "text": "把事情办好。\n"},
]
"""The entries of a small pack with nothing wrong."""


def zip_cases() -> Iterator[Case]:
    for case in data("zips.yaml"):
        yield Case(f"zip: {case['name']}", case["code"], partial(_zip, case))


def _zip(case: Mapping[str, Any]) -> Callable[[], object]:
    content = bytes.fromhex(case["hex"]) if "hex" in case else zip_bytes(case)
    return lambda: read_archive(content, "work-1.0.0.speechpack")


def zip_bytes(case: Mapping[str, Any]) -> bytes:
    """Return a good pack's zip with what a case does to it."""
    changes = case.get("change", {})
    entries = [{**entry, **_entry(changes.get(entry["name"], {}))} for entry in GOOD]
    added = case.get("add", [])
    if isinstance(added, dict):
        added = [{**added["of"], "name": added["of"]["name"].replace("<n>", str(n))} for n in range(added["times"])]
    entries += [{key: _value(value) for key, value in entry.items()} for entry in added]
    entries = [entry for entry in entries if entry.get("name") not in case.get("drop", [])]
    listed = GOOD if case.get("listed") is False else [one for one in entries if one.get("name") != "SIGNATURE"]
    sums = text_of(case["sums"]) if "sums" in case else sums_of(listed)
    if "SHA256SUMS" not in case.get("drop", []):
        entries.insert(0, {"name": "SHA256SUMS", "text": sums, **changes.get("SHA256SUMS", {})})
    return zip_of(entries, case.get("zip"))


def all_cases() -> Iterator[Case]:
    yield from template_cases()
    yield from outline_cases()
    yield from yaml_cases()
    yield from zip_cases()
