"""What is owed: one module for each reason to send something. Each finds what there is to plan, and plans a batch of it."""
