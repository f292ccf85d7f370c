"""Trials beyond the paper's protocol: suites `honest` and `hard`, and what each part of a score does."""
