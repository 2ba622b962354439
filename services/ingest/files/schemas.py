"""An upload as it is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.ingest.files.domain import State
from services.ingest.receipts.schemas import Counts
from shared.http.problems import ProblemField


class FileProblem(BaseModel):
    """整个文件没有读成的原因"""

    code: str = Field(title="代码", description="稳定的错误代码", examples=["sheet_titles"])
    title: str = Field(title="标题")
    detail: str = Field(title="说明")
    errors: list[ProblemField] = Field(title="问题位置清单")


class FileJob(BaseModel):
    """一个上传的文件和它的处理进度"""

    file_id: UUID = Field(title="文件编号", examples=["019aa3f0-7b0a-7c11-9d4e-0f2f6b1c2a33"])
    feed: str = Field(title="数据", examples=["medical-insurance/settlement"])
    name: str = Field(title="文件名", examples=["11月结算.xlsx"])
    size: int = Field(title="字节数", examples=[48213])
    sha256: str = Field(title="内容摘要", description="文件内容的 SHA-256")
    state: State = Field(
        title="状态",
        description="`waiting` 已保存、等待处理；`reading` 处理中；`complete` 处理完；`refused` 整个文件没有读成或"
        "（严格模式）没有保存，原因见 `problem`",
        examples=["complete"],
    )
    received_at: datetime = Field(title="收到时间")
    ended_at: datetime | None = Field(title="处理完的时间")
    handling: str = Field(title="处理方式", examples=["lenient"])
    dry_run: bool = Field(title="试校验")
    delivery: str | None = Field(title="报送期")
    rows: int | None = Field(title="数据行数", description="打开文件后才知道；一户多名成员占多行", examples=[1200])
    done: int = Field(title="已处理条数", description="记录数，不是行数", examples=[1200])
    counts: Counts | None = Field(title="各处理结果的条数", description="处理完才有；整个文件没有保存的为空")
    receipt: str | None = Field(title="回执地址", description="试校验没有回执")
    errors_workbook: str | None = Field(title="问题清单地址", description="有被拒收的行才有；改好后照原样再上传")
    problem: FileProblem | None = Field(title="原因")
