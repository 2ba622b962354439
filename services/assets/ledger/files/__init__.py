"""The asset ledger as spreadsheets 台账表格: the template, a filled one taken row by row, the ledger given out."""
