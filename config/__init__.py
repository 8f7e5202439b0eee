"""What is declared: desks, trackers, flows, people, texts and settings."""
