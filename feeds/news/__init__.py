"""Events as news: Atom and JSON Feed."""
