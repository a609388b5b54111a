"""Speed and memory, as ratios against peers in the same run. No test asserts a time."""
