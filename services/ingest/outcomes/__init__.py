"""outcomes (处理结果): what becomes of each record of a part, and what the part then writes and says."""
