"""Everything stored about one person: what it is, giving it out, and taking the person out of it."""

from opsteam.operating.personal.erasure import erase_customer, erase_member
from opsteam.operating.personal.export import export_customer, export_member
from opsteam.operating.personal.persons import Person

__all__ = ["Person", "erase_customer", "erase_member", "export_customer", "export_member"]
