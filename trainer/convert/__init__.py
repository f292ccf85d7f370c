"""The authors' published files turned into our data format, without running anything that they contain."""
