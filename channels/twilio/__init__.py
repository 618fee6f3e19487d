"""What SMS and voice share of Twilio's webhooks. Not a channel."""
