"""The citizens' pages: a file per page, named as the address says."""
