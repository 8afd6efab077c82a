"""What keeps facts in a draft from being final, said once at the words."""

from __future__ import annotations

from speechdraft.compose import compose
from speechdraft.draft import FactText, leaves
from speechdraft.ledger import ledger
from speechdraft.remarks import with_remarks
from tests.updating.support import anchors, comments, speech_with, written


def test_a_fact_is_remarked_on_at_its_first_mention_alone() -> None:
    facts = {
        "地区": {"value": "清河市", "confirmed": False, "source": "办公室", "note": "口头"},
        "投资": {"value": "912", "as_of": "2024-06-30"},
        "人数": {"value": "128", "confirmed": True},
    }
    data = written(speech_with(facts=facts))
    assert comments(data) == [
        ("speechdraft", "待核：地区/尚未确认/来源：办公室/备注：口头"),
        ("speechdraft", "待核：投资/已过19个月，请核对/截至：2024-06-30"),
    ]
    assert list(anchors(data).values()) == ["清河市", "912亿元"]


def test_every_part_of_a_fact_bears_its_remark() -> None:
    items = [{"标题": "强基", "做法": "建好阵地"}]
    speech = speech_with(
        facts={"成绩": {"value": items, "confirmed": False}, "讲话人": {"value": "部长 陈立", "confirmed": False}}
    )
    draft = with_remarks(compose(speech).draft, ledger(speech))
    remarks = {
        leaf.fact: leaf.remarks
        for line in draft.runs_of_inlines()
        for leaf in leaves(line)
        if isinstance(leaf, FactText) and leaf.remarks
    }
    assert remarks == dict.fromkeys(["讲话人", "成绩[1].标题", "成绩[1].做法"], ("尚未确认",))
    # In the document it is said once.
    assert [text for _author, text in comments(written(speech))][:2] == ["待核：讲话人/尚未确认", "待核：成绩/尚未确认"]


def test_where_nothing_is_to_be_said_the_draft_is_the_same() -> None:
    speech = speech_with()
    draft = compose(speech).draft
    assert with_remarks(draft, ledger(speech)) is draft
