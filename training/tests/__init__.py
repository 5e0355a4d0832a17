"""The recipe's tests: `scripts/test-training`, or `python3 -m unittest` in training/."""
