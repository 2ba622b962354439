"""tally (点数): what was published, counted once as it goes by: per feed, day and banner, and since the beginning."""
