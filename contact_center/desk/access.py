"""Who may sit at the desk."""

from typing import Annotated

from fastapi import Depends

from contact_center.actors import Actor
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import signed_in

Agent = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.DESK]))]
AnyStaff = Annotated[Actor, Depends(signed_in())]
