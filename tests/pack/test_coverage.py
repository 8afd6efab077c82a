"""Every pattern of PATTERNS.md and every area of organization work has its template."""

from __future__ import annotations

import pytest

from speechdraft.packs.folder import builtin_pack
from tests.pack.support import OUTLINES, TEMPLATES, bare

PATTERNS = {
    "opening / conference": "opening/conference opening/department-heads opening/work-conference",
    "opening / approved-and-relayed": "opening/approved-and-relayed",
    "opening / after-training": "opening/after-training",
    "opening / half-year": "opening/half-year",
    "year-in-brief / frame": "year-in-brief/frame",
    "review / we-parallel": "review/we-parallel",
    "review / numbered-lines": "review/lead review/numbered-lines review/numbered-paragraphs",
    "review / always": "review/always review/we-always",
    "review / credit-and-thanks": "review/credit-and-thanks",
    "experience / must-uphold": "experience/must-uphold",
    "problems / inline-enumeration": "problems/inline-enumeration problems/inline-by-clauses",
    "problems / by-area-with-figures": "problems/by-area-with-figures",
    "situation / new-demands": "situation/new-demands situation/four-principles",
    "guidance / general-requirement": "guidance/general-requirement guidance/requirement-in-one-sentence",
    "theory / lead-sentence paragraphs": (
        "theory/lead-sentence theory/local-slogan theory/study-lead theory/why-foundation theory/line-content"
        " theory/local-mission"
    ),
    "tasks / authority-lead": (
        "tasks/authority-lead tasks/politics-short/lead tasks/mechanisms/lead tasks/projects/lead"
        " tasks/talent-short/lead"
    ),
    "tasks / run-in items": "tasks/item-musts tasks/cadres/selection tasks/projects/villages tasks/field/village-lead",
    "tasks / named-count": "tasks/named-count tasks/mechanisms/lead tasks/projects/lead",
    "tasks / first-second": "tasks/item-series tasks/cadres/lead tasks/talent/lead",
    "tasks / purpose-triplet": (
        "tasks/purpose-triplet tasks/purpose/theory-why tasks/purpose/branch-why tasks/purpose/cadre-why"
        " tasks/purpose/talent-why"
    ),
    "brand / deepen-actions": "brand/deepen-actions brand/lead",
    "guarantee / four-musts": (
        "guarantee/four-musts guarantee/political-standing guarantee/main-responsibility guarantee/positioning"
        " guarantee/team"
    ),
    "self-building / model-department": (
        "self-building/model-department self-building/lead-short self-building/politics self-building/business"
        " self-building/style"
    ),
    "closing / couplet-and-call": "closing/couplet-and-call closing/four-lines closing/press-on",
    "closing / responsibility": "closing/responsibility",
}
"""The table “Sections, in the order in which speeches use them”, with the templates that write each."""

AREAS = {
    "political building": (
        "tasks/politics/political-building tasks/politics/political-life tasks/politics-short/implementation"
    ),
    "theory": "tasks/politics/theory-arming tasks/politics-short/study tasks/purpose/theory-study",
    "selecting cadres": "tasks/cadres/selection tasks/cadres/leading-bodies tasks/mechanisms/selection",
    "training cadres": "tasks/cadres/training tasks/mechanisms/training",
    "assessment": "tasks/cadres/assessment tasks/mechanisms/appraisal",
    "supervision": "tasks/cadres/supervision tasks/mechanisms/supervision",
    "encouragement and error tolerance": (
        "tasks/cadres/encouragement tasks/mechanisms/incentive tasks/purpose/cadre-care"
    ),
    "young cadres": "tasks/cadres/young-cadres tasks/mechanisms/young-cadres tasks/field/young-cadres-grassroots",
    "civil servants": "tasks/cadres/civil-servants tasks/mechanisms/civil-servants-and-veterans",
    "veteran cadres": "tasks/cadres/veteran-cadres tasks/mechanisms/civil-servants-and-veterans",
    "villages": (
        "tasks/projects/villages tasks/field/village-secretary tasks/field/village-power tasks/field/resident-team"
    ),
    "urban communities": (
        "tasks/projects/urban-communities tasks/field/community-network tasks/field/community-property"
    ),
    "government bodies": "tasks/projects/government-bodies",
    "state firms": "tasks/projects/state-firms",
    "schools and hospitals": "tasks/projects/schools-hospitals",
    "new economic and social organizations": "tasks/projects/new-sectors tasks/field/new-organizations",
    "new forms of employment": "tasks/field/new-employment",
    "party members": "tasks/grassroots/party-members tasks/projects/party-members tasks/field/member-recruitment",
    "named programmes and mechanisms": "tasks/named-count tasks/item-musts tasks/mechanisms/lead tasks/projects/lead",
    "talent policy": "tasks/talent/policy tasks/talent-short/empower",
    "talent recruitment": "tasks/talent/recruitment tasks/talent-short/attract",
    "talent service": "tasks/talent/service tasks/talent-short/retain",
    "talent and industry": "tasks/talent/industry tasks/purpose/talent-deliver",
    "rural revitalization led by party building": "tasks/projects/rural-revitalization tasks/field/village-economy",
    "self-building of the departments": "self-building/model-department guarantee/strong-team guarantee/team",
}
"""What the tasks family covers (issue 3)."""

