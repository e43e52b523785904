"""Lists of words as the modules of this package write them down."""


def split_words(words: str) -> list[str]:
    """The words of a string, one after the other."""
    return words.split()
