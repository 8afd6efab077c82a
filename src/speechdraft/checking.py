"""The contract of a pack: what must hold before anybody shares it.

Manifest and files are in order; every template is within the sandbox; every outline drafts with full, sparse and empty
facts, within the budget, without holes and stray tags, to a document that opens; every fact is in the dictionary.

The full facts are ``examples/OUTLINE/facts.yaml`` where the pack has that file, else the dictionary's examples. The
sparse ones are ``facts-sparse.yaml``, else every third of the full ones. Other YAML files there are tried as well.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from speechdraft.compose import compose
from speechdraft.draft import Draft
from speechdraft.facts import FactSpec, Layer, stack
from speechdraft.facts_reading import read_dictionary, read_facts
from speechdraft.files import shown, write_new
from speechdraft.i18n import _
from speechdraft.needs import needs_of
from speechdraft.packs.archive import Archive
from speechdraft.packs.choice import Choice
from speechdraft.packs.folder import Pack, open_pack, pack_files, read_yaml
from speechdraft.packs.manifest import MANIFEST
from speechdraft.packs.paths import DICTIONARY, belongs
from speechdraft.packs.shelf import Shelf
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity
from speechdraft.proof import proofread
from speechdraft.samples import sample_facts
from speechdraft.source import MappingNode, Node
from speechdraft.speech import Speech
from speechdraft.speeches import FACTS, Loaded, load_sample
from speechdraft.templating import Templates

__all__ = ["Drafted", "Report", "check_archive", "check_pack"]

_SPARSE = "facts-sparse.yaml"
_EVERY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An outline that was drafted with one of its samples."""

    outline: str
    sample: str
    characters: int
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the check of a pack found. The pack may be shared when none of the problems is an error."""

    pack: Pack
    templates: int
    facts: int
    drafted: tuple[Drafted, ...]
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether the pack keeps the contract."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def check_pack(root: Path, shelf: Shelf) -> Report:
    """Return what the contract says of the pack in a folder. ``shelf`` has what it builds on; it goes before that.

    Raises ProblemError only where the folder is no pack, or what it builds on is not there.
    """
    pack = open_pack(root)
    shelf = Shelf([pack, *shelf.all()])
    search = shelf.search_path(None, shelf.together([pack]))
    choice = Choice(shelf=shelf, own=None, locked=None, home=pack)
    problems = Problems()
    problems.extend(_of_files(root))
    problems.extend(_of_manifest(pack))
    dictionary = _own_dictionary(root, problems)
    for name, path in pack.templates().items():
        templates = Templates(search.template, search.template_names, search.full_name)
        with _collected(problems):
            templates.usage(name, Place(file=shown(path)))
    if not pack.outlines() and not pack.templates():
        message = _("the pack has neither outlines nor templates")
        problems.add(Problem(code="empty-pack", message=message, place=Place(file=shown(root))))
    drafted: list[Drafted] = []
    for path in pack.outlines().values():
        with _collected(problems):
            drafted += _of_outline(path, pack, choice, problems)
    return Report(
        pack=pack,
        templates=len(pack.templates()),
        facts=len(dictionary),
        drafted=tuple(drafted),
        problems=problems.all(),
    )


def check_archive(archive: Archive, shelf: Shelf, file: str) -> Report:
    """Return what the contract says of a pack's file, with places in it (``flood-0.1.0.speechpack/pack.yaml``).

    Raises ProblemError as :func:`check_pack` does.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve() / archive.manifest.name
        write_new(root, archive.files)
        try:
            report = check_pack(root, shelf)
        except ProblemError as error:
            raise ProblemError(_placed(error.problems, shown(root), file)) from None
        return replace(report, problems=tuple(_placed(report.problems, shown(root), file)))


def _placed(problems: Iterable[Problem], root: str, file: str) -> Iterator[Problem]:
    """Return the problems of a folder as those of a file, wherever they name it."""
    for problem in problems:
        yield replace(
            problem,
            message=problem.message.replace(root, file),
            place=replace(problem.place, file=problem.place.file.replace(root, file)),
            hint=problem.hint.replace(root, file),
        )


class _collected:  # noqa: N801  (a statement, as contextlib.suppress is)
    """Takes the problems that stop one part of the check, so that the others go on."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> bool:
        if not isinstance(error, ProblemError):
            return False
        self._problems.extend(error.problems)
        return True


def _of_files(root: Path) -> Iterator[Problem]:
    try:
        pack_files(root)
    except ProblemError as error:
        yield from error.problems
    for path in sorted((root / "templates").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not path.name.startswith(".") and belongs(name) is None:
            yield _warning(
                "left-out",
                _("this file does not belong in a pack; it is not shared with it"),
                path,
                _("templates end in .j2, their names are made of letters, digits, “_” and “-”"),
            )


def _of_manifest(pack: Pack) -> Iterator[Problem]:
    path = pack.root / MANIFEST
    for key, value in (
        ("description", pack.manifest.description),
        ("authors", pack.manifest.authors),
        ("licence", pack.manifest.licence),
    ):
        if not value:
            message = _("the manifest says nothing under “{key}”").format(key=key)
            yield _warning("bare-manifest", message, path, _("whoever gets the pack would like to know"))


def _warning(code: str, message: str, path: Path, hint: str) -> Problem:
    return Problem(code=code, message=message, place=Place(file=shown(path)), hint=hint, severity=Severity.WARNING)


def _own_dictionary(root: Path, problems: Problems) -> dict[str, FactSpec]:
    """Return the pack's own dictionary, after trying every example in it as a value of its fact."""
    path = root / DICTIONARY
    if not path.is_file():
        return {}
    with _collected(problems):
        node, _text = read_yaml(path, problems)
        if node is None:
            return {}
        dictionary = read_dictionary(node, problems)
        if isinstance(node, MappingNode):
            read_facts(_examples(node, dictionary), Layer.SPEECH, dictionary, problems)
        return dictionary
    return {}


