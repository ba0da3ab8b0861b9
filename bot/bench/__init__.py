"""What Holdfast costs, measured beside what others do the same with: `holdfast bench`.

Nothing of the house imports this; it stands above everything it measures and uses it as it is.
"""
