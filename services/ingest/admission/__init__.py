"""admission (入口限流): no department can starve another of this process's memory or connections."""
