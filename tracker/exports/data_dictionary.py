"""What each exported column means, in both languages. They are data, `data_dictionary.json`; a test keeps it complete.

A column of the same name means the same in every table.
"""

import json
from importlib.resources import files
from typing import Final

# column: English, French.
MEANINGS: Final[dict[str, tuple[str, str]]] = {
    column: (english, french)
    for column, (english, french) in json.loads(files(__package__).joinpath("data_dictionary.json").read_text("utf-8")).items()
}
