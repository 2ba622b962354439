"""The pages 指标看板 and 规划目标."""
