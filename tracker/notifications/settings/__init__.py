"""The pages on which people say what they want to be sent, and see whether it arrives."""
