"""The file that assistant programs look for at the root of a site."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.assistants.llms import llms_txt
from api.web.address import address_of
from api.web.conditional import respond

router = APIRouter()


@router.get("/llms.txt", summary="What an assistant program should know")
async def llms(request: Request) -> Response:
    """Describe the service for assistant programs, with links (Markdown, llmstxt.org)."""
    state = request.app.state
    text = llms_txt(state.questions.values(), state.manifest, address_of(request))
    return respond(request, text.encode(), "text/plain; charset=utf-8", vary="Accept-Encoding")
