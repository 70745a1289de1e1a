"""What stands in the way of an update, and what a person is asked about first."""
