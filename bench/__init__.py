"""What is claimed about speed, as commands anyone can run: `make bench`, or `python -m bench --quick`."""
