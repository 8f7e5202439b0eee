"""What is recorded: the only door to Google."""
