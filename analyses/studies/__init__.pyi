from .access import AccessFound as AccessFound
from .access import AccessStudy as AccessStudy
from .access import access_study as access_study
from .first_look import FirstLook as FirstLook
from .first_look import FirstLookStudy as FirstLookStudy
from .first_look import first_look_study as first_look_study
