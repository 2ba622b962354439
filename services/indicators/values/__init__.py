"""Values (指标数值): computed by one pass, kept with what they rest on, read as the plan's own table."""
