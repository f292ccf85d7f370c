"""The paper's tables and figures, and the commands that make them."""
