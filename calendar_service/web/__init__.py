"""Pages: a file per audience or page, named as the address says."""
