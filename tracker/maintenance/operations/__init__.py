"""The health of the installation, for administrators."""
