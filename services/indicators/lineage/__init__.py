"""Why this number (数据溯源): from a value to the households, observations and records behind it, and back."""
