"""Where speechdraft keeps what is the user's: settings and own defaults, installed packs.

``SPEECHDRAFT_HOME`` names one folder for all of it, for a stick that is carried about.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_state_path

__all__ = ["config_folder", "data_folder", "state_folder"]

_VARIABLE = "SPEECHDRAFT_HOME"


def config_folder() -> Path:
    """Return the folder of the user's settings; it need not be there."""
    home = os.environ.get(_VARIABLE)
    return Path(home) / "config" if home else user_config_path("speechdraft", appauthor=False)


def data_folder() -> Path:
    """Return the folder of what is kept for the user; it need not be there."""
    home = os.environ.get(_VARIABLE)
    return Path(home) / "data" if home else user_data_path("speechdraft", appauthor=False)


def state_folder() -> Path:
    """Return the folder of what may be lost without harm, such as where an interview was left; it need not be there."""
    home = os.environ.get(_VARIABLE)
    return Path(home) / "state" if home else user_state_path("speechdraft", appauthor=False)
