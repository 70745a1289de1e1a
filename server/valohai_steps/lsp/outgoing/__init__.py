"""What the server sends of its own: findings, edits, questions and messages to a person."""
