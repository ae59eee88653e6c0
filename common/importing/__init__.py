"""Reading tables of other systems: any dialect, in bounded memory, with every row stored or reported."""
