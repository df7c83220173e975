"""Speed of rnnts against named peers; `make bench` prints the tables."""
