"""What is decided: pure functions of an event, a declaration and the moment."""
