"""The JSON API, version 1, and its OpenAPI document: the same services as the pages, for programs.

A room is one subject. Each of its routes is declared with what it takes and gives (`operations`), and from these
declarations come the doors, the OpenAPI document and the page at `/api/`.
"""
