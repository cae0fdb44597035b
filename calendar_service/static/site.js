// The little script there is: every page works without it.
