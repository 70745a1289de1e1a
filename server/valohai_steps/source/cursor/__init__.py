"""Calls as they are being written: what is around a cursor, in text that need not be Python yet."""
