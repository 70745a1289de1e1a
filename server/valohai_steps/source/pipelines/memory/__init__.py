"""What one reading keeps while it goes: objects, scripts, frames and functions."""
