"""deliveries (关闭期别): a department says that a period is sent, and how many records; zero is a report too."""
