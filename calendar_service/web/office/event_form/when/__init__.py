"""When an event takes place, as the fields of its form say it, and what follows when one of them is changed."""
