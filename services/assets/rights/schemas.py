"""Rights on the wire. A person comes as an identity number or a person key and goes out as a key only."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.assets.entries.service import Draft
from services.assets.ledger.schemas import EntryBody, Text, example
from services.assets.rights.domain import CONFIRMED, ENDED, HANDED_OVER, SUPERVISED, TRANSFERRED, Holder, Rights
from services.assets.terms.schemas import HOUSEHOLD_NO, CodeOf
from shared.codes import credit, identity
from shared.codes.errors import CodeError
from shared.privacy import PersonKeys

RightName = Annotated[str, CodeOf("right")]
HolderKind = Annotated[str, CodeOf("holder_kind")]
Share = Annotated[str, Field(title="份额", pattern=r"^[1-9][0-9]{0,8}(/[1-9][0-9]{0,8})?$", examples=["1/3"])]
_COLLECTIVE: dict[str, JsonValue] = {"kind": "collective", "key": "N2150625MF01234568"}


class HolderBody(BaseModel):
    """权利人"""

    model_config = ConfigDict(extra="forbid")

    kind: HolderKind = Field(title="权利人类别")
    key: str | None = Field(
        default=None,
        title="权利人",
        description="户编号、人员标识或统一社会信用代码，依类别而定；个人可改填 `id_number`",
        min_length=6,
        max_length=64,
        pattern=r"^[\x21-\x7e]+$",
    )
    id_number: str | None = Field(
        default=None, title="公民身份号码", description="只用来换算人员标识，不保存、不回显", max_length=40
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> HolderBody:
        if (self.key is None) == (self.id_number is None):
            raise ValueError("“权利人”和“公民身份号码”须填且只填一项")
        if self.id_number is not None and self.kind != "person":
            raise ValueError("只有个人可以填“公民身份号码”")
        return self

    @property
    def said(self) -> str:
        """The field that says who it is."""
        return "key" if self.id_number is None else "id_number"

    def holder(self, keys: PersonKeys) -> Holder:
        """The holder; CodeError for a number or code that is none."""
        if self.id_number is not None:
            return Holder(self.kind, keys.of(identity.parse(self.id_number).number))
        key = self.key or ""
        if self.kind == "household" and (identity.contains(key) or not re.fullmatch(HOUSEHOLD_NO, key)):
            raise CodeError("bad_household_no", "应为户编号（6 至 32 位字母、数字和短横线，不是公民身份号码）")
        if self.kind == "person" and not _PERSON_KEY.fullmatch(key):
            raise CodeError("bad_person_key", "应为人员标识（例如 k1. 加 26 个字符）；号码请填“公民身份号码”")
        return Holder(self.kind, credit.parse(key) if self.kind in _WITH_CREDIT_CODE else key)


_WITH_CREDIT_CODE = frozenset({"collective", "state", "enterprise"})
_PERSON_KEY = re.compile(r"[a-z0-9]{1,8}\.[a-z2-7]{26}", re.ASCII)


class ShareBody(HolderBody):
    """一份权利"""

    share: Share


class RightBody(EntryBody):
    """确权：这项权利自生效日起全部份额的归属"""

    model_config = example(
        holds_on="2024-01-01",
        document="杭确权〔2024〕3号",
        right="ownership",
        shares=[{**_COLLECTIVE, "share": "1"}],
    )

    right: RightName = Field(title="权利")
    shares: list[ShareBody] = Field(title="份额", description="各份之和须正好为 1", min_length=1, max_length=2000)
    registration_no: Text | None = Field(default=None, title="不动产登记证号", description="不动产的所有权必填")

    def holders(self) -> dict[str, HolderBody]:
        """Who is named, by the place in the body."""
        return {f"/shares/{index}": one for index, one in enumerate(self.shares)}

    def entry(self, asset_id: UUID, keys: PersonKeys) -> Draft:
        """The entry; CodeError."""
        shares = [_stated(one.holder(keys), one.share) for one in self.shares]
        body = {"right": self.right, "shares": shares, "registration_no": self.registration_no}
        return Draft(asset_id, CONFIRMED, self.holds_on, body, self.document)


class TransferBody(EntryBody):
    """转让一份权利"""

    model_config = example(
        holds_on="2024-06-01",
        document="股权转让协议",
        right="income",
        giver=_COLLECTIVE,
        taker={"kind": "household", "key": "150625100201000017"},
        share="1/4",
    )

    right: RightName = Field(title="权利")
    giver: HolderBody = Field(title="转让人")
    taker: HolderBody = Field(title="受让人")
    share: Share

    def holders(self) -> dict[str, HolderBody]:
        """Who is named, by the place in the body."""
        return {"/giver": self.giver, "/taker": self.taker}

    def entry(self, asset_id: UUID, keys: PersonKeys) -> Draft:
        """The entry; CodeError."""
        giver, taker = (_stated(one.holder(keys), self.share) for one in (self.giver, self.taker))
        body = {"right": self.right, "from": giver, "to": taker}
        return Draft(asset_id, TRANSFERRED, self.holds_on, body, self.document, places={"/from/share": "/share"})


class EndBody(EntryBody):
    """一项权利终止"""

    model_config = example(holds_on="2026-01-01", document="合同到期终止", right="use")

    right: RightName = Field(title="权利")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, ENDED, self.holds_on, {"right": self.right}, self.document)


class SupervisionBody(EntryBody):
    """监督：哪些单位负责监督（不是份额）"""

    model_config = example(holds_on="2024-01-01", document="监督分工", units=["杭锦旗农牧局", "锡尼镇人民政府"])

    units: list[Text] = Field(title="监督单位", min_length=1, max_length=20)

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, SUPERVISED, self.holds_on, {"units": self.units}, self.document)


class HandOverBody(EntryBody):
    """公益性资产移交"""

    model_config = example(holds_on="2024-01-10", document="移交清单", receiver="锡尼镇阿斯尔嘎查")

    receiver: Text = Field(title="接收单位")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, HANDED_OVER, self.holds_on, {"receiver": self.receiver}, self.document)


def _stated(holder: Holder, share: str) -> dict[str, Any]:
    return {"kind": holder.kind, "key": holder.key, "share": str(Fraction(share))}


class HeldShare(BaseModel):
    """一份权利"""

    kind: HolderKind = Field(title="权利人类别")
    key: str = Field(title="权利人")
    share: str = Field(title="份额", examples=["1/3"])


class HeldRight(BaseModel):
    """一项权利在某一天的归属"""

    right: RightName = Field(title="权利")
    shares: list[HeldShare] = Field(title="份额", description="大的在前")


class RightsOut(BaseModel):
    """一项资产在某一天的权利"""

    asset_id: UUID = Field(title="资产编号")
    as_of: date = Field(title="截至日期")
    rights: list[HeldRight] = Field(title="已确权的权利")
    missing: list[RightName] = Field(title="尚未确权的权利")
    supervision: list[str] = Field(title="监督单位")
    handed_over_on: date | None = Field(title="移交日期", description="公益性资产")


def held(rights: Rights) -> list[HeldRight]:
    """Rights as they are shown."""
    return [
        HeldRight(
            right=right,
            shares=[
                HeldShare(kind=holder.kind, key=holder.key, share=str(share))
                for holder, share in sorted(shares.items(), key=lambda one: (-one[1], one[0]))
            ],
        )
        for right, shares in rights.items()
    ]
