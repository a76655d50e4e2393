"""What would settle or change an answer: missing facts, smallest changes, the next question, an interview."""
