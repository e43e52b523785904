"""Webhooks: addresses of other programs that receive claim events. Chief editors and administrators manage them."""
