"""The language that is spoken."""

from __future__ import annotations

import locale

import pytest

from speechdraft.i18n import language, ngettext, use_language
from speechdraft.problems import did_you_mean

_VARIABLES = ("SPEECHDRAFT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("settings", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_CN"),
        ({"LANG": "zh-Hans"}, "zh_CN"),
        ({"LANG": "Chinese_China.936"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "zh_CN"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"SPEECHDRAFT_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"SPEECHDRAFT_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh_CN"),
        ({"SPEECHDRAFT_LANG": "ZH_cn"}, "zh_CN"),
    ],
)
def test_the_language_of_the_surroundings(
    settings: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken


def test_where_nothing_is_set_the_system_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    regional = (locale.getlocale()[0] or "").lower()
    assert language() == ("zh_CN" if regional.startswith(("zh", "chinese")) else "en")


def test_it_can_be_changed_while_it_runs() -> None:
    assert did_you_mean("甲乙", ["甲乙丙"]) == "did you mean 甲乙丙?"
    use_language("zh_CN")
    assert "甲乙丙" in did_you_mean("甲乙", ["甲乙丙"])
    use_language("en")
    assert did_you_mean("甲乙", ["甲乙丙"]) == "did you mean 甲乙丙?"


def test_one_and_many() -> None:
    assert [ngettext("{count} gap:", "{count} gaps:", count).format(count=count) for count in (1, 2)] == [
        "1 gap:",
        "2 gaps:",
    ]
