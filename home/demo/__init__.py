"""A believable year of a service-operations company, made from a seed; nothing in it is about real people."""
