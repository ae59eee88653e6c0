"""The REST doors to people: the token itself, the organization, members, teams, roles and tokens."""
