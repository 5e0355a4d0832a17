"""The recipe's tests: `scripts/test-training`."""
