"""What `scripts/bench` found of load, growth and a long life, as a page and a picture."""
