"""Code in Markdown."""


def code_block(language: str, text: str) -> str:
    """The text between fences of backticks, more than it holds in a row: no fence of the user's ends ours."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.removesuffix(chr(10))}\n{fence}"
