"""The sandbox: what a template may use, and how much. The only package that knows Jinja.

A template is data from a stranger. Its syntax tree is checked against a list of what a speech needs before anything
runs, loops and calls are charged to a budget while it runs, and it sees nothing but facts and parameters.
"""

from speechdraft.templating.environment import Scope
from speechdraft.templating.filters import text_in_form
from speechdraft.templating.reading import Mention, Usage
from speechdraft.templating.templates import Templates

__all__ = ["Mention", "Scope", "Templates", "Usage", "text_in_form"]
