"""Trying every channel without an account: citizens who send signed requests, and a stand-in for the providers."""
