"""A speech's folder: finding the outline, reading dictionary and facts in their layers, ready to compose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from speechdraft.draft import PackRef
from speechdraft.facts import Dictionary, FactSpec, Given, Layer, stack
from speechdraft.facts_reading import defaults, read_dictionary, read_facts, read_option
from speechdraft.files import read_bounded, shown
from speechdraft.home import config_folder
from speechdraft.i18n import _
from speechdraft.outline import OutlineFile, read_outline
from speechdraft.packs import Pack, SearchPath, read_yaml, unknown_outline
from speechdraft.packs.choice import Choice, choice_for
from speechdraft.packs.lock import write_lock
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity, did_you_mean
from speechdraft.rules import Rule, rules_in
from speechdraft.source import MAX_BYTES, MappingNode, Node, Scalar
from speechdraft.speech import Speech
from speechdraft.templating import Templates

__all__ = [
    "FACTS",
    "OUTLINE",
    "Loaded",
    "facts_file_of",
    "keep_lock",
    "load_outline",
    "load_sample",
    "load_speech",
    "search_path",
    "user_facts",
]

FACTS = "facts.yaml"
OUTLINE = "outline.yaml"
_WORD = (".docx", ".docm", ".doc", ".wps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A speech that was read, with where it stands and what is worth a look in its files."""

    speech: Speech
    name: str
    folder: Path
    facts_file: Path | None
    problems: tuple[Problem, ...]
    packs: tuple[Pack, ...]
    """The packs that it is drafted with, in the order in which they are looked through."""
    locked: bool
    """Whether its folder's lock says so, or it is a pack's own example and needs none."""


def load_speech(target: Path, settings: Iterable[str] = (), *, unlocked: bool = False) -> Loaded:
    """Return the speech of a folder (or facts file), with the values that ``--set`` gives on top.

    The outline is the folder's own ``outline.yaml``, else the one that the facts file names. Raises ProblemError with
    everything that is wrong in outline, dictionary and facts, and where the folder's lock (unless ``unlocked``) names
    packs that are not there or were changed.
    """
    problems = Problems()
    folder, facts_path = _places(target)
    node = read_yaml(facts_path, problems)[0] if facts_path is not None else None
    choice = choice_for(folder, unlocked=unlocked)
    own = folder / OUTLINE
    if own.is_file() and (facts_path is None or facts_path.parent == folder):
        path: Path | None = own
    else:
        path = _named_outline(node, facts_path, choice.widest(), problems)
    outline, dictionary, search = _outline_and_dictionary(path, choice, problems)
    layers: list[Mapping[str, Given]] = [defaults(dictionary, "")]
    of_facts = Problems()
    layers.append(_user_layer(dictionary, of_facts))
    layers.append(read_facts(node, Layer.SPEECH, dictionary, of_facts))
    layers += [read_option(setting, dictionary, of_facts) for setting in settings]
    # An outline that cannot be read may declare the facts that nobody seems to know.
    problems.extend(one for one in of_facts.all() if outline is not None or one.code != "unknown-fact")
    problems.raise_errors()
    assert outline is not None  # noqa: S101  (no outline is an error above)
    name = folder.resolve().name if facts_path is None or facts_path.name == FACTS else facts_path.stem
    speech = _speech(outline, dictionary, stack(layers), search)
    return Loaded(
        speech=speech,
        name=name,
        folder=folder,
        facts_file=facts_path,
        problems=problems.all(),
        packs=search.packs,
        locked=choice.locked is not None or choice.home is not None,
    )


def facts_file_of(target: Path) -> Path:
    """Return the file that a speech's facts stand in, or will. Raises ProblemError where there is no speech."""
    folder, facts = _places(target)
    return facts or folder / FACTS


def load_outline(name: str, *, unlocked: bool = False) -> Loaded:
    """Return an outline by its id, its file or a speech's folder, with no facts but the defaults.

    Raises ProblemError as :func:`load_speech` does.
    """
    problems = Problems()
    target = Path(name)
    if target.is_dir() and (target / OUTLINE).is_file():
        target = target / OUTLINE
    if target.is_file():
        folder, path = target.parent, target
        choice = choice_for(folder, unlocked=unlocked)
    else:
        folder, choice = Path(), choice_for(None)
        known = choice.widest().outlines()
        if name not in known:
            raise ProblemError([unknown_outline(name, choice.widest())])
        path = known[name]
    outline, dictionary, search = _outline_and_dictionary(path, choice, problems)
    given = stack([defaults(dictionary, ""), _user_layer(dictionary, problems)])
    problems.raise_errors()
    assert outline is not None  # noqa: S101  (no outline is an error above)
    speech = _speech(outline, dictionary, given, search)
    return Loaded(
        speech=speech,
        name=outline.outline.id,
        folder=folder,
        facts_file=None,
        problems=problems.all(),
        packs=search.packs,
        locked=choice.locked is not None,
    )


def load_sample(path: Path, choice: Choice, facts: Path | None = None) -> Loaded:
    """Return an outline by its file with the facts of a file (or none) and the defaults; nothing of the user's own.

    Raises ProblemError with everything that is wrong in outline, dictionary and facts.
    """
    problems = Problems()
    outline, dictionary, search = _outline_and_dictionary(path, choice, problems)
    node = read_yaml(facts, problems)[0] if facts is not None else None
    given = stack([defaults(dictionary, ""), read_facts(node, Layer.SPEECH, dictionary, problems)])
    problems.raise_errors()
    assert outline is not None  # noqa: S101  (no outline is an error above)
    return Loaded(
        speech=_speech(outline, dictionary, given, search),
        name=outline.outline.id,
        folder=path.parent,
        facts_file=facts,
        problems=problems.all(),
        packs=search.packs,
        locked=True,
    )


