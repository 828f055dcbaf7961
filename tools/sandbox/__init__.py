"""Running programs that are not trusted: what they see, what they may use, how they end."""
