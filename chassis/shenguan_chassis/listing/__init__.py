"""How does a slice give out lists? Declared once: what is listed, and how it is filtered, sorted and searched.

CASES = Listing(
    "cases", select(cases), shows=CaseView,
    filters=[Same("state", "办件状态"), Holds("department", "监管部门代码", "departments")],
    sorts=["id", "received_at"],
    search=Search("holder_name", "申请人名称"),
)

async def cases_listed(read: Read, wanted: Asked) -> Page[CaseView]:           # views.py
    return await CASES.page(read, wanted)

async def listed(call: Call, wanted: Annotated[Asked, views.CASES.query]):     # api.py
    return await call.show(views.cases_listed, wanted)
"""

from .asked import MOST_PER_PAGE, USUAL, Asked
from .cursor import BadCursor
from .declared import Listing
from .filters import Between, Filter, Holds, Same, Search, Where
from .order import latest
from .page import Counted, Page

__all__ = [
    "MOST_PER_PAGE",
    "USUAL",
    "Asked",
    "BadCursor",
    "Between",
    "Counted",
    "Filter",
    "Holds",
    "Listing",
    "Page",
    "Same",
    "Search",
    "Where",
    "latest",
]