def keep_lock(loaded: Loaded) -> tuple[Problem, ...]:
    """Write the lock of a speech's folder that has none, so that it drafts the same from now on.

    A loose facts file has no folder of its own and gets none. Returns what went wrong, as warnings: the draft is there.
    """
    own = (loaded.folder / OUTLINE).is_file() or (loaded.facts_file is not None and loaded.facts_file.name == FACTS)
    if loaded.locked or not own:
        return ()
    try:
        write_lock(loaded.folder, loaded.packs)
    except ProblemError as error:
        return tuple(replace(problem, severity=Severity.WARNING) for problem in error.problems)
    return ()


def user_facts() -> Path:
    """Return the file of the user's own defaults (their place, their department); it need not be there."""
    return config_folder() / FACTS


def search_path(own: Path | None) -> SearchPath:
    """Return where outlines and templates are looked up: a speech's folder, then its packs, or all that are there."""
    return choice_for(own).widest()


def _places(target: Path) -> tuple[Path, Path | None]:
    """Return the speech's folder and its facts file."""
    if target.name == OUTLINE and target.is_file():
        target = target.parent
    if target.is_dir():
        if (target / FACTS).is_file():
            return target, target / FACTS
        if (target / OUTLINE).is_file():
            return target, None
        raise ProblemError(
            [
                Problem(
                    code="not-a-speech",
                    message=_("this folder holds neither {facts} nor {outline}").format(facts=FACTS, outline=OUTLINE),
                    place=Place(file=shown(target)),
                    hint=_("speechdraft new OUTLINE FOLDER makes a speech's folder"),
                )
            ]
        )
    if not target.exists():
        read_bounded(target, MAX_BYTES)
    if target.suffix.lower() in _WORD:
        raise ProblemError([_no_speech_but_a_document(target)])
    return target.parent, target


def _no_speech_but_a_document(target: Path) -> Problem:
    return Problem(
        code="not-a-speech",
        message=_("this is a document; a speech is the folder of its facts file, or that file"),
        place=Place(file=shown(target)),
        hint=_(
            "what was typed in a draft: speechdraft facts pull {file}; to bring a draft up to date: speechdraft draft "
            "SPEECH --update {file}"
        ).format(file=shown(target)),
    )


def _named_outline(node: Node | None, facts: Path | None, search: SearchPath, problems: Problems) -> Path | None:
    entry = node.entries.get("outline") if isinstance(node, MappingNode) else None
    if not isinstance(entry, Scalar) or not entry.given:
        if not problems.has_errors:
            problems.add(
                Problem(
                    code="no-outline",
                    message=_("these facts do not say which outline they are for"),
                    place=Place(file=shown(facts) if facts else "", line=1),
                    hint=_(
                        "write “outline: annual-conference”, or another of speechdraft outline list, in the first line"
                    ),
                )
            )
        return None
    known = search.outlines()
    if entry.text not in known:
        hint = did_you_mean(entry.text, known) or _("speechdraft outline list shows all there are")
        message = _("no outline “{name}”").format(name=entry.text)
        problems.add(Problem(code="unknown-outline", message=message, place=entry.place, hint=hint))
        return None
    return known[entry.text]


def _outline_and_dictionary(
    path: Path | None, choice: Choice, problems: Problems
) -> tuple[OutlineFile | None, dict[str, FactSpec], SearchPath]:
    """Return the outline, what its facts are, and where it looks its templates up."""
    outline, node, search = None, None, choice.widest()
    if path is not None:
        node, text = read_yaml(path, problems)
        outline = read_outline(node, shown(path), text, problems)
        if outline is not None:
            names = [section.template for _path, section in outline.outline.walk() if section.template is not None]
            search = choice.narrowed(path, names)
    dictionary: dict[str, FactSpec] = {}
    rules: list[Rule] = []
    for file in search.dictionaries():
        entries, _text = read_yaml(file, problems)
        if entries is not None:
            dictionary.update(read_dictionary(entries, problems))
            rules += rules_in(entries, problems)
    if outline is not None and isinstance(node, MappingNode):
        if "facts" in node.entries:
            dictionary.update(read_dictionary(node.entries["facts"], problems))
        outline.rules = (*rules, *rules_in(node, problems))
    return outline, dictionary, search


def _user_layer(dictionary: Dictionary, problems: Problems) -> Mapping[str, Given]:
    """Return the user's own defaults, as far as this speech knows them."""
    path = user_facts()
    if not path.is_file():
        return {}
    node, _text = read_yaml(path, problems)
    if isinstance(node, MappingNode):
        # The same defaults are for all their speeches, of any pack: this one need not know them all.
        node = replace(node, entries={name: entry for name, entry in node.entries.items() if name in dictionary})
    return read_facts(node, Layer.USER, dictionary, problems)


def _speech(outline: OutlineFile, dictionary: Dictionary, given: Mapping[str, Given], search: SearchPath) -> Speech:
    pack: Pack = search.packs[0]
    return Speech(
        outline=outline,
        dictionary=dictionary,
        given=given,
        pack=PackRef(name=pack.manifest.name, version=pack.manifest.version),
        templates=Templates(search.template, search.template_names, search.full_name),
    )
