"""What others do: each learns from the same days and speaks through the same policy at the same budget."""
