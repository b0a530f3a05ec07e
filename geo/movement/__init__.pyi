from .links import Links as Links
