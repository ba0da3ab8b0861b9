"""Lists that people keep, read and written: who there is, when they work, when they are away.

Nothing here asks what a file is called: `reading` goes by its bytes.
"""