def _examples(node: MappingNode, dictionary: dict[str, FactSpec]) -> MappingNode:
    """Return the examples of a dictionary as a facts file that has them where the dictionary does."""
    entries: dict[str, Node] = {}
    for name, entry in node.entries.items():
        if name in dictionary and isinstance(entry, MappingNode) and "example" in entry.entries:
            entries[name] = entry.entries["example"]
    return MappingNode(entries=entries, key_places=node.key_places, place=node.place)


def _of_outline(path: Path, pack: Pack, choice: Choice, problems: Problems) -> Iterator[Drafted]:
    full = load_sample(path, choice)
    outline = full.speech.outline.outline.id
    if outline != path.stem:
        message = _("the outline calls itself “{id}”, its file “{name}”").format(id=outline, name=path.stem)
        hint = _("both must be the same: the file's name is what users type")
        problems.add(Problem(code="wrong-id", message=message, place=Place(file=shown(path)), hint=hint))
    for needs in needs_of(full.speech):
        problems.extend(needs.problems)
    for name, loaded in _samples(path, pack, choice, full):
        found = Problems()
        problems.extend(loaded.problems)
        with _collected(found):
            drafted, draft = _drafted(name, loaded.speech, found)
            found.extend(proofread(draft))
            found.extend(_of_document(draft))
            if name == "full" and draft.gaps():
                found.add(_has_gaps(draft))
            yield drafted
        problems.extend(_told(problem, path, name, loaded) for problem in found.all())


def _samples(path: Path, pack: Pack, choice: Choice, bare: Loaded) -> Iterator[tuple[str, Loaded]]:
    """Return the outline with each of its samples, by the sample's name."""
    folder = pack.root / "examples" / path.stem
    if (folder / FACTS).is_file():
        full = load_sample(path, choice, folder / FACTS)
    else:
        given = {**sample_facts(bare.speech.dictionary)}
        full = replace(bare, speech=replace(bare.speech, given=stack([bare.speech.given, given])))
    yield "full", full
    if (folder / _SPARSE).is_file():
        yield "sparse", load_sample(path, choice, folder / _SPARSE)
    else:
        some = {name: given for index, (name, given) in enumerate(full.speech.given.items()) if index % _EVERY == 0}
        yield "sparse", replace(full, speech=replace(full.speech, given=stack([bare.speech.given, some])))
    yield "empty", replace(bare, speech=replace(bare.speech, given={}))
    for other in sorted(folder.glob("*.yaml")):
        if other.name not in {FACTS, _SPARSE}:
            yield other.stem, load_sample(path, choice, other)


def _drafted(sample: str, speech: Speech, problems: Problems) -> tuple[Drafted, Draft]:
    composition = compose(speech)
    # That a section stands or falls with a fact that a sample leaves out is what the sample is for.
    problems.extend(one for one in composition.problems if one.code != "undecided")
    draft = composition.draft
    told = Drafted(outline=draft.outline, sample=sample, characters=draft.characters(), gaps=len(draft.gaps()))
    return told, draft


def _has_gaps(draft: Draft) -> Problem:
    names = [gap.fact for gap in draft.gaps()]
    told = _(", ").join(names[:5])
    if len(names) > 5:
        told = _("{names} and {count} more").format(names=told, count=len(names) - 5)
    return Problem(
        code="gap-in-full-sample",
        message=_("with its full sample facts the speech still has gaps: {names}").format(names=told),
        hint=_("give the facts an example in the dictionary, or a value in examples/OUTLINE/facts.yaml"),
    )


def _of_document(draft: Draft) -> Iterator[Problem]:
    """Return what is wrong with the draft as a .docx: its parts are well-formed, a reader of such files opens it."""
    from docx import Document  # noqa: PLC0415  (python-docx and lxml load when a document is really made)
    from lxml import etree  # noqa: PLC0415

    from speechdraft.word.layouts import LAYOUTS  # noqa: PLC0415
    from speechdraft.word.writer import to_docx  # noqa: PLC0415

    data = to_docx(draft, LAYOUTS["gbt9704"])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for name in parts.namelist():
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(parts.read(name))
        Document(io.BytesIO(data))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError) as error:
        message = _("the draft does not open as a document: {reason}").format(reason=str(error)[:200])
        yield Problem(code="bad-document", message=message)


def _told(problem: Problem, path: Path, sample: str, loaded: Loaded) -> Problem:
    """Return a problem of a sample's draft with the outline as its place and the sample in its hint."""
    if problem.place.file:
        return problem
    section = _("section {section}").format(section=problem.place.section) if problem.place.section else ""
    what = _("drafted with the {sample} sample facts").format(sample=sample)
    if loaded.facts_file is not None and sample not in {"sparse", "empty"}:
        what = _("drafted with {file}").format(file=shown(loaded.facts_file))
    hint = "\n".join(part for part in (_(", ").join(part for part in (what, section) if part), problem.hint) if part)
    return replace(problem, place=Place(file=shown(path)), hint=hint)
