"""概览, the page after signing in: what there is to do, in numbers that lead to what they count."""
