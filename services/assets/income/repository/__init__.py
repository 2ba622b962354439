"""Every statement of the room: `books` what stands now, `stops` what was told of income that did not come."""
