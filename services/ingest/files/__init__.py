"""files (文件报送): spreadsheets of departments, read by the worker into submissions."""
