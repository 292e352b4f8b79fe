"""Questions by the way they are written, each file with its lowest score and the misses that are known."""
