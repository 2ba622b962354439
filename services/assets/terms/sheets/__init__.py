"""Spreadsheets of the ledger 台账的表格: one row a thing, Chinese titles, each row judged by itself."""
