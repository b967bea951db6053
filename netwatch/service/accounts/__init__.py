"""People who work with netwatch in a browser: their accounts, their roles, their sessions."""
