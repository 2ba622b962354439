"""intake (接收): decide what becomes of each record, and store a part of a submission in one transaction."""
