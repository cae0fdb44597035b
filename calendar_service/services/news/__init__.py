"""News: what officers are told of what happens to their districts, in mails and on the desk."""
