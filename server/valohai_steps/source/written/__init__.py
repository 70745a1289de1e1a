"""Calls as they are being written: what stands around a cursor, in text that need not be Python yet."""
