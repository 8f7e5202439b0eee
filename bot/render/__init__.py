"""Facts as pictures, for those who look at a phone; and the same facts in words."""
