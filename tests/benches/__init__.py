"""What is measured beside the tests, run by make bench."""
