"""An event on its officers' desk: posted, revised, held, confirmed, cancelled, done jointly; and its history."""
