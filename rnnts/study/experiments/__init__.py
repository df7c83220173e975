"""What is simulated, fitted and measured for the claims."""
