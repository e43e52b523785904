"""What every test may ask for."""

pytest_plugins = ["tests.support.fixtures", "tests.factories", "tests.support.web", "tests.support.office_fixtures"]
