"""All that is held about one person, as the Personal Information Protection Law asks (articles 45
and 47): held.py finds it, workbook.py tells it, erasing.py takes it away."""
