"""The same pages by other programs, to compare with: Django's admin, Datasette and a bare Flask page."""
