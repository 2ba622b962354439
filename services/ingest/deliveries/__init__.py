"""deliveries (关闭报送期): a department says that a period is sent, and how many records; zero is a report too."""
