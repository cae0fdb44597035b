"""What municipalities are to each other: clusters, shares, requests, news, and the allies they have in common."""
