"""How a request comes in and an answer goes out, for pages and API alike: doors, guard, headers, errors."""
