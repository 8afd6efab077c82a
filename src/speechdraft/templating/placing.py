"""What Jinja and the sandbox raise, as problems with the place where it happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import NoReturn

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import TemplateNotFound, TemplateRuntimeError, TemplatesNotFound, UndefinedError

from speechdraft.i18n import _
from speechdraft.ink import ArithmeticRefusalError
from speechdraft.problems import Place, Problem, ProblemError, did_you_mean
from speechdraft.templating.budget import Budget, BudgetError, RefusedError
from speechdraft.templating.grammar import GrammarRefusalError, too_deep

__all__ = ["Placing", "unknown_template"]


class Placing:
    """Turns what Jinja and the sandbox raise into problems with the place where it happened."""

    def __init__(self, place: Place, names: Callable[[], Iterable[str]], budget: Budget) -> None:
        """``place`` is where the outline names what runs; ``names`` gives all templates, for hints."""
        self._place = place
        self._names = names
        self._budget = budget

    def __enter__(self) -> None:
        # Where the budget went is said once; what comes after it is not at fault.
        if self._budget.spent is not None:
            raise ProblemError([self._budget.spent])

    def __exit__(self, kind: object, error: BaseException | None, traceback: TracebackType | None) -> None:
        match error:
            case None:
                return
            case GrammarRefusalError():
                self._raise(error.code, str(error), self._parsing(traceback, error.line), error.hint)
            case TemplateSyntaxError():
                place = self._at(error.filename, error.lineno)
                self._raise("template-syntax", _syntax(error), place)
            case TemplatesNotFound() | TemplateNotFound():
                raise ProblemError(
                    [unknown_template(str(error.name or error), self._names(), self._running(traceback))]
                ) from None
            case RefusedError():
                self._raise(error.code, error.message, self._running(traceback), error.hint)
            case ArithmeticRefusalError():
                self._raise("bad-arithmetic", str(error), self._running(traceback))
            case BudgetError():
                message = _("this template wants too much: {reason}").format(reason=error)
                self._budget.spent = Problem(code="over-budget", message=message, place=self._running(traceback))
                raise ProblemError([self._budget.spent]) from None
            case UndefinedError():
                self._raise("unknown-name", str(error.message), self._running(traceback))
            case RecursionError():
                refusal = too_deep(1)
                self._raise(refusal.code, str(refusal), self._running(traceback))
            case TemplateRuntimeError() | TypeError():
                message = _("this template cannot be run: {reason}").format(reason=error)
                self._raise("template-fails", message, self._running(traceback))
            case _:
                return

    def _raise(self, code: str, message: str, place: Place, hint: str = "") -> NoReturn:
        raise ProblemError([Problem(code=code, message=message, place=place, hint=hint)]) from None

    def _at(self, file: str | None, line: int) -> Place:
        if file and file != "<template>":
            return Place(file=file, line=line)
        if self._place.line is None:
            return self._place
        return Place(
            file=self._place.file, line=self._place.line + line - 1, column=self._place.column if line == 1 else None
        )

    def _running(self, traceback: TracebackType | None) -> Place:
        """Return the line of the innermost template that was running."""
        place = self._place
        while traceback is not None:
            template = traceback.tb_frame.f_globals.get("__jinja_template__")
            if template is not None:
                place = self._at(template.filename, template.get_corresponding_lineno(traceback.tb_lineno))
            traceback = traceback.tb_next
        return place

    def _parsing(self, traceback: TracebackType | None, line: int) -> Place:
        """Return the line of the template that was being parsed."""
        file = None
        while traceback is not None:
            if traceback.tb_frame.f_code.co_name in {"_parse", "_compile"}:
                file = traceback.tb_frame.f_locals.get("filename") or file
            traceback = traceback.tb_next
        return self._at(file, line)


def unknown_template(name: str, names: Iterable[str], place: Place) -> Problem:
    """Return the problem of a template that nobody has."""
    message = _("no template “{name}”").format(name=name)
    return Problem(code="unknown-template", message=message, place=place, hint=did_you_mean(name, names))


def _syntax(error: TemplateSyntaxError) -> str:
    return _("this is not template syntax: {reason}").format(reason=_in_our_words(error.message or ""))


def _in_our_words(reason: str) -> str:
    """Return what Jinja's parser says, in the user's language where it is one of the usual slips."""
    told = [
        (r"Encountered unknown tag '(.+?)'\.", _("there is no statement “{0}”")),
        (
            r"Unexpected end of template\..*innermost block that needs to be closed is '(.+?)'\.",
            _("“{0}” is not closed"),
        ),
        (r"Unexpected end of template\. Jinja was looking for the following tags: (.+?)\..*", _("{0} is missing")),
        (r"Missing end of (?:comment tag|raw directive)", _("a comment {{# … #}} is not closed")),
        (r"unexpected end of template.*", _("a {{{{ … }}}} or {{% … %}} is not closed")),
        (r"unexpected 'end of template'", _("the end comes too soon")),
        (r"unexpected '(.+)'", _("“{0}” stands where it makes no sense")),
        (r"unexpected char '(.+)' at \d+", _("“{0}” means nothing here")),
        (r"expected token '(.+?)', got '(.+?)'", _("“{0}” is expected and “{1}” stands there")),
        (r"Expected an expression, got '(.+?)'.*", _("a name or value is expected and {0} stands there")),
    ]
    for pattern, words in told:
        found = re.fullmatch(pattern, reason, re.DOTALL)
        if found is not None:
            return words.format(*found.groups())
    return reason
