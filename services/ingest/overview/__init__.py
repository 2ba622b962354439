"""overview (数据到位): which department's data has come, for which banner, and what is left to do."""
