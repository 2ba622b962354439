"""lines (逐行记录): NDJSON cut into parts and read, in bounded memory; and tried out without storing."""
