"""Webhooks: addresses of other programs that are told what happens on the desk. The newsroom's, added by chiefs and admins."""
