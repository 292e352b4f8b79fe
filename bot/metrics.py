"""Counters and timings an operator can watch at /metrics."""

from prometheus_client import Counter, Gauge, Histogram

turns = Counter("banshi_turns_total", "Messages answered", ["channel", "handler"])
outcomes = Counter("banshi_outcomes_total", "Outcomes of questions", ["outcome"])
failures = Counter("banshi_failures_total", "Turns that ended in an error", ["channel"])
turn_seconds = Histogram(
    "banshi_turn_seconds",
    "Seconds from message to replies",
    ["channel"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
published_items = Gauge("banshi_published_items", "Items that can be answered from")
