"""Files as they are on disk: read within bounds, decoded, looked for; nothing is known of a workspace."""
