"""What is kept: items, people, tasks and tickets, and the rules of their life."""
