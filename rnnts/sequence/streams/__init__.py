"""What `OnlineRNN` is made of: what comes in, what learns from it, and what is kept on disk."""
