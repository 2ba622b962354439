"""streams (逐行报送): NDJSON of any length in parts of a thousand lines, each durable before the next is read."""