ALTERNATIVES = {
    "guarantee/four-musts": "the four musts as one paragraph, for a short speech",
    "opening/conference": "the plain opening, where nothing was approved or relayed",
    "review/numbered-paragraphs": "the list of achievements by 一是…",
    "review/we-always": "the list of achievements by 我们始终…",
    "self-building/model-department": "the departments themselves in one paragraph",
    "tasks/authority-lead": "a part that opens with what was said above",
    "tasks/cadres/civil-servants": "for a department that reports on civil servants by itself",
    "tasks/cadres/selection": "in place of leading-bodies where no change of terms is near",
    "tasks/cadres/veteran-cadres": "for a department that reports on veteran cadres by itself",
    "tasks/item-musts": "a task of one's own by 要…。要…",
    "tasks/item-series": "a task of one's own by 一要…；二要…",
    "tasks/named-count": "a part of named mechanisms or projects of one's own",
    "tasks/purpose-triplet": "a task of one's own under a heading in three phrases",
    "theory/lead-sentence": "a point of one's own",
    "theory/local-slogan": "the year's theme explained",
}
"""Templates that no outline of the pack uses: another form of a pattern, or for an outline of one's own."""


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_a_pattern_has_its_templates(pattern: str) -> None:
    assert sorted(set(PATTERNS[pattern].split()) - set(TEMPLATES)) == []


@pytest.mark.parametrize("area", sorted(AREAS))
def test_an_area_of_work_has_its_templates(area: str) -> None:
    assert sorted(set(AREAS[area].split()) - set(TEMPLATES)) == []


def test_a_template_stands_in_an_outline_or_is_told_as_an_alternative() -> None:
    used = {
        section.template
        for outline in OUTLINES
        for _path, section in bare(outline).speech.outline.outline.walk()
        if section.template
    }
    assert sorted(set(TEMPLATES) - used) == sorted(ALTERNATIVES)


def test_the_eleven_outlines_are_there() -> None:
    wanted = (
        "half-year-meeting work-conference training-closing department-heads-conference annual-conference"
        " mobilization symposium commendation inauguration party-lecture year-end-assessment"
    )
    assert set(OUTLINES) == set(wanted.split())
    assert set(builtin_pack().outlines()) == set(OUTLINES)


@pytest.mark.parametrize("outline", OUTLINES)
def test_an_outline_can_be_read_in_ten_minutes(outline: str) -> None:
    from tests.pack.support import ROOT

    text = (ROOT / "outlines" / f"{outline}.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert bare(outline).speech.outline.outline.for_
    assert bare(outline).speech.outline.outline.id == outline


def test_no_template_knows_its_outline() -> None:
    """A template that names parts of a speech by number cannot stand in another."""
    import re

    from tests.pack.support import words

    for template in TEMPLATES:
        assert re.findall("第[一二三四五六七八九]部分|本提纲|上一部分|下一部分", words(template)) == [], template
