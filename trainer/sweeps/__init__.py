"""Many trainings of one kind: what is to be computed, what is kept, and going on where it stopped."""
