"""reading (读表): what the worker makes of an uploaded file: a submission in parts, and an error workbook."""
