"""What one reading keeps while it goes: objects, frames, words, and how much it has cost."""
