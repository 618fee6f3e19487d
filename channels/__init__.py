"""The edges: one folder per channel, each turning a provider's protocol into the types of ``contracts``."""
