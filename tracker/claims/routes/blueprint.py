"""The blueprint that all pages of claims hang on."""

from flask import Blueprint

bp = Blueprint("claims", __name__)
