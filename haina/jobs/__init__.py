"""Long work as rows: the Job row is the truth, Redis is only the doorbell."""
