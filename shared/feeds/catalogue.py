"""The catalogue (数据目录): every feed there is, each built from its model, which is also what the API and its
documents describe it by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.feeds.civil_affairs import (
    extreme_hardship_support,
    low_income_margin,
    minimum_living_allowance,
    temporary_relief,
)
from shared.feeds.disabled_federation import benefit, certificate
from shared.feeds.domain import Feed
from shared.feeds.education import schooling, student_aid
from shared.feeds.emergency import casualty, disaster_loss
from shared.feeds.errors import UnknownFeedError
from shared.feeds.health import chronic_care, major_disease
from shared.feeds.housing import dwelling_appraisal, dwelling_renovation
from shared.feeds.medical_insurance import enrolment, settlement
from shared.feeds.rural_revitalization import (
    assistance,
    drinking_water,
    employment,
    household,
    income,
    interest_linkage,
    monitored_household,
)

DEPARTMENTS: Mapping[str, str] = MappingProxyType(
    {
        "civil-affairs": "民政",
        "health": "卫生健康",
        "medical-insurance": "医疗保障",
        "housing": "住房和城乡建设",
        "education": "教育",
        "disabled-federation": "残联",
        "emergency": "应急管理",
        "rural-revitalization": "乡村振兴（农牧）",
    }
)
"""The eight departments and their Chinese names; those without a kind yet are named here already."""

FEEDS: Mapping[tuple[str, str], Feed] = MappingProxyType(
    {
        (feed.department, feed.kind): feed
        for feed in (
            household.FEED,
            minimum_living_allowance.FEED,
            extreme_hardship_support.FEED,
            low_income_margin.FEED,
            temporary_relief.FEED,
            major_disease.FEED,
            chronic_care.FEED,
            settlement.FEED,
            enrolment.FEED,
            dwelling_appraisal.FEED,
            dwelling_renovation.FEED,
            certificate.FEED,
            benefit.FEED,
            schooling.FEED,
            student_aid.FEED,
            disaster_loss.FEED,
            casualty.FEED,
            income.FEED,
            assistance.FEED,
            drinking_water.FEED,
            interest_linkage.FEED,
            employment.FEED,
            monitored_household.FEED,
        )
    }
)
BY_NUMBER: Mapping[int, Feed] = MappingProxyType({feed.number: feed for feed in FEEDS.values()})


def get(department: str, kind: str) -> Feed:
    """The feed; UnknownFeedError (404 `unknown_feed`) names what there is."""
    feed = FEEDS.get((department, kind))
    if feed is None:
        known = "、".join(f"{one.name}（{one.title}）" for one in FEEDS.values())
        raise UnknownFeedError(f"没有这类数据；现在可以报送的有：{known}")
    return feed
