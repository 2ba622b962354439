"""`GET /v1/catalogue`: what may be sent, for an integrator with one afternoon."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from services.ingest.catalogue import service
from services.ingest.catalogue.schemas import Catalogue, Kind
from shared.feeds import catalogue
from shared.feeds.errors import UnknownFeedError
from shared.http import problems
from shared.http.auth import allow
from shared.http.permissions import Principal

router = APIRouter(prefix="/v1/catalogue", tags=["报送目录"])
Reader = Annotated[Principal, allow("catalogue:read")]


@router.get("", summary="报送目录", response_model=Catalogue)
async def read_catalogue(_principal: Reader) -> dict[str, Any]:
    """七个部门和户籍底册主管（乡村振兴）可报送的数据种类：字段、代码表、报送频率、法律依据、示例和 JSON Schema。"""
    return {"items": service.departments(), "next": None}


@router.get(
    "/{department}/{kind}", summary="一类数据", response_model=Kind, responses=problems.responses(UnknownFeedError)
)
async def read_kind(department: str, kind: str, _principal: Reader) -> dict[str, Any]:
    """一类数据的完整说明。"""
    return service.kind(catalogue.get(department, kind))
