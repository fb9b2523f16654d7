"""How changes of lines are called and shown."""

WORDS = {
    "removed": "newly removed",
    "kept": "newly kept",
    "edited": "edited",
    "moved": "by another rule",
    "lost": "no longer in the text",
    "new": "new in the text",
}
SIDES = {  # whether a line went, or stays
    "removed": "went",
    "kept": "stays",
    "edited": "",
    "moved": "",
    "lost": "went",
    "new": "stays",
}
