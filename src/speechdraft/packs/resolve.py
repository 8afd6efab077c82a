"""Which versions of packs go together: ranges of ``builds_on`` in, one version of each pack out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from speechdraft.i18n import _
from speechdraft.packs.versions import ANY, newest, satisfies
from speechdraft.problems import Problem, ProblemError, did_you_mean

__all__ = ["Offers", "Wish", "resolve"]

Offers: TypeAlias = "Callable[[str], Mapping[str, Mapping[str, str]]]"
"""Gives the versions of a pack that can be had, each with the ranges of what it builds on."""
Wish: TypeAlias = tuple[str, str, str]
"""A pack's name, a range, and who wants it (an empty text for the user)."""

_MOST_ROUNDS = 60


def resolve(
    wishes: Iterable[Wish],
    offers: Offers,
    kept: Mapping[str, Iterable[str]] | None = None,
    names: Iterable[str] = (),
) -> dict[str, str]:
    """Return one version for each pack that is wished for or built on, what is built on last.

    The newest version in all ranges is taken, but for a pack of ``kept`` one of the versions there where one fits.
    ``names`` are all packs that can be had, for hints. Raises ProblemError: ``no-such-pack``, ``version-conflict``,
    ``pack-cycle``.
    """
    wanted = list(wishes)
    kept = kept or {}
    chosen: dict[str, str] = {}
    for _round in range(_MOST_ROUNDS):
        ranges = _ranges(wanted, chosen, offers)
        next_chosen = {name: _choice(name, inside, offers, kept, names) for name, inside in ranges.items()}
        if next_chosen == chosen:
            return _ordered(wanted, chosen, offers)
        chosen = next_chosen
    message = _("no versions of these packs go together: {names}").format(names=_(", ").join(chosen))
    hint = _("install them one by one, or say which version: NAME@1.2.0")
    raise ProblemError([Problem(code="version-conflict", message=message, hint=hint)])


def _ranges(wanted: list[Wish], chosen: Mapping[str, str], offers: Offers) -> dict[str, list[tuple[str, str]]]:
    """Return the ranges that each pack has to be in, with who says so."""
    ranges: dict[str, list[tuple[str, str]]] = {}
    waiting = list(wanted)
    seen: set[str] = set()
    while waiting:
        name, inside, by = waiting.pop(0)
        ranges.setdefault(name, []).append((inside, by))
        if name in chosen and name not in seen:
            seen.add(name)
            base = offers(name).get(chosen[name], {})
            waiting += [(other, other_range, f"{name} {chosen[name]}") for other, other_range in base.items()]
    return ranges


def _choice(
    name: str,
    ranges: list[tuple[str, str]],
    offers: Offers,
    kept: Mapping[str, Iterable[str]],
    names: Iterable[str],
) -> str:
    versions = list(offers(name))
    fitting = [version for version in versions if all(satisfies(version, inside) for inside, _by in ranges)]
    best = newest(version for version in fitting if version in kept.get(name, ())) or newest(fitting)
    if best is not None:
        return best
    told = _("; ").join(dict.fromkeys(_told(name, inside, by) for inside, by in ranges))
    if versions:
        message = _("no version of “{name}” fits: {told}").format(name=name, told=told)
        hint = _("there is {versions}").format(versions=_(", ").join(versions))
        raise ProblemError([Problem(code="version-conflict", message=message, hint=hint)])
    message = _("no pack “{name}” is there: {told}").format(name=name, told=told)
    hint = did_you_mean(name, names) or _("speechdraft pack install {name} brings it, from a library or a file")
    raise ProblemError([Problem(code="no-such-pack", message=message, hint=hint.format(name=name))])


def _told(name: str, inside: str, by: str) -> str:
    wanted = name if inside == ANY else f"{name} {inside}"
    return (
        _("{by} builds on {wanted}").format(by=by, wanted=wanted)
        if by
        else _("{wanted} is wanted").format(wanted=wanted)
    )


def _ordered(wanted: list[Wish], chosen: Mapping[str, str], offers: Offers) -> dict[str, str]:
    """Return the packs so that each stands before what it builds on. Raises ProblemError where that cannot be."""
    done: dict[str, str] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            chain = " → ".join((*trail[trail.index(name) :], name))
            message = _("these packs build on each other")
            raise ProblemError([Problem(code="pack-cycle", message=message, hint=chain)])
        if name in done:
            return
        for base in reversed(list(offers(name).get(chosen[name], {}))):
            visit(base, (*trail, name))
        done[name] = chosen[name]

    for name, _range, _by in reversed(wanted):
        visit(name, ())
    return dict(reversed(done.items()))
