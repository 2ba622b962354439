"""The board and lists of values as files that spreadsheets open."""
