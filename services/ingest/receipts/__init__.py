"""receipts (回执查询): what became of a submission, and how far each record has come since."""
