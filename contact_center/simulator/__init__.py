"""Trying the telephone, SMS and Zalo without an account: pages that play the citizen."""
