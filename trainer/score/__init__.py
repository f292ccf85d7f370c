"""What makes the suites' score beside the core's hidden losses: times, what is typical, returns, reasons."""
