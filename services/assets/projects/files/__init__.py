"""Projects as spreadsheets 项目表格: the template, a filled one taken row by row, the register given out."""
