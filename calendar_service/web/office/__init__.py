"""The officers' desk: a file per page, named as the address says."""
