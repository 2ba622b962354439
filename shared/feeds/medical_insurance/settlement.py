"""医疗费用结算 (kind 8): one settled bill, an event."""

from __future__ import annotations

from typing import Annotated

from shared.feeds.checks import yuan
from shared.feeds.domain import Feed
from shared.feeds.draft import Draft
from shared.feeds.envelope import PersonRecord, PersonRetract
from shared.feeds.fields import InstitutionCode, Money, OneOf, PastDay, described
from shared.feeds.legal import legal_basis

PARTS = (
    "basic_paid",
    "critical_illness_paid",
    "other_insurance_paid",
    "medical_assistance_paid",
    "fiscal_paid",
    "hospital_borne",
    "self_paid",
)
"""Who pays: the bill is the sum of these."""
_LEAST_FEN, _MOST_FEN, _SHARE = 100, 20_000, 50
Setting = Annotated[str, OneOf("medical_setting")]


class Settlement(PersonRecord):
    """一次就医的费用结算。"""

    setting: Setting = described("就医类别", example="inpatient", required=True)
    settled_on: PastDay = described("结算日期", "结算单上的日期", example="2026-03-01", required=True)
    hospital_code: InstitutionCode = described(
        "医疗机构代码", "国家医保定点医疗机构代码", example="H15062500001", required=True
    )
    total: Money = described("医疗总费用", "本次结算的全部费用", example="18600.00", required=True)
    basic_paid: Money = described("基本医保支付", "统筹基金支付", example="9800.00", required=True)
    critical_illness_paid: Money = described("大病保险支付", "没有时填 0", example="1200.00", required=True)
    other_insurance_paid: Money | None = described("其他保险支付", "补充医保、商业保险等", example="0.00")
    medical_assistance_paid: Money = described("医疗救助支付", "没有时填 0", example="1500.00", required=True)
    fiscal_paid: Money | None = described("财政补助支付", "政府兜底等", example="0.00")
    hospital_borne: Money | None = described("医院减免", "医疗机构承担的部分", example="0.00")
    self_paid: Money = described(
        "个人自付", "个人实际负担的全部费用，含合规自付和目录外费用", example="6100.00", required=True
    )
    self_paid_in_catalogue: Money = described(
        "合规自付", "个人自付中医保目录内的部分，防返贫监测以它为准；不大于个人自付", example="4800.00", required=True
    )


def check(draft: Draft) -> None:
    """Own payment within the catalogue ≤ own payment ≤ total; the total equals its parts within
    least(200, greatest(1, 2 %)) yuan."""
    fen = draft.fen
    total, own, compliant = fen["total"], fen["self_paid"], fen["self_paid_in_catalogue"]
    if own > total:
        draft.refuse("self_paid", "self_paid_above_total", f"（{yuan(own)} 元）大于“医疗总费用”（{yuan(total)} 元）")
    if compliant > own:
        draft.refuse(
            "self_paid_in_catalogue",
            "in_catalogue_above_self_paid",
            f"（{yuan(compliant)} 元）大于“个人自付”（{yuan(own)} 元）；合规自付是个人自付的一部分",
        )
    parts = 0
    for name in PARTS:
        parts += fen.get(name, 0)
    allowed = min(_MOST_FEN, max(_LEAST_FEN, total // _SHARE))
    if abs(total - parts) > allowed:
        listed = "、".join(draft.titles[name] for name in PARTS)
        draft.refuse(
            "total",
            "amounts_do_not_add_up",
            f"（{yuan(total)} 元）与各项之和（{yuan(parts)} 元）相差 {yuan(abs(total - parts))} 元，"
            f"超过允许的 {yuan(allowed)} 元；各项为：{listed}",
        )


FEED = Feed(
    number=8,
    department="medical-insurance",
    kind="settlement",
    title="医疗费用结算",
    description="参保人每次就医结算后的费用构成，用于及时发现医疗支出负担过重的户。",
    model=Settlement,
    retract_model=PersonRetract,
    shape="event",
    subject="person",
    own_date=lambda values: values["settled_on"],
    own_date_text="结算日期",
    cadence="每旬",
    overdue_days=15,
    check=check,
    legal_basis=legal_basis("medical-insurance/settlement"),
    examples=(
        {
            "source_id": "JS-2026-000123",
            "source_updated_at": "2026-03-05T09:30:00+08:00",
            "division_code": "150625100201",
            "id_number": "150625197001019948",
            "name": "某某",
            "setting": "inpatient",
            "settled_on": "2026-03-01",
            "hospital_code": "H15062500001",
            "total": "18600.00",
            "basic_paid": "9800.00",
            "critical_illness_paid": "1200.00",
            "medical_assistance_paid": "1500.00",
            "self_paid": "6100.00",
            "self_paid_in_catalogue": "4800.00",
        },
    ),
)
