"""What the ledger refuses beside the rules of entries."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class AssetNotFoundError(NotFoundError):
    """No such asset, or none in the caller's division."""

    code = "asset_not_found"
    title = "没有这项资产"


class AssetRefusedError(InvalidError):
    """What is said of the asset contradicts itself, its project or the lists; `errors` name each place."""

    code = "asset_refused"
    title = "资产信息不符合要求"


class ApproversActError(ConflictError):
    """The entry is the act of an approver, or is not: each takes back what is of its own kind, an approver neither what
    a higher level approved nor what decides on their own plan or proposal."""

    code = "approvers_act"
    title = "审批行为由审批人冲销"


class RegistrationStaysError(ConflictError):
    """The entry registers the asset: what is wrong in it is amended, and an asset that is gone is disposed of."""

    code = "registration_stays"
    title = "资产登记不能冲销"


class AssetCodeTakenError(ConflictError):
    """Another asset has this code; an asset keeps its code through every transfer."""

    code = "asset_code_taken"
    title = "资产编码已被使用"
