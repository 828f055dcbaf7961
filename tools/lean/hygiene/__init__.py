"""Statement hygiene: what is wrong with a formal statement before anybody proves it."""
