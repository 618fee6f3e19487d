"""Search over short Vietnamese articles: analysis, the port, and its PostgreSQL adapter. Knows nothing of the core."""
