"""What is shown of each kind of study: its maps, its tables and its page of text, a module a kind."""
