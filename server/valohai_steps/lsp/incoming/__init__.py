"""What the client tells the session: its start, documents, settings, folders and files."""
