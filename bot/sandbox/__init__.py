"""The whole product with no account: the vendors' own protocols on loopback."""
