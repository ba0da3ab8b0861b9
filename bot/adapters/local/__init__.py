"""The web chat of `holdfast demo`: several people side by side, and a clock to turn."""
