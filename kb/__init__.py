"""Search over Vietnamese texts: analysis, the port, its two stores, measuring. Knows nothing of the core."""
