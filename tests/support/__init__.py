"""What tests stand on: real servers, databases of their own, a real browser."""
