"""Small pages of operations, written as boto3 writes them."""

from __future__ import annotations

import textwrap

from asdoc.codegen.pages import OperationPage, read_pages

PAGE = """\
:doc:`Garden <../../garden>` / Client / {method}

***
{method}
***



.. py:method:: Garden.Client.{method}(**kwargs)

  

  Words about it.

  {note}

  See also: `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/{operation}>`_  


  **Request Syntax**
  ::

{request}
    
{parameters}
  
  
{returns}
"""  # noqa: W291, W293 - boto3 ends lines with spaces
RETURNS = """\
  :rtype: dict
  :returns: 
    
    **Response Syntax**

    
    ::

{syntax}
      
    **Response Structure**

    

{bullets}
"""  # noqa: W291, W293 - as above


def page(
    *,
    request: str = "response = client.plant(\n    name='string'\n)",
    parameters: str = "  :type name: string\n  :param name: **[REQUIRED]** \n\n    A name.\n",
    syntax: str = "",
    bullets: str = "",
    errors: tuple[str, ...] = (),
    after: str = "",
    note: str = "",
) -> str:
    """The page of `plant`. `syntax` and `bullets` make up the answer; without them nothing is returned."""
    returns = "  :returns: None"
    if syntax:
        returns = RETURNS.format(syntax=textwrap.indent(syntax, " " * 6), bullets=textwrap.indent(bullets, " " * 4))
    text = PAGE.format(
        method="plant",
        operation="Plant",
        note=note,
        request=textwrap.indent(request, " " * 4),
        parameters=parameters,
        returns=returns,
    ).rstrip("\n")
    if errors:
        listed = "\n\n  ".join(f"*   :py:class:`Garden.Client.exceptions.{name}`\n" for name in errors)
        text += f"\n  \n  **Exceptions**\n  \n  {listed}\n  "
    return text + after


def read(text: str, name: str = "garden/client/plant.rst") -> OperationPage:
    (found,), _ = read_pages(name, text.encode())
    assert isinstance(found, OperationPage)
    return found
