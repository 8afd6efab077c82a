from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from speechdraft.consistency import worth_a_look
from speechdraft.facts import FactSpec
from speechdraft.forms import wanted
from speechdraft.ink import Ink
from speechdraft.ledger import Entry, Standing, _age, ledger, speech_day
from speechdraft.speech import FactValues
from speechdraft.speeches import load_speech

from .specs import given_of
from .speeches import OUTLINE, write_speech

FACTS = """\
地区: 清河市
会议日期: 2026-02-10
讲话人: {value: 沈立川, confirmed: no}
录取人数: {value: 120, as_of: 2024-12-31, source: 干部一科}
到位人数: {value: 108, as_of: 2024-12-31, confirmed: no}
到位率: {value: 90%, as_of: 2025-12-31, confirmed: yes}
"""


def standings(folder: Path) -> dict[str, Standing]:
    return {entry.name: entry.standing for entry in ledger(load_speech(folder).speech)}


def test_how_it_stands_with_each_fact(tmp_path: Path) -> None:
    folder = write_speech(tmp_path / "s", FACTS)
    assert standings(folder) == {
        "地区": Standing.GIVEN,
        "会议日期": Standing.GIVEN,
        "层级": Standing.STALE,
        "讲话人": Standing.UNCONFIRMED,
        "录取人数": Standing.STALE,
        "到位人数": Standing.UNCONFIRMED,
        "到位率": Standing.GIVEN,
        "缺口": Standing.COMPUTED,
        "县区": Standing.MISSING,
        "存在问题": Standing.MISSING,
        "备注": Standing.LEFT_OUT,
    }


def test_what_nothing_reads_is_unused_and_a_fresh_default_is_one(tmp_path: Path) -> None:
    outline = OUTLINE.replace("as_of: 2024-01-31", "as_of: 2025-10-31").replace("缺{{ 缺口 }}", "")
    folder = write_speech(tmp_path / "s", FACTS + "缺口: 12\n", outline)
    found = standings(folder)
    assert (found["层级"], found["缺口"]) == (Standing.DEFAULTED, Standing.UNUSED)


AGES = [
    (datetime.date(2025, 2, 9), 12, datetime.date(2026, 2, 10), 12),
    (datetime.date(2025, 2, 10), 12, datetime.date(2026, 2, 10), 0),
    (datetime.date(2025, 1, 31), 12, datetime.date(2026, 2, 1), 12),
    (datetime.date(2025, 12, 31), 1, datetime.date(2026, 2, 10), 1),
    (datetime.date(2026, 3, 1), 12, datetime.date(2026, 2, 10), 0),
]


@pytest.mark.parametrize(("as_of", "months", "day", "age"), AGES)
def test_a_value_stays_fresh_for_its_months(as_of: datetime.date, months: int, day: datetime.date, age: int) -> None:
    one = FactSpec(fresh_months=months)
    given = given_of({"甲": {"value": "x", "as_of": as_of.isoformat()}}, {"甲": one})["甲"]
    assert _age(one, given, day) == age


def test_stale_values_ask_for_a_look(tmp_path: Path) -> None:
    problems = worth_a_look(load_speech(write_speech(tmp_path / "s", FACTS)).speech)
    file = (tmp_path / "s" / "facts.yaml").as_posix()
    assert [str(problem) for problem in problems if problem.code.startswith("stale")] == [
        (
            "stale-default: the default of “层级” dates from 2024-01-31 and is 24 months old: 市\n"
            "  see whether it still holds; then give it in the facts file, with its day (as_of); ask 办公室"
        ),
        (
            f"{file}:5:7: stale-fact: “录取人数” dates from 2024-12-31 and is 13 months old: 120名\n"
            "  see whether it still holds; then give it a newer day (as_of); ask 干部一科"
        ),
        (
            f"{file}:6:7: stale-fact: “到位人数” dates from 2024-12-31 and is 13 months old: 108名\n"
            "  see whether it still holds; then give it a newer day (as_of); ask 干部一科"
        ),
    ]


def test_a_long_value_is_cut_short_where_it_is_told(tmp_path: Path) -> None:
    # The speech ends each paragraph with a full stop.
    for value, told in (("一" * 29, "一" * 29 + "。"), ("一" * 30, "一" * 29 + "…"), ("一\n二", "一。 二。")):
        facts = FACTS + f"备注: {{value: {json.dumps(value)}, as_of: 2024-12-31}}\n"
        problems = worth_a_look(load_speech(write_speech(tmp_path / "s", facts)).speech)
        (found,) = [problem.message for problem in problems if "“备注”" in problem.message]
        assert found == f"“备注” dates from 2024-12-31 and is 13 months old: {told}"


def test_without_a_date_the_day_is_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = load_speech(write_speech(tmp_path / "s", "地区: 清河市\n")).speech
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert speech_day(speech, FactValues(speech, Ink())) == datetime.date(2026, 1, 1)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs((speech_day(speech, FactValues(speech, Ink())) - datetime.date.today()).days) <= 1  # noqa: DTZ011


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def test_a_form_asks_for_what_is_missing_unsure_or_old(tmp_path: Path) -> None:
    entries = ledger(load_speech(write_speech(tmp_path / "s", FACTS)).speech)
    assert names(wanted(entries)) == [
        "层级",
        "讲话人",
        "存在问题",
        "录取人数",
        "到位人数",
        "县区",
        "备注",
    ]
    assert names(wanted(entries, ["干部一科"])) == ["录取人数", "到位人数"]
    assert names(wanted(entries, ["干部一科"], everything=True)) == ["录取人数", "到位人数", "到位率"]
