"""files (文件报送): spreadsheets at the door. A file is kept sealed before its `202`, read by the worker into a
submission like any other, and answered with an error workbook; its content is dropped after 90 days."""
